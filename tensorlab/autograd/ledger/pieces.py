"""Which bytes each of many layouts adds to those before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.layout.covered import covered
from tensorlab.memory.grouping.extents import covered_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.record import Layout

_MOST_STEPS = 256
"""Different layouts, some with gaps, that are added one by one."""

_Run = tuple[int, int]


def fresh_bytes(placed: Sequence[tuple[int, Layout]]) -> list[int]:
    """Of each layout, with the address that it starts at, the bytes that none before it covers.

    Together they are the bytes that all cover, each once. Of layouts with gaps that are more than a few hundred, the
    last is told what all the later ones add.

    >>> from tensorlab.layout.record import Layout
    >>> whole, part = Layout((10,), (4,), 0, 4), Layout((6,), (4,), 24, 4)
    >>> fresh_bytes([(4096, whole), (4096, part), (4096, whole)])
    [40, 8, 0]
    """
    alone = _dense(*placed[0]) if len(placed) == 1 else None
    if alone is not None:
        return [alone[1] - alone[0]]
    first = {key: n for n, key in reversed(list(enumerate(placed)))}
    different = sorted(first, key=first.__getitem__)
    runs = [_dense(start, layout) for start, layout in different]
    dense = [run for run in runs if run is not None]
    sizes = _added(dense) if len(dense) == len(runs) else _stepwise(different)
    found = [0] * len(placed)
    for key, size in zip(different, sizes, strict=True):
        found[first[key]] = size
    return found


def _dense(start: int, layout: Layout) -> _Run | None:
    """From its first byte to behind its last, where every byte between belongs to an element."""
    reach = _reach(layout)
    return None if reach is None else (start + reach[0], start + reach[1])


@lru_cache(maxsize=4096)
def _reach(layout: Layout) -> _Run | None:
    """As ``_dense``, from the address 0; a graph has few different layouts."""
    reach = extent(layout)
    if not reach:
        return (0, 0)
    known = covered(layout)
    return (reach.start, reach.stop) if known.exact and known.nbytes == len(reach) else None


def _added(runs: Sequence[_Run]) -> list[int]:
    """The runs so far are kept apart and in order."""
    begins: list[int] = []
    ends: list[int] = []
    sizes = []
    for start, stop in runs:
        low, high = bisect_left(ends, start), bisect_right(begins, stop)
        inside = list(zip(begins[low:high], ends[low:high], strict=True))
        known = sum(min(end, stop) - max(begin, start) for begin, end in inside)
        sizes.append(stop - start - known)
        if stop > start:
            begins[low:high] = [min([start, *begins[low:high]])]
            ends[low:high] = [max([stop, *ends[low:high]])]
    return sizes


def _stepwise(placed: Sequence[tuple[int, Layout]]) -> list[int]:
    sizes: list[int] = []
    before = 0
    for n in range(1, len(placed) + 1):
        if n > _MOST_STEPS and n < len(placed):
            sizes.append(0)
            continue
        reached = covered_together(placed[:n]).nbytes
        sizes.append(max(reached - before, 0))
        before = max(before, reached)
    return sizes
