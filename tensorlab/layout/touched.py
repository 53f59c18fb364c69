"""How many cache lines, pages, or blocks of any size the elements lie in, each counted once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import gcd, prod
from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError
from tensorlab.layout.address import extent
from tensorlab.layout.runs import merged
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.record import Layout

LINE = 64
"""Bytes of a cache line of nearly every processor."""
PAGE = 4096
"""Bytes of a page of memory where nothing asks for larger ones."""
MOST_STARTS = 2**20
"""Places that are looked at one by one, where strides neither meet nor nest."""
MOST_RESIDUES = 2**22
"""Places within a block that are told apart."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many blocks are touched."""

    count: int | None
    """None where it is not known."""
    cap: str = ""
    """Why it is not known."""


def touched_blocks(layout: Layout, size: int, address: int = 0) -> Distinct:
    """The aligned blocks of ``size`` bytes that hold a byte of at least one element: exact, whatever the strides.

    Steps that skip no block make one run of bytes. An axis that steps over all that smaller ones reach has neighbours
    with one block in common at most, and whether they have depends on where in a block they start: so counts are
    summed over those places, not over elements, and a view of any size takes some thousand steps. Only where windows
    overlap with gaps in them, as ``as_strided`` can make them, are places looked at one by one, up to a cap.

    Args:
        layout: Offset and strides in bytes; elements may overlap and strides may be negative.
        size: Bytes of a block: ``LINE``, ``PAGE``, or any other.
        address: Of the storage's first byte; blocks are aligned to address 0.

    Returns:
        The count, or None with the cap that was met.

    Raises:
        LayoutError: The size is no whole number of 1 or more.

    >>> from tensorlab.layout.record import Layout
    >>> touched_blocks(Layout((1024, 1024), (4096, 4), itemsize=4), LINE)
    Distinct(count=65536, cap='')
    >>> column = Layout((1024,), (4096,), itemsize=4)
    >>> touched_blocks(column, LINE).count, touched_blocks(column, PAGE).count
    (1024, 1024)
    >>> touched_blocks(Layout((1000, 1000), (0, 0), offset=62, itemsize=4), LINE).count  # expanded, and unaligned
    2
    """
    if type(size) is not int or size < 1:
        raise LayoutError(f"a block has 1 byte or more; got {size!r}", hint=f"ask for {LINE} or {PAGE}")
    if numel(layout.shape) == 0 or layout.itemsize == 0:
        return Distinct(0)
    sizes = zip(layout.strides, layout.shape, strict=True)
    runs = merged([(abs(stride), n) for stride, n in (*sizes, (1, layout.itemsize)) if stride])
    length, axes = _joined([(run.step, run.size) for run in runs], size)
    return _counted(axes, length, size, (extent(layout).start + address) % size)


def _joined(axes: Sequence[tuple[int, int]], size: int) -> tuple[int, Sequence[tuple[int, int]]]:
    """Bytes from the first to the last of a run that skips no block, and the axes that do skip some."""
    length = 1
    for at, (step, n) in enumerate(axes):
        if step - (length - 1) > size:
            return length, axes[at:]
        length += step * (n - 1)
    return length, ()


def _counted(axes: Sequence[tuple[int, int]], length: int, size: int, start: int) -> Distinct:
    """Blocks of runs of bytes at all sums of steps."""
    unit = gcd(size, *(step for step, _ in axes))
    places, first = size // unit, start % unit
    if not axes:
        return Distinct((start + length - 1) // size + 1)
    if places > MOST_RESIDUES:
        return Distinct(None, f"{places:,} places in a block; {MOST_RESIDUES:,} at most are told apart")
    tangled, reach = _tangled(axes, length)
    if tangled:
        work = prod(n for _, n in axes[:tangled]) * (places if tangled < len(axes) else 1)
        if work > MOST_STARTS:
            return Distinct(None, f"{work:,} places to be looked at one by one; {MOST_STARTS:,} at most are")
        starts = _sums(axes[:tangled])
        if tangled == len(axes):
            return Distinct(_looked_at(starts, length, size, start))
        blocks = [_looked_at(starts, length, size, first + unit * place) for place in range(places)]
    else:
        blocks = [(first + unit * place + length - 1) // size + 1 for place in range(places)]
    for step, n in axes[tangled:]:
        common = [(at + reach) // size == (at + step) // size for at in range(first, size, unit)]
        blocks = [
            every - shared
            for every, shared in zip(
                _windows(blocks, step // unit, n), _windows(common, step // unit, n - 1), strict=True
            )
        ]
        reach += step * (n - 1)
    return Distinct(blocks[start // unit])


def _tangled(axes: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """How many axes there are up to the last that does not step over all that smaller ones reach; and their reach."""
    last, reach, inside = 0, length - 1, length - 1
    for at, (step, n) in enumerate(axes):
        if step <= reach:
            last = at + 1
        reach += step * (n - 1)
        inside = reach if last == at + 1 else inside
    return last, inside


def _windows(values: Sequence[int], step: int, n: int) -> list[int]:
    """For each place, the sum of ``n`` values, each ``step`` places after the one before, round and round.

    >>> _windows([1, 10, 100], 1, 4)
    [112, 121, 211]
    """
    total = len(values)
    found = [0] * total
    cycles = gcd(step, total)
    period = total // cycles
    for begin in range(cycles):
        orbit = [(begin + step * turn) % total for turn in range(period)]
        sums = [0, *accumulate(values[place] for place in orbit * 2)]
        rounds, rest = divmod(n, period)
        for turn, place in enumerate(orbit):
            found[place] = rounds * sums[period] + sums[turn + rest] - sums[turn]
    return found


def _sums(axes: Sequence[tuple[int, int]]) -> list[int]:
    found = {0}
    for step, n in axes:
        found = {start + step * count for start in found for count in range(n)}
    return sorted(found)


def _looked_at(starts: Sequence[int], length: int, size: int, start: int) -> int:
    count, known = 0, -1
    for at in starts:
        low, high = (start + at) // size, (start + at + length - 1) // size
        count += max(0, high - max(low - 1, known))
        known = high
    return count
