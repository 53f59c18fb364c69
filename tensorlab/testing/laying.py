"""From choices to a layout of a wanted class: integers alone, the smallest choices give the simplest one."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import axes_by_speed, numel
from tensorlab.testing.classing import classes_for, classes_of, usual_strides
from tensorlab.testing.record import Laid
from tensorlab.testing.source import pick

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.testing.classing import Library
    from tensorlab.testing.record import LayoutClass
    from tensorlab.testing.source import Source

__all__ = ["classes_for", "classes_of", "lay_out"]

_BITS = frozenset({"conj", "neg", "dtype view"})
"""Classes of what the bytes mean: they come on top of any layout."""
_FORMS: tuple[LayoutClass, ...] = ("permuted", "gaps", "stride 0", "overlapping", "negative stride")
"""Ways not to be in C order."""
_PLAIN: tuple[LayoutClass, ...] = ("contiguous", "contiguous", "contiguous")
_MIXED = frozenset({"gaps", "stride 0", "overlapping", "negative stride"})
"""Forms that may come with axes in another order."""
_LARGE = 256
"""Elements from which on gaps are made along one axis only, so that a storage stays small."""
_AS_WIDE = {1: ("uint8", "int8"), 2: ("int16", "float16"), 4: ("int32", "float32"), 8: ("int64", "float64")}
"""Dtypes of each itemsize that bytes may have been written as."""
_WIDER = {1: "int32", 2: "int32", 4: "int64", 8: "complex128"}


class _Plan(NamedTuple):
    """A slice of a block: along each axis the step between its indices, and what the block has beyond the last one."""

    order: tuple[int, ...]
    """Axes from the slowest to the fastest."""
    steps: list[int]
    pads: list[int]
    """Negative where the next axis begins before this one ends."""
    repeated: frozenset[int] = frozenset()


class _Room(NamedTuple):
    """Numbers in bytes."""

    layout: Layout
    nbytes: int


def lay_out(
    source: Source, shape: tuple[int, ...], kind: DType, wanted: LayoutClass, *, library: Library = "torch"
) -> Laid | None:
    """A layout of that class, with the classes that come along; None where that shape and dtype have none.

    The storage ends with bytes that belong to no element, and mostly begins with some: all but "contiguous" may start
    within it. What is not asked for comes along now and then: another order, gaps, a start, odd strides on axes of
    size 1. With a source whose choices are all the smallest, nothing does.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.source import Seeded
    >>> laid = lay_out(Seeded(1), (2, 3), dtype("float32"), "permuted")
    >>> laid.layout.strides, "permuted" in laid.classes
    ((4, 8), True)
    >>> lay_out(Seeded(0), (2,), dtype("float32"), "conj") is None
    True
    """
    able = classes_for(shape, kind, library)
    if wanted not in able:
        return None
    stored = None
    if wanted in _BITS:
        plain = tuple(name for name in able if name not in _BITS)
        stored, room = _BENEATH[wanted](source, shape, kind, plain)
    else:
        room = _room(source, shape, kind.itemsize, wanted, able)
    bare = Laid(
        layout=room.layout, dtype=kind, nbytes=room.nbytes, classes=frozenset(),
        conj=wanted == "conj", neg=wanted == "neg", stored=stored, library=library,
    )  # fmt: skip
    return Laid(
        layout=room.layout, dtype=kind, nbytes=room.nbytes, classes=classes_of(bare),
        conj=bare.conj, neg=bare.neg, stored=stored, library=library,
    )  # fmt: skip


def _conjugated(
    source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]
) -> tuple[None, _Room]:
    return None, _room(source, shape, kind.itemsize, pick(source, plain), plain)


def _negated(source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]) -> tuple[None, _Room]:
    """The imaginary parts of complex numbers."""
    (layout, nbytes) = _room(source, shape, 2 * kind.itemsize, pick(source, plain), plain)
    return None, _Room(Layout(shape, layout.strides, layout.offset + kind.itemsize, kind.itemsize), nbytes)


def _reinterpreted(
    source: Source, shape: tuple[int, ...], kind: DType, plain: tuple[LayoutClass, ...]
) -> tuple[DType, _Room]:
    """Bytes of as wide a dtype, in any layout; or rows of bytes, or of a wider dtype, one after another."""
    stored = dtype(pick(source, _stored(shape, kind)))
    if stored.itemsize == kind.itemsize:
        return stored, _room(source, shape, kind.itemsize, pick(source, plain), plain)
    row = shape[-1] * kind.itemsize + max(stored.itemsize, kind.itemsize) * source.integer(0, 2)
    able = tuple(name for name in classes_for(shape[:-1], kind, "torch") if name not in _BITS)
    ahead = _room(source, shape[:-1], row, pick(source, able), able)
    layout = Layout(shape, (*ahead.layout.strides, kind.itemsize), ahead.layout.offset, kind.itemsize)
    return stored, _Room(layout, ahead.nbytes + (source.integer(0, 3) if stored.itemsize == 1 else 0))


_BENEATH = {"conj": _conjugated, "neg": _negated, "dtype view": _reinterpreted}


def _stored(shape: tuple[int, ...], kind: DType) -> tuple[str, ...]:
    """Names of the dtypes that bytes seen as ``kind`` may have been written as."""
    names = [name for name in _AS_WIDE.get(kind.itemsize, ()) if name != kind.name][:1]
    if shape and numel(shape) and kind.itemsize > 1:
        names.append("uint8")
    wider = _WIDER.get(kind.itemsize)
    if shape and numel(shape) and wider and shape[-1] * kind.itemsize % dtype(wider).itemsize == 0:
        names.append(wider)
    return tuple(names)


def _room(
    source: Source, shape: tuple[int, ...], itemsize: int, wanted: LayoutClass, able: tuple[LayoutClass, ...]
) -> _Room:
    form = _form(source, wanted, able)
    strides = _strides(shape, _PLANS.get(form, _ordered)(source, shape, form))
    if wanted == "odd ones" or (1 in shape and wanted != "contiguous" and _sometimes(source)):
        _make_odd(source, shape, strides)
    low, reach = 0, 1 if numel(shape) else 0
    if form == "negative stride":
        low = _flip(source, shape, strides)
    if numel(shape):
        reach += sum((n - 1) * abs(stride) for n, stride in zip(shape, strides, strict=True))
    front = _front(source, wanted)
    back = 1 + source.integer(0, 3)
    in_bytes = tuple(stride * itemsize for stride in strides)
    layout = Layout(shape, in_bytes, (front + low) * itemsize, itemsize)
    return _Room(layout, (front + reach + back) * itemsize)


def _front(source: Source, wanted: LayoutClass) -> int:
    """Elements before the first one."""
    if wanted == "contiguous":
        return 0
    least = 1 if wanted in {"offset", "contiguous offset"} else 0
    return least + source.integer(0, 4)


def _form(source: Source, wanted: LayoutClass, able: tuple[LayoutClass, ...]) -> LayoutClass:
    """How it lies, where the class does not say: in C order if it may."""
    forms = tuple(name for name in _FORMS if name in able)
    if wanted == "offset":
        return pick(source, forms)
    if wanted == "odd ones":
        return pick(source, (*_PLAIN, *forms))
    return wanted


def _sometimes(source: Source) -> bool:
    return source.integer(0, 3) == 3


def _wide(shape: tuple[int, ...]) -> list[int]:
    return [axis for axis, n in enumerate(shape) if n != 1]


def _order(source: Source, shape: tuple[int, ...], *, other: bool) -> tuple[int, ...]:
    """Axes of more than one element in another order, or in any; the others stay in their places."""
    wide = _wide(shape)
    count = factorial(len(wide))
    rank = source.integer(1 if other else 0, count - 1) if count > 1 else 0
    order = list(range(len(shape)))
    left = list(wide)
    for place in wide:
        count //= len(left)
        chosen, rank = divmod(rank, count)
        order[place] = left.pop(chosen)
    return tuple(order)


def _ordered(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    """Dense, in C order or in another."""
    order = tuple(range(len(shape)))
    if form in {"channels_last", "channels_last slice"}:
        order = tuple(reversed(axes_by_speed(len(shape), "channels_last" if len(shape) == 4 else "channels_last_3d")))
    elif form in {"permuted", "zero-size"} or (form in _MIXED and _sometimes(source)):
        order = _order(source, shape, other=form == "permuted")
    return _Plan(order, [1] * len(shape), [0] * len(shape))


def _with_gaps(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    plan = _ordered(source, shape, form)
    if _sometimes(source):
        plan = plan._replace(repeated=_some_axes(source, shape, spare=1))
    _open(source, shape, plan)
    if numel(shape) <= _LARGE:
        while _sometimes(source) and sum(plan.pads) + sum(plan.steps) < len(shape) + 4:
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


def _sliced(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    """Part of the channels of a channels_last block, or of its rows and columns too."""
    plan = _ordered(source, shape, form)
    plan.pads[1] += 1 + source.integer(0, 2)
    if _sometimes(source):
        plan.pads[2 + source.integer(0, len(shape) - 3)] += 1
    return plan


def _with_repeats(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    plan = _ordered(source, shape, form)._replace(repeated=_some_axes(source, shape))
    if _sometimes(source):
        _open(source, shape, plan)
    return plan


def _with_a_flip(source: Source, shape: tuple[int, ...], form: LayoutClass) -> _Plan:
    plan = _ordered(source, shape, form)
    if _sometimes(source):
        _open(source, shape, plan)
    return plan


def _some_axes(source: Source, shape: tuple[int, ...], spare: int = 0) -> frozenset[int]:
    """One axis of more than one element and now and then another; ``spare`` of them are left alone."""
    wide = _wide(shape)
    chosen: set[int] = set()
    while len(wide) > spare and (not chosen or _sometimes(source)):
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
    "gaps": _with_gaps,
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
        unit *= max((shape[axis] - 1) * plan.steps[axis] + 1, 1) + plan.pads[axis]
    return strides


def _make_odd(source: Source, shape: tuple[int, ...], strides: list[int]) -> None:
    """One axis of size 1, or more, has a stride that no contiguous layout has: one too many, 0, or a large one."""
    usual = usual_strides(shape, 1)
    ones = [axis for axis, n in enumerate(shape) if n == 1]
    first = pick(source, tuple(ones))
    for axis in ones:
        if axis == first or _sometimes(source):
            most = max(usual[axis])
            strides[axis] = pick(source, (most + 1, 0, most + 5, 1000 + most))


def _flip(source: Source, shape: tuple[int, ...], strides: list[int]) -> int:
    """Axes walked from their end; the elements that this puts before the first index."""
    flipped = _some_axes(source, shape)
    low = sum((shape[axis] - 1) * strides[axis] for axis in flipped)
    for axis in flipped:
        strides[axis] = -strides[axis]
    return low
