"""Every operator of a pass: what it reads and writes, and each storage from its making to its end."""

from __future__ import annotations

import weakref
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.bench.slowness.traffic import COPYING
from tensorlab.memory.internals import storage_key, without_overrides
from tensorlab.models.profiling.arithmetic import macs
from tensorlab.models.profiling.gathering import Life, Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tensorlab.models.profiling.gathering import Place
    from tensorlab.models.profiling.record import Role

_DEEPEST = 8
"""Lists and dicts in one another that are looked into."""
_UNREAD = frozenset({"copy_", "zero_", "fill_", "normal_", "uniform_", "bernoulli_", "random_"})
"""Operators that write their first tensor, and do not read it."""
_LIFTED = frozenset({"lift", "lift_fresh", "lift_fresh_copy"})
HELD = "a tensor that is neither parameter nor buffer"
_EMPTY = frozenset({"empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"})
"""Operators that take memory, and write nothing."""


class Held:
    """A storage that lives, or lived: see ``Block``. It does not keep the storage alive."""

    __slots__ = ("born", "died", "elements", "name", "nbytes", "place", "reference", "role")

    def __init__(self, nbytes: int, role: Role, name: str, place: Place | None, born: int) -> None:
        self.elements = 0
        self.nbytes, self.role, self.name, self.place, self.born, self.died = nbytes, role, name, place, born, -1
        self.reference: weakref.ref[Any] | None = None


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not say its types
    """Keeps what runs while it is entered. Bytes are those of storages, each once.

    Args:
        where: Says which place runs now.

    >>> watch = Watch(lambda: ("forward", 0))
    >>> with watch:
    ...     made = torch.ones(4, 6).t() * 2
    >>> [(ran.name, ran.kind, ran.reads, ran.writes) for ran in watch.ran]
    [('ones', 'compute', 0, 96), ('t', 'view', 0, 0), ('mul', 'compute', 96, 96)]
    >>> watch.alive, [held.died for held in watch.held]
    (96, [3, -1])
    """

    def __init__(self, where: Callable[[], Place]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch does not say its types
        self.ran: list[Ran] = []
        self.held: list[Held] = []
        self.moments: list[Place] = []
        """Of each moment, where it was: an operator that began, or the end of a stretch."""
        self.alive = 0
        """Bytes of the storages that live."""
        self._where = where
        self._known: dict[int, int] = {}
        """Numbers of storages that live, by what tells them apart."""

    def there(self, tensor: torch.Tensor, role: Role, name: str) -> int | None:
        """A tensor that is there before; the number of its storage, None where it has none."""
        numbers = [self._number(storage, role, name, None, -1) for storage in storages_of(tensor)]
        if role == "parameter" and numbers:
            self.held[numbers[0]].elements += tensor.numel()
        return numbers[0] if numbers else None

    def lives(self) -> Iterator[Life]:
        """The storages as they are now."""
        for held in self.held:
            yield Life(held.nbytes, held.role, held.name, held.place, held.born, held.died, held.elements)

    def mark(self, place: Place) -> int:
        """A stretch ends; which moment that is."""
        self.moments.append(place)
        return len(self.moments) - 1

    def number_of(self, tensor: torch.Tensor) -> int | None:
        """The number of the storage of a tensor that lives, where it has one."""
        found = [self._known.get(storage_key(storage) or 0) for storage in storages_of(tensor)]
        return found[0] if found else None

    def __torch_dispatch__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        """Run one operator, and keep what it read, wrote and made."""
        named = dict(kwargs or {})
        library, _, word = str(func).partition(".")
        if library == "profiler":
            return func(*args, **named)
        place = self._where()
        moment = self.mark(place)
        name = word.rpartition(".")[0] or word
        given = list({id(tensor): tensor for tensor in tensors_in((args, named))}.values())
        if name in _LIFTED:  # made by Python a moment ago, past all operators
            self._take(given, place, name, moment)
        before = [self.there(tensor, "input", HELD) for tensor in given]
        written = [id(tensor) for tensor in written_by(func, args, named)]
        made = func(*args, **named)
        gave = list(tensors_in(made))
        self._take(gave, place, name, moment)
        self.ran.append(self._told(name, func, (args, given, before, written), gave, moment))
        return made

    def _take(self, gave: list[torch.Tensor], place: Place, name: str, moment: int) -> None:
        role: Role = {"forward": "activation", "backward": "gradient"}.get(place[0], "state")  # type: ignore[assignment]  # three words
        for tensor in gave:
            for storage in storages_of(tensor):
                self._resize(self._number(storage, role, name, place, moment), storage.nbytes())

    def _told(
        self,
        name: str,
        func: Any,  # noqa: ANN401 - an operator
        asked: tuple[tuple[Any, ...], list[torch.Tensor], list[int | None], list[int]],
        gave: list[torch.Tensor],
        moment: int,
    ) -> Ran:
        args, given, before, written = asked
        after = [self.number_of(tensor) for tensor in gave]
        views = bool(after) and not written and set(after) <= set(before)
        kind = "view" if views else "copy" if name in COPYING else "write" if written else "compute"
        filled = name in _UNREAD or str(func).endswith("out")
        unread = set(written[:1] if name in _UNREAD else written) if filled else set()
        fresh = [tensor for tensor, number in zip(gave, after, strict=True) if number not in before]
        targets = [tensor for tensor in given if id(tensor) in written]
        nothing = views or name in _EMPTY
        return Ran(
            name=name,
            place=self.moments[moment],
            kind=kind,
            reads=0 if nothing else sum(distinct(tensor) for tensor in given if id(tensor) not in unread),
            writes=0 if nothing else sum(map(distinct, (*fresh, *targets))),
            macs=_macs(name, args, given, gave),
            parameters=frozenset(n for n in before if n is not None and self.held[n].role == "parameter"),
            dtype=str(gave[0].dtype).removeprefix("torch.") if gave else "",
            moment=moment,
        )

    def _number(self, storage: torch.UntypedStorage, role: Role, name: str, place: Place | None, born: int) -> int:
        key = storage_key(storage)
        if key is None:
            raise RuntimeError("this torch does not tell storages apart")
        found = self._known.get(key)
        if found is not None:
            return found
        number = len(self.held)
        held = Held(storage.nbytes(), role, name, place, born)
        held.reference = weakref.ref(storage, partial(self._end, number, key))
        self.held.append(held)
        self._known[key] = number
        self.alive += held.nbytes
        return number

    def _resize(self, number: int, nbytes: int) -> None:
        """A storage may grow while it lives: that of ``out=``."""
        held = self.held[number]
        self.alive += nbytes - held.nbytes
        held.nbytes = nbytes

    def _end(self, number: int, key: int, _: object) -> None:
        held = self.held[number]
        held.died = len(self.moments)
        self.alive -= held.nbytes
        if self._known.get(key) == number:
            del self._known[key]


def storages_of(tensor: torch.Tensor) -> list[torch.UntypedStorage]:
    """The storage of a tensor; of a sparse one those of its values and indices; none where it has none of its own.

    >>> [storage.nbytes() for storage in storages_of(torch.eye(3).to_sparse())]
    [12, 48]
    """
    try:
        with without_overrides():
            parts = [tensor] if tensor.layout == torch.strided else list(_parts(tensor))
            return [part.untyped_storage() for part in parts]
    except (RuntimeError, NotImplementedError):
        return []


def distinct(tensor: torch.Tensor) -> int:
    """The bytes that hold its values; an axis that repeats them adds nothing.

    >>> distinct(torch.zeros(3, 1).expand(3, 8)), distinct(torch.zeros(2, 3))
    (12, 24)
    """
    if tensor.layout != torch.strided:
        return sum(distinct(part) for part in _parts(tensor))
    counts = [n for n, stride in zip(tensor.shape, tensor.stride(), strict=True) if stride or n == 0]
    return prod(counts) * tensor.element_size()


def _parts(tensor: torch.Tensor) -> Iterator[torch.Tensor]:
    if tensor.layout == torch.sparse_coo:
        yield from (tensor._values(), tensor._indices())  # noqa: SLF001 - the public ones refuse what is not coalesced
    elif tensor.layout == torch.sparse_csr:
        yield from (tensor.values(), tensor.crow_indices(), tensor.col_indices())


def tensors_in(thing: object, depth: int = 0) -> Iterator[torch.Tensor]:
    """The tensors in lists, tuples, dicts and what has fields, in order.

    >>> [tensor.shape for tensor in tensors_in({"a": [torch.zeros(2)], "b": (torch.zeros(3), 4)})]
    [torch.Size([2]), torch.Size([3])]
    """
    if isinstance(thing, torch.Tensor):
        yield thing
    elif depth < _DEEPEST:
        for inner in _inside(thing):
            yield from tensors_in(inner, depth + 1)


def _inside(thing: object) -> Iterable[object]:
    if isinstance(thing, (list, tuple, set, frozenset)):
        return thing
    if isinstance(thing, dict):
        return thing.values()
    fields = getattr(type(thing), "__dataclass_fields__", None)
    return [getattr(thing, name, None) for name in fields] if fields else ()


def written_by(func: Any, args: tuple[Any, ...], named: Mapping[str, Any]) -> Iterator[torch.Tensor]:  # noqa: ANN401 - an operator
    """The tensors that an operator writes, by its schema.

    >>> x = torch.zeros(3)
    >>> [tensor is x for tensor in written_by(torch.ops.aten.add_.Tensor, (x, torch.ones(3)), {})]
    [True]
    """
    schema = getattr(func, "_schema", None)
    if schema is None or not schema.is_mutable:
        return
    for place, argument in enumerate(schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            yield from tensors_in(args[place] if place < len(args) else named.get(argument.name))


def _macs(name: str, args: tuple[Any, ...], given: list[torch.Tensor], gave: list[torch.Tensor]) -> int:
    shapes, outputs = [tuple(tensor.shape) for tensor in given], [tuple(tensor.shape) for tensor in gave]
    if name == "convolution":
        return macs(name, shapes, outputs, transposed=bool(args[6]))
    if name == "convolution_backward":
        return macs(name, shapes, outputs, transposed=bool(args[7]), wanted=tuple(map(bool, args[10])))
    if "dot" in name or "mm" in name or name in {"mv", "addmv"}:  # the same tensor may stand on both sides
        flat = [tuple(tensor.shape) for tensor in tensors_in(args)]
        return macs(name, flat, outputs)
    return macs(name, shapes, outputs)
