"""What a call's operators were given, kept so that they can run again in another way; and who writes whose memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Tree = TypeVar("Tree")
"""Lists, tuples and dicts of tensors, or of the numbers of tensors."""


class Ref(NamedTuple):
    """The place of a tensor among the values of a program."""

    number: int


class Step(NamedTuple):
    """One operator with what it was given."""

    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    gave: Any
    """A ``Ref``, several, or what is no tensor."""

    @property
    def given(self) -> tuple[int, ...]:
        """Numbers of the tensors that it was given."""
        return refs((self.args, self.kwargs))


class Facts(NamedTuple):
    """Of a tensor, as it was when it was first seen."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: torch.dtype
    device: torch.device
    nbytes: int
    storage: int


class Program:
    """The operators of one call, and the tensors that were there before; a recording, no record."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.outside: dict[int, torch.Tensor] = {}
        """Tensors that the call did not make."""
        self.facts: list[Facts] = []
        self.result: Any = None
        """The result with ``Ref`` in the place of tensors."""
        self.whole = True
        """Whether running the steps again gives the result: no number of a tensor left torch meanwhile."""

    def last_uses(self) -> dict[int, int]:
        """Of each storage, the last step that needs it; that of the result is needed to the end."""
        found: dict[int, int] = {}
        for place, step in enumerate(self.steps):
            for number in (*step.given, *refs(step.gave)):
                found[self.facts[number].storage] = place
        for number in refs(self.result):
            found[self.facts[number].storage] = len(self.steps)
        return found


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not say its types
    """Keeps what runs, and refuses what would write memory that is not the call's to write.

    Args:
        own: Tensors that may be written: copies of what the call is given.
    """

    def __init__(self, own: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch does not say its types
        self.program = Program()
        self.written: set[int] = set()
        """Storages of copies of arguments that were written."""
        self._own = {storage_of(tensor) for tensor in own}
        self._made: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._kept: list[torch.Tensor] = []
        self._grads: list[torch.Tensor] = []

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        """Run one operator, and keep what it was given and gave."""
        named = dict(kwargs or {})
        for tensor in written(func, args, named):
            self._check(func, tensor)
        given = self._numbered(args), self._numbered(named)
        made = func(*args, **named)
        for tensor in tensors_in(made):
            storage = storage_of(tensor)
            if storage not in self._own and id(tensor) not in self._numbers and not self._outside(storage):
                self._made.add(storage)
        self.program.steps.append(Step(func, *given, self._numbered(made, made=True)))
        if not all(isinstance(leaf, torch.Tensor | None) for leaf in tree_flatten(made)[0]):
            self.program.whole = False
        return made

    def end(self, result: object) -> Program:
        """The call gave that. Gradients that it left behind on tensors that are not its own are taken off again.

        Raises:
            UnsupportedError: It left gradients behind.
        """
        left = [tensor for tensor in self._grads if tensor.grad is not None]
        for tensor in left:
            tensor.grad = None
        if left:
            raise UnsupportedError("the call leaves gradients on tensors that it was not given", hint=HINT)
        leaves = tree_flatten(result)[0]
        known = all(isinstance(leaf, torch.Tensor) and id(leaf) in self._numbers for leaf in leaves)
        self.program.whole = self.program.whole and known and bool(leaves)
        if known:
            self.program.result = self._numbered(result)
        return self.program

    def _outside(self, storage: int) -> bool:
        return any(storage == self.program.facts[number].storage for number in self.program.outside)

    def _check(self, func: object, tensor: torch.Tensor) -> None:
        storage = storage_of(tensor)
        if storage in self._own:
            self.written.add(storage)
        elif storage not in self._made:
            told = f"the call writes memory that it was not given: {func} of a {tuple(tensor.shape)} tensor"
            raise UnsupportedError(f"{told}; nothing was written", hint=HINT)

    def _numbered(self, thing: Tree, *, made: bool = False) -> Tree:
        found: Tree = tree_map(
            lambda leaf: self._ref(leaf, made=made) if isinstance(leaf, torch.Tensor) else leaf, thing
        )
        return found

    def _ref(self, tensor: torch.Tensor, *, made: bool) -> Ref:
        number = self._numbers.get(id(tensor))
        if number is None:
            number = self._numbers[id(tensor)] = len(self._kept)
            self._kept.append(tensor)
            self.program.facts.append(facts_of(tensor, number))
            if not made:
                self.program.outside[number] = tensor
                if tensor.is_leaf and tensor.grad is None and storage_of(tensor) not in self._own:
                    self._grads.append(tensor)
        return Ref(number)


HINT = "give what it writes as an argument: the call is run on copies of its arguments"


def facts_of(tensor: torch.Tensor, number: int) -> Facts:
    """Of a tensor with that number; one without memory has a storage of its own."""
    strides = tuple(tensor.stride()) if tensor.layout is torch.strided else ()
    nbytes = tensor.numel() * tensor.itemsize
    return Facts(tuple(tensor.shape), strides, tensor.dtype, tensor.device, nbytes, storage_of(tensor) or -number - 1)


def storage_of(tensor: torch.Tensor) -> int:
    """Where its memory begins: the name of a storage while it lives."""
    try:
        return tensor.untyped_storage().data_ptr()
    except (RuntimeError, NotImplementedError):  # no storage of its own: sparse, for one
        return 0


def written(func: object, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[torch.Tensor]:
    """The tensors that an operator will write, by its schema.

    >>> x = torch.ones(2)
    >>> [t is x for t in written(torch.ops.aten.add_.Tensor, (x, torch.ones(2)), {})]
    [True]
    """
    schema: Any = getattr(func, "_schema", None)
    if schema is None or not schema.is_mutable:
        return []
    found: list[torch.Tensor] = []
    for place, argument in enumerate(schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            given = args[place] if place < len(args) else kwargs.get(argument.name)
            found += tensors_in(given)
    return found


def tensors_in(thing: object) -> list[torch.Tensor]:
    """The tensors in lists, tuples and dicts."""
    return [leaf for leaf in tree_flatten(thing)[0] if isinstance(leaf, torch.Tensor)]


def refs(thing: object) -> tuple[int, ...]:
    """Numbers of the tensors that stand in it."""
    leaves = tree_flatten(thing, is_leaf=lambda leaf: isinstance(leaf, Ref))[0]
    return tuple(leaf.number for leaf in leaves if isinstance(leaf, Ref))


def filled(thing: Tree, values: Mapping[int, Any]) -> Tree:
    """The tensors themselves in the place of their numbers."""
    found: Tree = tree_map(
        lambda leaf: values[leaf.number] if isinstance(leaf, Ref) else leaf,
        thing,
        is_leaf=lambda leaf: isinstance(leaf, Ref),
    )
    return found


def runnable(program: Program) -> Callable[[], Any]:
    """The steps once more, as a call; each tensor is let go of where the call let go of it."""
    drops = _drops(program)

    def run() -> object:
        values: dict[int, Any] = dict(program.outside)
        for step, dropped in zip(program.steps, drops, strict=True):
            made = step.func(*filled(step.args, values), **filled(step.kwargs, values))
            if type(step.gave) is Ref:
                values[step.gave.number] = made
            else:
                values.update(zip(refs(step.gave), tensors_in(made), strict=True))
            del made
            for number in dropped:
                values.pop(number, None)
        return filled(program.result, values)

    return run


def _drops(program: Program) -> list[list[int]]:
    """After each step, the values that no later one needs."""
    last: dict[int, int] = {}
    for place, step in enumerate(program.steps):
        for number in (*step.given, *refs(step.gave)):
            last[number] = place
    kept = {*program.outside, *refs(program.result)}
    drops: list[list[int]] = [[] for _ in program.steps]
    for number, place in last.items():
        if number not in kept:
            drops[place].append(number)
    return drops
