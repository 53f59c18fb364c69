"""From a layout to a time: cache lines, pages and elements, each at what it costs on this machine."""

from __future__ import annotations

from itertools import pairwise
from math import gcd, log
from typing import TYPE_CHECKING

from tensorlab.bench.striding.record import Forecast, Traffic
from tensorlab.layout.touched import LINE, PAGE, touched_blocks

UNFORESEEN = 7
"""Lines of a page after its first that come before the processor fetches ahead, about."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.bench.striding.record import Costs, Curve, Kernel
    from tensorlab.layout.record import Layout


def traffic(
    layout: Layout, address: int = 0, *, write: bool = False, times: int = 1, again: int | None = None
) -> Traffic | None:
    """What one pass over a layout fetches when it goes from one end to the other.

    Args:
        layout: Of the elements.
        address: Of the storage's first byte.
        write: Whether they are written.
        times: Passes in a call.
        again: Bytes that are touched before the same lines are touched again, where that is more than the layout's own.

    Returns:
        None where the lines or pages cannot be counted.

    >>> from tensorlab.layout.record import Layout
    >>> column = traffic(Layout((1024,), (4096,), itemsize=4))
    >>> column.lines, column.pages, column.footprint  # all lines compete for one 64th of a cache
    (1024, 1024, 4194304)
    """
    lines, pages = (touched_blocks(layout, size, address).count for size in (LINE, PAGE))
    if lines is None or pages is None:
        return None
    crowded = crowding(layout)
    footprint = max(lines * LINE * crowded, again or 0)
    return Traffic(
        lines=lines, entries=pages, pages=pages, footprint=footprint, crowding=crowded, write=write, times=times
    )


def crowding(layout: Layout) -> int:
    """How many times too many lines there are for the places of a cache that they may take.

    A line's place follows from its place within a page, so a stride of whole pages uses one place of 64.

    >>> from tensorlab.layout.record import Layout
    >>> [crowding(Layout((999,), (stride,), itemsize=4)) for stride in (4, 128, 192, 4096, 12288)]
    [1, 2, 1, 64, 64]
    """
    steps = [abs(stride) for stride, n in zip(layout.strides, layout.shape, strict=True) if n > 1 and stride]
    common = gcd(PAGE, *steps) if steps else LINE
    return max(1, common // LINE)


def forecast(  # noqa: PLR0913 - what is fetched, what is computed, and at which cost
    costs: Costs, kernel: Kernel, passes: Sequence[Traffic], elements: int, *, dense: bool, calls: int = 1
) -> Forecast:
    """The time of calls that make these passes.

    The first line of a page comes alone, after the page's address was looked up; so do the next few, until the
    processor sees where they lead and fetches ahead. Where lines are left out between others, each costs what such a
    line costs where lines lie as crowded.

    Args:
        costs: Of this machine.
        kernel: What computes.
        passes: What is fetched.
        elements: That are computed with.
        dense: Whether they lie side by side.
        calls: Into the library.

    >>> from tensorlab.bench.striding.record import Costs, Kernel
    >>> kernel = Kernel(library="numpy", operation="sum", call=1e-6, dense=1e-10, strided=2e-10)
    >>> costs = Costs(reads=((1e6, 1e-9),), writes=((1e6, 1e-9),), starts=((1e6, 2e-9),),
    ...               alone=((1e6, 5e-9),), walks=((1e3, 2e-9),), kernels=(kernel,))
    >>> whole = Traffic(lines=6400, entries=100, pages=100, footprint=409600)
    >>> forecast(costs, kernel, [whole], 102400, dense=True).bound
    'elements'
    """
    lines = pages = 0.0
    for one in passes:
        if one.write:
            lines += one.times * one.lines * at(costs.writes, one.footprint)
            continue
        fetching, entering = _apart(costs, kernel, one) if kernel.apart and _gaps(one) else _streamed(costs, one)
        lines += one.times * fetching
        pages += one.times * entering
    each = kernel.dense if dense else kernel.strided
    return Forecast(call=calls * kernel.call, elements=elements * each, lines=lines, pages=pages)


def _gaps(one: Traffic) -> bool:
    """Whether a page that is entered gives more lines than one, and not all."""
    return one.entries < one.lines < one.entries * (PAGE // LINE) * 2 // 3


def _streamed(costs: Costs, one: Traffic) -> tuple[float, float]:
    """Seconds of lines side by side, or of one a page; and of the pages that they begin."""
    first = min(one.entries, one.lines)
    starting = min(one.lines - first, first * UNFORESEEN)
    fetching = starting * at(costs.starts, one.footprint) + (one.lines - first - starting) * at(
        costs.reads, one.footprint
    )
    return fetching, one.entries * (at(costs.alone, one.footprint) + at(costs.walks, one.pages))


def _apart(costs: Costs, kernel: Kernel, one: Traffic) -> tuple[float, float]:
    """Seconds of lines with others left out between them, as much less as they come from nearer; the look-ups in it."""
    nearer = min(1.0, at(costs.starts, one.footprint) / costs.starts[-1][1])
    spent = one.lines * at(kernel.apart, one.crowding) * nearer
    entering = min(one.entries * at(costs.walks, one.pages), spent / 2)
    return spent - entering, entering


def at(curve: Curve, place: float) -> float:
    """The value of a curve, straight between its points over the logarithm; flat before the first, after the last.

    >>> at(((10, 1.0), (1000, 3.0)), 100), at(((10, 1.0), (1000, 3.0)), 1e9)
    (2.0, 3.0)
    """
    if place <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in pairwise(curve):
        if place <= right:
            return low + (high - low) * log(place / left) / log(right / left)
    return curve[-1][1]
