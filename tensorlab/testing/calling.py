"""A function under test, and one call of it: with arguments in memory, a seed, and a copy of its own of a module."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from tensorlab.testing.specs import Constant, Elements, Example, bound, elements, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Contract, Spec
    from tensorlab.testing.specs import Slot


class Subject(NamedTuple):
    """What is tested, and how it is called."""

    fn: Callable[..., object]
    slots: tuple[Slot, ...]
    """Its positional arguments."""
    contract: tuple[Contract, ...] = ("pure",)
    keywords: Mapping[str, object] = {}
    """Passed as they are."""
    out: Spec | None = None
    """What is passed as ``out``; the last argument of a case."""
    reference: Callable[..., object] | None = None
    """Gives the result that is expected, from contiguous arguments; the function itself where there is none."""
    tolerance: tuple[float, float] | None = None
    """Relative and absolute."""
    seed: int = 0

    @property
    def varied(self) -> tuple[Spec | Example, ...]:
        """The arguments that are laid out: all that a case holds."""
        given = tuple(one for one in self.slots if not isinstance(one, Constant))
        return given if self.out is None else (*given, self.out)

    @property
    def specs(self) -> tuple[Spec, ...]:
        """What each argument of a case may be."""
        return tuple(spec_of(one) for one in self.varied)

    @property
    def written(self) -> frozenset[int]:
        """Positions of the arguments that may be written."""
        found = {0} if "in-place" in self.contract and self.varied else set()
        return frozenset(found if self.out is None else {*found, len(self.varied) - 1})

    @property
    def free(self) -> tuple[bool, ...]:
        """For each argument, whether any elements will do."""
        return tuple(not isinstance(one, Example) and one.low is None and one.high is None for one in self.varied)

    @property
    def shareable(self) -> tuple[bool, ...]:
        """For each argument, whether elements of another will do: any, or those of an example that index nothing."""
        given = zip(self.varied, self.specs, strict=True)
        return tuple(
            free or (isinstance(one, Example) and spec.dtypes[0].kind in {"float", "complex"})
            for free, (one, spec) in zip(self.free, given, strict=True)
        )

    def alike(self, one: int, two: int) -> bool:
        """Whether two arguments are examples with the same elements."""
        first, second = self.varied[one], self.varied[two]
        return isinstance(first, Example) and isinstance(second, Example) and _same(first.values, second.values)

    @property
    def outs(self) -> tuple[str | None, ...]:
        """For each argument the keyword that it is passed by."""
        count = len(self.varied)
        return tuple("out" if self.out is not None and number == count - 1 else None for number in range(count))


class Outcome(NamedTuple):
    """What a call gave, and what became of its arguments."""

    result: object
    error: Exception | None
    things: tuple[Any, ...]
    """The arguments after the call."""
    state: object = None
    """Of a module: its parameters and buffers after the call."""


def _same(one: Any, two: Any) -> bool:  # noqa: ANN401 - tensors or arrays
    return type(one) is type(two) and one.dtype == two.dtype and one.shape == two.shape and bool((one == two).all())


def contiguous(thing: Any) -> Any:  # noqa: ANN401 - a tensor or an array
    """The same elements in C order, in memory of their own.

    >>> contiguous(torch.arange(4.0).view(2, 2).t()).stride()
    (2, 1)
    """
    if isinstance(thing, np.ndarray):
        return np.array(thing, order="C")
    plain = thing.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
    return plain.requires_grad_() if thing.requires_grad else plain


def contents(subject: Subject, case: Case) -> list[Any] | None:
    """The elements of each argument; None where the case is none that the specs allow."""
    names = bound(subject.varied, case)
    if names is None:
        return None
    return [
        elements(one, laid.layout.shape, laid.dtype, Elements(case.fill, position), names)
        for position, (one, laid) in enumerate(zip(subject.varied, case.arguments, strict=True))
    ]


def things_of(subject: Subject, placed: Sequence[Placed]) -> tuple[Any, ...]:
    """The arguments, those that an example says need gradients made so."""
    for one, argument in zip(subject.varied, placed, strict=True):
        if isinstance(one, Example) and one.requires_grad:
            argument.thing.requires_grad_()
    return tuple(argument.thing for argument in placed)


def call(
    subject: Subject, things: tuple[Any, ...], *, seeded: bool, fn: Callable[..., object] | None = None
) -> Outcome:
    """One call; an exception is an outcome."""
    called: Any = fn or subject.fn
    own = None
    owner = called if isinstance(called, torch.nn.Module) else getattr(called, "__self__", None)
    if isinstance(owner, torch.nn.Module):
        own = copy.deepcopy(owner)
        called = own if called is owner else getattr(own, called.__name__)
    if seeded:
        reseed(subject.seed)
    try:
        result = called(*things) if _plain(subject) else _with_the_rest(subject, called, things)
    except SystemExit as error:
        return Outcome(None, RuntimeError(f"it leaves the process: exit({error.code!r})"), things)
    except Exception as error:  # noqa: BLE001 - it is the user's function
        return Outcome(None, error, things)
    return Outcome(result, None, things, None if own is None else dict(own.state_dict()))


def _plain(subject: Subject) -> bool:
    return subject.out is None and not subject.keywords and len(subject.slots) == len(subject.varied)


def _with_the_rest(subject: Subject, called: Callable[..., object], things: tuple[Any, ...]) -> object:
    """The call with what is passed as it is, in its place."""
    left = iter(things)
    given = [one.value if isinstance(one, Constant) else next(left) for one in subject.slots]
    out = {} if subject.out is None else {"out": next(left)}
    return called(*given, **subject.keywords, **out)


def kept(result: Any) -> Any:  # noqa: ANN401 - anything that a function returns
    """A copy that a later call cannot write.

    >>> result = [torch.zeros(1)]
    >>> copied = kept(result)
    >>> result[0] += 1
    >>> copied
    [tensor([0.])]
    """
    if isinstance(result, torch.Tensor):
        return result.detach().clone() if result.layout is torch.strided else result
    if isinstance(result, np.ndarray):
        return result.copy()
    if isinstance(result, dict):
        return {key: kept(part) for key, part in result.items()}
    if type(result) is list:
        return [kept(part) for part in result]
    if isinstance(result, tuple):
        return tuple(kept(part) for part in result)
    return result


class Randomness:
    """The states of the global generators of random numbers: to see whether a call drew any, and to put them back."""

    __slots__ = ("_numpy", "_python", "_torch")

    def __init__(self) -> None:
        self._torch = torch.get_rng_state()
        self._numpy: Any = np.random.get_state()  # noqa: NPY002 - the user's function may draw from the global one
        self._python = random.getstate()

    def moved(self) -> bool:
        """Whether random numbers were drawn since."""
        now: Any = np.random.get_state()  # noqa: NPY002 - as above
        return (
            not torch.equal(torch.get_rng_state(), self._torch)
            or now[2] != self._numpy[2]
            or not np.array_equal(now[1], self._numpy[1])
            or random.getstate() != self._python
        )

    def restore(self) -> None:
        """Puts the generators back to where they were."""
        torch.set_rng_state(self._torch)
        np.random.set_state(self._numpy)  # noqa: NPY002 - as above
        random.setstate(self._python)


def reseed(seed: int) -> None:
    """Starts the global generators anew."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - as above
    random.seed(seed)
