"""A layout as a line of Python that anyone can read: ``torch.arange(1., 7.).view(2, 3).t()``."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.record import Layout
from tensorlab.views.calls import Call
from tensorlab.views.chain import follow
from tensorlab.views.record import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.testing.record import Laid
    from tensorlab.views.record import Rules


class _Axis(NamedTuple):
    """An axis of the box that the base is viewed as: every index of it, or every ``step``-th from ``start``."""

    axis: int
    """Of the layout."""
    numel: int
    stride: int
    """In elements, without its sign."""
    backwards: bool


class Chain(NamedTuple):
    """Views of a one-dimensional base, one after another."""

    numel: int
    """Elements that the base has."""
    calls: tuple[Call, ...]
    library: Rules

    def over(self, base: str) -> str:
        """The source of the view, where ``base`` is that of the base."""
        for call in self.calls:
            if call.name == "broadcast_to":
                base = f"np.broadcast_to({base}, {call.args[0]})"
            else:
                base += str(call) if call.name == "getitem" else f".{call}"
        return base


def readable_chain(laid: Laid, count: int) -> Chain | None:
    """Public calls that make exactly this layout from a base; None where it takes as_strided.

    The base has ``count`` elements, or more where the calls need them.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> flat = Layout((3, 2), (4, 12), itemsize=4)
    >>> found = readable_chain(Laid(layout=flat, dtype=dtype("float32"), nbytes=24, classes=frozenset()), 6)
    >>> found.over("torch.arange(1., 7.)")
    'torch.arange(1., 7.).view(2, 3).t()'
    """
    whole = in_elements(laid.layout)
    if whole is None:
        return None
    for needed, calls in _candidates(laid, whole[0], whole[1], count):
        base = View(Layout((needed,), (laid.layout.itemsize,), itemsize=laid.layout.itemsize), laid.dtype)
        steps = follow(base, calls, laid.library)
        reached = base if not steps else steps[-1].after[0]
        if len(steps) == len(calls) and isinstance(reached, View) and reached.layout == laid.layout:
            return Chain(needed, tuple(calls), laid.library)
    return None


def _candidates(laid: Laid, offset: int, strides: tuple[int, ...], count: int) -> Iterator[tuple[int, list[Call]]]:
    """Axes of size 1 are part of the box, or put in behind it; the offset is a slice of the base, or of the box."""
    shape = laid.layout.shape
    ones = {axis for axis, n in enumerate(shape) if n == 1}
    still = {axis for axis, stride in enumerate(strides) if stride == 0}
    for outside in (still, still | ones, still - ones):
        axes = [
            _Axis(axis, n, abs(s), s < 0 and n > 1)
            for axis, (n, s) in enumerate(zip(shape, strides, strict=True))
            if axis not in outside
        ]
        low = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True) if s < 0 and n)
        for first in (0, low) if len(axes) == 1 else (low, 0):
            box = _boxed(axes, low - first, count if len(axes) == 1 else 0)
            if box is not None:
                needed = max(count, first + box.used)
                yield needed, _written(first, box, needed, laid.library) + _arranged(axes, shape, outside, laid.library)


class _Box(NamedTuple):
    """What the base is viewed as, and what is taken of it."""

    used: int
    """Elements."""
    sizes: tuple[int, ...]
    slices: tuple[slice, ...]


def _boxed(axes: list[_Axis], start: int, least: int) -> _Box | None:
    """A box with an axis for each, and the slices of it from element ``start``; None where the axes do not nest.

    The first axis of the box has at least so many indices.
    """
    ordered = _ordered(axes)
    units = [axis.stride for axis in ordered[:-1]] + [1] * bool(ordered)
    slices: list[slice] = []
    sizes: list[int] = []
    for place, (axis, unit) in enumerate(zip(ordered, units, strict=True)):
        first, start = divmod(start, unit) if unit else (0, start)
        step = axis.stride // unit if unit else 1
        reach = first + (max(axis.numel, 1) - 1) * step + 1
        outer = units[place - 1] if place else max(reach, least) * unit
        room = outer // unit if unit and outer % unit == 0 else 0
        if room < reach:
            return None
        slices.append(_sliced(first, axis, step, room))
        sizes.append(room)
    if start and ordered:
        return None
    return _Box(prod(sizes) if ordered else start + 1, tuple(sizes), tuple(slices))


def _ordered(axes: list[_Axis]) -> list[_Axis]:
    return sorted(axes, key=lambda axis: (-axis.stride, axis.numel == 1, axis.axis))


def _written(first: int, box: _Box, count: int, library: Rules) -> list[Call]:
    """The box as calls."""
    if not box.sizes:
        last = first + box.used - 1
        only = slice(last or None, last + 1)
        return [Call("getitem", (last,))] if library == "torch" else [Call("getitem", (only,)), Call("reshape", ((),))]
    calls: list[Call] = []
    end = first + box.used
    if first or end < count:
        calls.append(Call("getitem", (slice(first or None, None if end == count else end),)))
    if len(box.sizes) > 1:
        calls.append(Call("view" if library == "torch" else "reshape", box.sizes))
    words = list(box.slices)
    while words and words[-1] == slice(None):
        words.pop()
    if words:
        calls.append(Call("getitem", (tuple(words) if len(words) > 1 else words[0],)))
    return calls


def _sliced(start: int, axis: _Axis, step: int, room: int) -> slice:
    """As short as it can be written."""
    last = start + (axis.numel - 1) * step
    if axis.numel == 0:
        return slice(start or None, start)
    if axis.backwards:
        return slice(None if last == room - 1 else last, None if start - step < 0 else start - 1, -step)
    stop = None if last + step >= room else last + 1
    return slice(start or None, stop, step if step > 1 and axis.numel > 1 else None)


def _arranged(axes: list[_Axis], shape: tuple[int, ...], outside: set[int], library: Rules) -> list[Call]:
    """The axes of the box in their order, then those that are not in it."""
    calls: list[Call] = []
    current = [axis.axis for axis in _ordered(axes)]
    wanted = sorted(current)
    if current != wanted:
        calls.append(_permuted([current.index(axis) for axis in wanted], library))
    if not outside:
        return calls
    lead = next((axis for axis in range(len(shape)) if axis not in outside), len(shape))
    marks = tuple(None if axis in outside else slice(None) for axis in range(lead, len(shape)))
    while marks and marks[-1] == slice(None):
        marks = marks[:-1]
    if None in marks:
        calls.append(Call("getitem", (marks if len(marks) > 1 else marks[0],)))
    if any(shape[axis] != 1 for axis in outside) or lead:
        calls.append(Call("expand", shape) if library == "torch" else Call("broadcast_to", (shape,)))
    return calls


def _permuted(order: list[int], library: Rules) -> Call:
    moved = [axis for axis, source in enumerate(order) if axis != source]
    if library == "numpy":
        return Call("transpose", () if order == sorted(order, reverse=True) else tuple(order))
    if len(order) == 2:
        return Call("t")
    return Call("transpose", tuple(moved)) if len(moved) == 2 else Call("permute", tuple(order))


def strided(laid: Laid, base: str) -> str:
    """The layout over a base that holds the whole storage, by the numbers.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> two = Layout((2, 2), (4, 4), itemsize=4)
    >>> strided(Laid(layout=two, dtype=dtype("float32"), nbytes=12, classes=frozenset()), "torch.arange(1., 4.)")
    'torch.arange(1., 4.).as_strided((2, 2), (1, 1))'
    """
    layout = laid.layout
    if laid.library == "numpy":
        offset = f", {layout.offset}" if layout.offset or layout.strides else ""
        return (
            f"np.ndarray({layout.shape}, {laid.dtype.name!r}, {base}{offset}{f', {layout.strides}' if offset else ''})"
        )
    whole = in_elements(layout)
    assert whole is not None, "torch's strides are whole elements"
    start = f", {whole[0]}" if whole[0] else ""
    return f"{base}.as_strided({layout.shape}, {whole[1]}{start})"


def elements_needed(laid: Laid) -> int:
    """Elements that a base has to have: all that are touched, and as many as a reader that knows no strides takes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.testing.record import Laid
    >>> row = Laid(layout=Layout((4,), (0,), itemsize=4), dtype=dtype("float32"), nbytes=24, classes=frozenset())
    >>> elements_needed(row)
    4
    """
    layout, size = laid.layout, laid.layout.itemsize
    touched = extent(layout)
    read = touched.start + prod(layout.shape) * size
    return max(1, -(-max(touched.stop, read) // size))
