"""How hardware reaches the elements: alignment, the widest load, the sectors of memory that a warp touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import extent
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout

WARP = 32
"""Lanes that load together on a GPU."""
SECTOR = 32
"""Bytes that memory hands over at least: a load of any of them moves them all."""
LARGEST_ALIGNMENT = 128
"""Bytes of a cache line of a GPU: nothing gains from more."""
LARGEST_LOAD = 16
"""Bytes that one lane loads at most."""


class Touched(NamedTuple):
    """What neighbouring lanes touch together along one axis."""

    axis: int
    lanes: int
    """``WARP``, or as many as the axis has elements."""
    sectors: int


def alignment(number: int) -> int:
    """The largest power of two that divides an address or a stride, 128 at most; 0 is divided by all.

    >>> alignment(48), alignment(-12), alignment(4096), alignment(0), alignment(7)
    (16, 4, 128, 128, 1)
    """
    return min(number & -number, LARGEST_ALIGNMENT) if number else LARGEST_ALIGNMENT


def widest_load(layout: Layout, address: int) -> int:
    """Bytes of the widest load, 16 at most, that can fetch every element: aligned, and all of it elements.

    Axes that follow one another without a gap are one run. The run must be a whole number of loads, and start at one
    for every index of the other axes. Strides of 0 repeat a run and cost nothing.

    Args:
        layout: With at least one element of one byte.
        address: Of the storage's first byte.

    >>> from tensorlab.layout.record import Layout
    >>> widest_load(Layout((4, 6), (24, 4), itemsize=4), 4096), widest_load(Layout((4, 5), (24, 4), itemsize=4), 4096)
    (16, 4)
    >>> widest_load(Layout((4, 6), (24, 4), offset=8, itemsize=4), 4096)
    8
    """
    run, others = _run(layout)
    load = min(alignment(run), alignment(address + extent(layout).start), LARGEST_LOAD)
    return min([load, *map(alignment, others)])


def _run(layout: Layout) -> tuple[int, list[int]]:
    """Bytes that lie side by side along the fastest axes, and the strides from one such run to the next."""
    run = layout.itemsize
    others: list[int] = []
    for stride, n in sorted((abs(s), n) for s, n in zip(layout.strides, layout.shape, strict=True) if n > 1 and s):
        if stride == run and not others:
            run *= n
        else:
            others.append(stride)
    return run, others


def warp_sectors(layout: Layout, address: int) -> tuple[Touched, ...]:
    """Along each axis of two elements or more: the sectors that a warp touches, an element a lane, from the first on.

    Args:
        layout: With at least one element of one byte.
        address: Of the storage's first byte.

    >>> from tensorlab.layout.record import Layout
    >>> warp_sectors(Layout((64, 64), (256, 4), itemsize=4), 4096)
    (Touched(axis=0, lanes=32, sectors=32), Touched(axis=1, lanes=32, sectors=4))
    >>> warp_sectors(Layout((9, 1), (0, 4), offset=30, itemsize=4), 4096)
    (Touched(axis=0, lanes=9, sectors=2),)
    """
    if numel(layout.shape) == 0:
        return ()
    first = address + layout.offset
    sizes = zip(layout.strides, layout.shape, strict=True)
    return tuple(_touched(axis, first, stride, n, layout) for axis, (stride, n) in enumerate(sizes) if n > 1)


def _touched(axis: int, first: int, stride: int, size: int, layout: Layout) -> Touched:
    lanes = min(size, WARP)
    sectors, known = 0, -1
    for start in sorted(first + lane * stride for lane in range(lanes)):
        low, high = start // SECTOR, (start + layout.itemsize - 1) // SECTOR
        if high > known or not sectors:
            sectors += high - (max(low - 1, known) if sectors else low - 1)
            known = high
    return Touched(axis, lanes, sectors)
