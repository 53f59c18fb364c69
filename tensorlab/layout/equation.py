"""Whether bounded counts of steps make a number: by rules, by a search, by marking every sum, or not known."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.bitset import sums
from tensorlab.layout.diophantine import is_nested, search_order, solve
from tensorlab.layout.runs import merged, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.record import Method
    from tensorlab.layout.runs import Run

FEW_STEPS = 2_000
"""Of the search that comes before every sum is marked: about a millisecond."""
MANY_STEPS = 500_000
"""Of the one that comes after, where there are too many sums to mark."""
MOST_POSITIONS = 2**28
"""That are marked, a bit each: 32 MiB, about half a second."""


class Solution(NamedTuple):
    """What came out."""

    method: Method
    counts: tuple[int, ...] | None = None
    """One an axis; None where there is no solution, or none is known."""
    cap: str | None = None
    """Why it is not known."""


def counts_of(axes: Sequence[tuple[int, int]], target: int) -> Solution:
    """Counts, one for each axis (step, size), whose steps sum to the target. Steps are positive.

    >>> counts_of([(12, 2), (4, 3)], 16), counts_of([(12, 2), (4, 3)], 18).method
    (Solution(method='bounds', counts=(1, 1), cap=None), 'gcd')
    >>> counts_of([(10, 3), (4, 2)], 8)
    Solution(method='nested strides', counts=None, cap=None)
    """
    if not 0 <= target <= sum(step * (size - 1) for step, size in axes):
        return Solution("bounds")
    unit = gcd(*(step for step, size in axes if size > 1))
    if target % (unit or 1):
        return Solution("gcd")
    runs = merged(axes)
    if len(runs) < 2:
        found = (target // runs[0].step,) if runs else ()
        return Solution("bounds", _spread(axes, runs, found))
    solution = _solved(runs, target // unit, unit)
    if solution.counts is None:
        return solution
    return solution._replace(counts=_spread(axes, runs, solution.counts))


def near_counts(axes: Sequence[tuple[int, int]], target: int, near: Sequence[int]) -> Solution:
    """The same, and where a short search finds some, counts near to the given ones.

    >>> near_counts([(3, 9), (1, 9)], 12, (4, 0)).counts, counts_of([(3, 9), (1, 9)], 12).counts
    ((4, 0), (4, 0))
    >>> near_counts([(3, 9), (1, 9)], 12, (2, 6)).counts
    (2, 6)
    """
    known, counts = searched(axes, target, FEW_STEPS, near)
    return Solution("search", counts) if known else counts_of(axes, target)


def _spread(axes: Sequence[tuple[int, int]], runs: Sequence[Run], counts: tuple[int, ...]) -> tuple[int, ...]:
    """From the counts of runs to those of the axes that they are made of."""
    found = dict.fromkeys(range(len(axes)), 0)
    for run, count in zip(runs, counts, strict=True):
        found |= split(run, count)
    return tuple(found.values())


def _solved(runs: list[Run], target: int, unit: int) -> Solution:
    axes = [(run.step // unit, run.size) for run in runs]
    method: Method = "nested strides" if is_nested(search_order(axes)) else "search"
    known, counts = searched(axes, target, FEW_STEPS)
    if known:
        return Solution(method, counts)
    halves = _halves(axes, target)
    positions = max(min(_reach(half), target) for half in halves)
    if positions <= MOST_POSITIONS:
        return Solution("bitset", _marked(halves, target))
    known, counts = searched(axes, target, MANY_STEPS)
    if known:
        return Solution("search", counts)
    words = f"{positions:,} positions are more than the {MOST_POSITIONS:,} that are marked"
    return Solution("cap", cap=f"{words}, and {MANY_STEPS:,} steps of search did not decide")


def searched(
    axes: Sequence[tuple[int, int]], target: int, budget: int, near: Sequence[int] | None = None
) -> tuple[bool, tuple[int, ...] | None]:
    """Whether the search came to an end within its budget of steps, and the counts where there are some.

    Counts near the given ones are tried first.

    >>> searched([(12, 2), (4, 3)], 16, 99), searched([(12, 2), (4, 3)], 16, 1)
    ((True, (1, 1)), (False, None))
    """
    terms = search_order(axes)
    found = next(solve(terms, target, budget, near=near), ())
    if found is None:
        return False, None
    if not found:
        return True, None if target else (0,) * len(axes)
    counts = [0] * len(axes)
    for term, count in zip(terms, found, strict=True):
        counts[term.number] = count
    return True, tuple(counts)


Axes = list[tuple[int, int]]


def _reach(axes: Axes) -> int:
    return sum(step * (size - 1) for step, size in axes)


def _halves(axes: Axes, target: int) -> tuple[Axes, Axes]:
    """The small steps and the large ones, cut where marking both sides costs least."""

    def cost(cut: int) -> int:
        return sum(len(half) * min(_reach(half), target) for half in (axes[:cut], axes[cut:]))

    cut = min(range(1, len(axes)), key=cost)
    return axes[:cut], axes[cut:]


def _marked(halves: tuple[Axes, Axes], target: int) -> tuple[int, ...] | None:
    """The sums of the small steps beside what the large ones leave of the target: where both are marked, they meet."""
    small, large = halves
    shift = target - _reach(large)  # a sum of the large ones, counted back from their greatest, is another such sum
    low, high = max(0, shift), min(_reach(small), target)
    common = sums(small, low, high) & sums(large, low - shift, high - shift)
    if not common:
        return None
    meeting = low + (common & -common).bit_length() - 1
    return (*_made(small, meeting), *_made(large, target - meeting))


def _made(axes: Axes, total: int) -> tuple[int, ...]:
    """Counts that make a sum which is known to be one."""
    known, counts = searched(axes, total, FEW_STEPS)
    if known and counts is not None:
        return counts
    (step, size), rest = axes[-1], axes[:-1]
    low = max(0, total - step * (size - 1))
    marks = sums(rest, low, total).to_bytes((total - low) // 8 + 1, "little")
    for count in range(size):
        at = total - count * step - low
        if at >= 0 and marks[at >> 3] >> (at & 7) & 1:
            return (*_made(rest, total - count * step), count)
    raise AssertionError(f"{total} was marked as a sum of {axes}")
