"""How the axes of a shape are strewn over memory: strides in elements for each form that a layout can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.shapes import axes_by_speed, numel
from tensorlab.testing.classing import usual_strides
from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from tensorlab.testing.record import LayoutClass
    from tensorlab.testing.source import Source

_MIXED = frozenset({"gaps", "stride 0", "overlapping", "negative stride"})
"""Forms that may come with axes in another order."""
_LARGE = 256
"""Elements from which on gaps are made along one axis only, so that a storage stays small."""


class _Plan(NamedTuple):
    """A slice of a block: along each axis the step between its indices, and what the block has beyond the last one."""

    order: tuple[int, ...]
    """Axes from the slowest to the fastest."""
    steps: list[int]
    pads: list[int]
    """Negative where the next axis begins before this one ends."""
    repeated: frozenset[int] = frozenset()


def strides_for(source: Source, shape: tuple[int, ...], form: LayoutClass, *, repeats: bool = True) -> list[int]:
    """Strides in elements, none negative. The smallest choices give the simplest ones of that form.

    ``repeats`` says whether gaps may come with an axis that repeats.

    >>> from tensorlab.testing.source import Seeded
    >>> strides_for(Seeded(0), (2, 3), "contiguous"), strides_for(Seeded(0), (2, 3), "permuted")
    ([3, 1], [1, 2])
    """
    plan = _PLANS.get(form, _ordered)(source, shape, form)
    if form == "gaps":
        plan = _with_gaps(source, shape, plan, repeats=repeats)
    return _strides(shape, plan)


def sometimes(source: Source) -> bool:
    """One time in four.

    >>> from tensorlab.testing.source import Seeded
    >>> source = Seeded(0)
    >>> 150 < sum(sometimes(source) for _ in range(800)) < 250
    True
    """
    return source.integer(0, 3) == 3


def _wide(shape: tuple[int, ...]) -> list[int]:
    return [axis for axis, n in enumerate(shape) if n != 1]


def _order(source: Source, shape: tuple[int, ...], *, other: bool) -> tuple[int, ...]:
    """Axes of more than one element in another order, or in any; the others stay in their places.

    Each axis has a key by which they are sorted, so that the order of the others is kept when one gets shorter.
    """
    keys = [source.integer(0, 7) for _ in shape]
    wide = _wide(shape)
    found = sorted(wide, key=keys.__getitem__)
    if other and found == wide:
        found[-2:] = reversed(found[-2:])
    order = list(range(len(shape)))
    for place, axis in zip(wide, found, strict=True):
        order[place] = axis
    return tuple(order)


def _ordered(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    """Dense, in C order or in another."""
    order = tuple(range(len(shape)))
    if form in {"channels_last", "channels_last slice"}:
        order = tuple(reversed(axes_by_speed(len(shape), "channels_last" if len(shape) == 4 else "channels_last_3d")))
    elif form in {"permuted", "zero-size"} or (form in _MIXED and sometimes(source)):
        order = _order(source, shape, other=form == "permuted")
    return _Plan(order, [1] * len(shape), [0] * len(shape))


def _with_gaps(source: Source, shape: tuple[int, ...], plan: _Plan, *, repeats: bool) -> _Plan:
    if repeats and sometimes(source):
        plan = plan._replace(repeated=_some_axes(source, shape, spare=1))
    _open(source, shape, plan)
    if numel(shape) <= _LARGE:
        while sometimes(source) and sum(plan.pads) + sum(plan.steps) < len(shape) + 3:
            _open(source, shape, plan)
    return plan


def _open(source: Source, shape: tuple[int, ...], plan: _Plan) -> None:
    """Room between the indices of an axis, or behind its last one where another axis goes on from there."""
    axes = [axis for axis in plan.order if axis not in plan.repeated]
    inner = [axis for place, axis in enumerate(axes) if any(shape[a] > 1 for a in axes[:place])]
    choices = [(axis, plan.pads) for axis in reversed(inner)]
    choices += [(axis, plan.steps) for axis in reversed(axes) if shape[axis] > 1]
    if choices:
        axis, numbers = choices[source.integer(0, len(choices) - 1)]
        numbers[axis] += 1
        if numbers is plan.steps and sometimes(source):
            plan.pads[axis] -= 1  # every second of an odd number


def _sliced(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    """Part of the channels of a channels_last block, or of its rows and columns too."""
    plan = _ordered(source, shape, form)
    cuts = _cuts(shape, plan)
    if not cuts or source.integer(0, 1) == 0:
        plan.pads[1] += 1 + source.integer(0, 2)
    if cuts and (plan.pads[1] == 0 or sometimes(source)):
        axis, numbers = cuts[source.integer(0, len(cuts) - 1)]
        numbers[axis] += 1
    return plan


def _cuts(shape: tuple[int, ...], plan: _Plan) -> list[tuple[int, list[int]]]:
    """Ways to leave out rows, columns or images of a block with more than one channel."""
    if shape[1] == 1:
        return []
    slower = {axis: any(shape[a] > 1 for a in plan.order[:place]) for place, axis in enumerate(plan.order)}
    ends = [(axis, plan.pads) for axis in reversed(plan.order) if axis != 1 and slower[axis]]
    return ends + [(axis, plan.steps) for axis in reversed(plan.order) if axis != 1 and shape[axis] > 1]


def _with_repeats(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    plan = _ordered(source, shape, form)._replace(repeated=_some_axes(source, shape))
    if sometimes(source):
        _open(source, shape, plan)
    return plan


def _with_a_flip(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    plan = _ordered(source, shape, form)
    if sometimes(source):
        _open(source, shape, plan)
    return plan


def _some_axes(source: Source, shape: tuple[int, ...], spare: int = 0) -> frozenset[int]:
    """One axis of more than one element and now and then another; ``spare`` of them are left alone."""
    wide = _wide(shape)
    chosen: set[int] = set()
    while len(wide) > spare and (not chosen or sometimes(source)):
        chosen.add(wide.pop(source.integer(0, len(wide) - 1)))
    return frozenset(chosen)


def _with_overlaps(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    """Windows: an axis begins anew before the one inside it has ended."""
    plan = _ordered(source, shape, form)
    inner = [axis for axis in plan.order if shape[axis] > 1][1:]
    axis = inner[-1 - source.integer(0, len(inner) - 1)]
    plan.pads[axis] -= 1 + source.integer(0, shape[axis] - 2)
    return plan


_PLANS = {
    "stride 0": _with_repeats,
    "overlapping": _with_overlaps,
    "channels_last slice": _sliced,
    "negative stride": _with_a_flip,
}


def _strides(shape: tuple[int, ...], plan: _Plan) -> list[int]:
    """In elements."""
    strides = [0] * len(shape)
    unit = 1
    for axis in reversed(plan.order):
        if axis in plan.repeated:
            continue
        strides[axis] = unit * plan.steps[axis]
        unit *= max(shape[axis] * plan.steps[axis] + plan.pads[axis], 1)
    return strides


def make_odd(source: Source, shape: tuple[int, ...], strides: list[int]) -> None:
    """One axis of size 1, or more, has a stride that no contiguous layout has: one too many, 0, or a large one.

    >>> from tensorlab.testing.source import Seeded
    >>> strides = [3, 3]
    >>> make_odd(Seeded(0), (1, 3), strides)
    >>> strides[0] in {1, 3}
    False
    """
    usual = usual_strides(shape, 1)
    ones = [axis for axis, n in enumerate(shape) if n == 1]
    first = pick(source, tuple(ones))
    for axis in ones:
        if axis == first or sometimes(source):
            most = max(usual[axis])
            strides[axis] = pick(source, (most + 1, 0, most + 5, 1000 + most))


def flip(source: Source, shape: tuple[int, ...], strides: list[int]) -> int:
    """Axes walked from their end; the elements that this puts before the first index.

    >>> from tensorlab.testing.source import Seeded
    >>> strides = [1]
    >>> flip(Seeded(0), (3,), strides), strides
    (2, [-1])
    """
    flipped = _some_axes(source, shape)
    low = sum((shape[axis] - 1) * strides[axis] for axis in flipped)
    for axis in flipped:
        strides[axis] = -strides[axis]
    return low
