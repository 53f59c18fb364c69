"""How many bytes several layouts cover together, each byte once."""

from __future__ import annotations

from bisect import bisect_right
from math import gcd
from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.layout.covered import Covered, covered
from tensorlab.memory.grouping.storages import overlapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.layout.record import Layout

_MOST_MARKS = 2**24
"""Positions that are marked one by one, a bit each, where layouts interleave."""


def covered_together(layouts: Iterable[tuple[int, Layout]]) -> Covered:
    """The bytes that belong to an element of at least one layout, each layout beginning at its storage's address.

    Dense ones are added as intervals; those that interleave are marked position by position. The count is exact but
    for patterns that are too long to mark: there, no more are covered than told.

    >>> from tensorlab.layout.record import Layout
    >>> even, odd = Layout((5,), (8,), 0, 4), Layout((5,), (8,), 4, 4)
    >>> covered_together([(4096, even), (4096, odd), (4096, even)])
    Covered(nbytes=40, exact=True)
    """
    present = [(start, layout) for start, layout in dict.fromkeys(layouts) if extent(layout)]
    runs = [(*_run(start, layout), n) for n, (start, layout) in enumerate(present)]
    found = [_cluster([present[n] for n in cluster]) for cluster in overlapping(runs)]
    return Covered(sum(part.nbytes for part in found), all(part.exact for part in found))


def _run(start: int, layout: Layout) -> tuple[int, int]:
    reach = extent(layout)
    return start + reach.start, start + reach.stop


def _cluster(placed: Sequence[tuple[int, Layout]]) -> Covered:
    """Of layouts whose extents overlap."""
    if len(placed) == 1:
        return covered(placed[0][1])
    runs = [_run(start, layout) for start, layout in placed]
    counts = [covered(layout).nbytes for _, layout in placed]
    dense = merged(run for run, count in zip(runs, counts, strict=True) if count == run[1] - run[0])
    loose = [n for n, run in enumerate(runs) if not _is_inside(run, dense)]
    together = sum(stop - start for start, stop in dense)
    if not loose:
        return Covered(together, exact=True)
    low, high = min(start for start, _ in runs), max(stop for _, stop in runs)
    marked = _marked(placed, low, high)
    if marked is not None:
        return Covered(marked, exact=True)
    return Covered(min(high - low, together + sum(counts[n] for n in loose)), exact=False)


def merged(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes as runs that are apart, in order.

    >>> merged([(4, 8), (0, 4), (9, 10), (5, 6)])
    [(0, 8), (9, 10)]
    """
    found: list[tuple[int, int]] = []
    for start, stop in sorted(runs):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def _is_inside(run: tuple[int, int], whole: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the runs that are apart holds all of it."""
    n = bisect_right(whole, run[0], key=lambda other: other[0]) - 1
    return n >= 0 and run[1] <= whole[n][1]


def _marked(placed: Sequence[tuple[int, Layout]], low: int, high: int) -> int | None:
    """Bytes counted by a mark a unit; None where there are too many units."""
    unit = high - low
    for start, layout in placed:
        steps = (stride for stride, n in zip(layout.strides, layout.shape, strict=True) if n > 1)
        unit = gcd(unit, start + layout.offset - low, layout.itemsize, *steps)
    if (high - low) // unit * len(placed) > _MOST_MARKS:
        return None
    marks = 0
    for start, layout in placed:
        marks |= _marks(layout, unit) << (start + extent(layout).start - low) // unit
    return marks.bit_count() * unit


def _marks(layout: Layout, unit: int) -> int:
    marks = (1 << layout.itemsize // unit) - 1
    for stride, n in zip(layout.strides, layout.shape, strict=True):
        done = 1
        while done < n and stride:
            more = min(done, n - done)
            marks |= marks << (more * abs(stride) // unit)
            done += more
    return marks
