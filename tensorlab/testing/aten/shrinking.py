"""A failing call of an operator becomes a small one: one argument, a simple layout, few elements, round values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import torch

from tensorlab.process.forked import ask_fork
from tensorlab.process.record import Failed
from tensorlab.testing.aten.arguments import mapped, with_tensors
from tensorlab.testing.aten.calling import Prepared, outputs
from tensorlab.testing.aten.judging import Expected, observe
from tensorlab.testing.aten.record import Plan
from tensorlab.testing.aten.relaying import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.aten.record import Observed

_TRIES = 400

Failing: TypeAlias = tuple[Prepared, Plan]
"""A call, and the layouts under which it fails."""


def shrunk(call: Prepared, plan: Plan, seen: Observed) -> tuple[Prepared, Plan, Observed]:
    """The smallest call met that breaks the same promise, and what it shows.

    The same call always shrinks in the same way. A call that ends the process is tried in forks of this one.

    >>> from tensorlab.testing.aten.record import Observed
    >>> call = Prepared(None, "call", lambda x: x.view(-1), [[torch.randn(5, 7)], {}])
    >>> small, plan, seen = shrunk(call, Plan((0,), ("gaps",)), Observed(verdict="REFUSED", message=""))
    >>> small.values[0].tolist(), plan.layouts
    ([[1.0, 2.0], [3.0, 4.0]], ('transposed',))
    """
    current, tries = (call, plan), 0
    latest = seen
    moved = True
    while moved and tries < _TRIES:
        moved = False
        for candidate in _simpler(*current):
            tries += 1
            again = _shows(candidate, seen)
            if again is not None:
                current, latest, moved = candidate, again, True
            if moved or tries >= _TRIES:
                break
    return *current, latest


def _shows(candidate: Failing, seen: Observed) -> Observed | None:
    """What the candidate breaks, where that is what was seen."""
    call, plan = candidate
    if seen.verdict == "CRASH":
        told = ask_fork(lambda: _tried(call, plan))
        return seen if isinstance(told, Failed) and "ended by" in told.reason else None
    try:
        found = observe(call, Expected(call), plan)
    except Exception:  # noqa: BLE001 - what is refused in C order too shows nothing
        return None
    alike = (one for one in found if one.verdict == seen.verdict and (not seen.cause or one.cause == seen.cause))
    return next(alike, None)


def _tried(call: Prepared, plan: Plan) -> dict[str, object]:
    try:
        observe(call, Expected(call), plan)
    except Exception:  # noqa: BLE001 - it is still here
        return {}
    return {}


def _simpler(call: Prepared, plan: Plan) -> Iterator[Failing]:
    for simple in _simpler_plans(call, plan):
        yield call, simple
    for other in _simpler_calls(call):
        if all(other.laid(place, name) is not None for place, name in zip(plan.positions, plan.layouts, strict=True)):
            yield other, plan


def _simpler_plans(call: Prepared, plan: Plan) -> Iterator[Plan]:
    places = list(zip(plan.positions, plan.layouts, strict=True))
    if len(places) > 1:
        for one in places:
            yield Plan((one[0],), (one[1],))
        for left_out in range(len(places)):
            rest = [place for number, place in enumerate(places) if number != left_out]
            yield Plan(tuple(place for place, _ in rest), tuple(name for _, name in rest))
    for number, (position, name) in enumerate(places):
        for simpler in NAMES[: NAMES.index(name)]:
            if call.laid(position, simpler) is not None:
                names = (*plan.layouts[:number], simpler, *plan.layouts[number + 1 :])
                yield Plan(plan.positions, names)


def _simpler_calls(call: Prepared) -> Iterator[Prepared]:
    for arguments in (*_fewer(call), *_smaller(call), *_rounder(call)):
        other = _rebuilt(call, arguments)
        if other is not None and len(other.values) == len(call.values):
            yield other


def _fewer(call: Prepared) -> Iterator[Any]:
    """Without one keyword, or without the last argument."""
    positional, keywords = call.arguments
    for key in keywords:
        if key != "out":
            yield [positional, {name: item for name, item in keywords.items() if name != key}]
    if len(positional) > 1 and not isinstance(positional[-1], torch.Tensor):
        yield [positional[:-1], keywords]


def _smaller(call: Prepared) -> Iterator[Any]:
    """With all axes of one size cut, integers of that size with them; then with one axis cut."""
    sizes = sorted({n for value in _given(call) for n in value.shape if n > 1}, reverse=True)
    for n in sizes:
        for less in sorted({1, 2, 3, n // 2, n - 1} & set(range(1, n))):
            cut = [_cut(value, n, less) for value in call.values]
            yield _with_integers(with_tensors(call.arguments, iter(cut)), n, less)
            yield with_tensors(call.arguments, iter(cut))
    for position, value in enumerate(_given(call)):
        for axis, n in enumerate(value.shape):
            for less in sorted({1, 2, n - 1} & set(range(1, n))):
                cut = list(call.values)
                cut[position] = value.narrow(axis, 0, less)
                yield with_tensors(call.arguments, iter(cut))


def _given(call: Prepared) -> list[torch.Tensor]:
    """Without those of ``out=``, which follow from the others."""
    return [value for name, value in zip(call.names, call.values, strict=True) if not name.startswith("out")]


def _cut(value: torch.Tensor, n: int, less: int) -> torch.Tensor:
    for axis, size in enumerate(value.shape):
        if size == n:
            value = value.narrow(axis, 0, less)
    return value


def _with_integers(arguments: Any, n: int, less: int) -> Any:  # noqa: ANN401 - nested arguments
    return mapped(arguments, lambda leaf: less if type(leaf) is int and leaf == n else leaf)


def _rounder(call: Prepared) -> Iterator[Any]:
    """With 1, 2, 3, ... for the elements of one tensor."""
    for position, value in enumerate(_given(call)):
        ramp = counted(value)
        if ramp is not None and value.numel() and not torch.equal(ramp, value):
            other = list(call.values)
            other[position] = ramp
            yield with_tensors(call.arguments, iter(other))


def counted(value: torch.Tensor) -> torch.Tensor | None:
    """1, 2, 3, ... in the shape of a tensor of floats; None for others.

    >>> counted(torch.zeros(2, 2)).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if not value.is_floating_point():
        return None
    return torch.arange(1, 1 + value.numel(), dtype=value.dtype).view(value.shape)


def _rebuilt(call: Prepared, arguments: Any) -> Prepared | None:  # noqa: ANN401 - nested arguments
    """The operator with other arguments; ``out=`` gets the shape that goes with them."""
    positional, keywords = arguments
    plain: Callable[..., Any] = call.function
    if call.variant == "out":
        bare = Prepared(call.op, "call", plain, [positional, {k: v for k, v in keywords.items() if k != "out"}])
        bare.seed = call.seed
        out = outputs(bare)
        if out is None:
            return None
        keywords = {**keywords, "out": out}
    other = Prepared(call.op, call.variant, plain, [positional, keywords])
    other.seed = call.seed
    return other
