"""Whether bounded counts of steps make a number: by rules, by a search, by marking every sum, or not known."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.layout.bitset import marking, sums
from tensorlab.layout.diophantine import Steps, is_nested, search_order, solve
from tensorlab.layout.runs import merged, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.record import Method
    from tensorlab.layout.runs import Run

FEW_STEPS = 2_000
"""Of the search that comes before every sum is marked: about a millisecond."""
MANY_STEPS = 500_000
"""Of all searches together, the last of them where there are too many sums to mark: about a second."""
MOST_POSITIONS = 2**28
"""That are marked at once, a bit each: 32 MiB."""
MOST_MARKING = 2**34
"""Bits that are written while sums are marked, all together: about a second."""

Axes: TypeAlias = "list[tuple[int, int]]"
"""Step and size of each."""


class Effort:
    """What one question may still cost, of however many equations it is made."""

    __slots__ = ("marking", "steps")

    def __init__(self) -> None:
        self.steps = MANY_STEPS
        self.marking = MOST_MARKING


class Solution(NamedTuple):
    """What came out."""

    method: Method
    counts: tuple[int, ...] | None = None
    """One an axis; None where there is no solution, or none is known."""
    cap: str | None = None
    """Why it is not known."""


def counts_of(axes: Sequence[tuple[int, int]], target: int, effort: Effort | None = None) -> Solution:
    """Counts, one for each axis (step, size), whose steps sum to the target. Steps are positive.

    Args:
        axes: Step and size of each.
        target: What the steps sum to.
        effort: What the question may still cost, for one that is made of several equations.

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
    solution = _solved([(run.step // unit, run.size) for run in runs], target // unit, effort or Effort())
    if solution.counts is None:
        return solution
    return solution._replace(counts=_spread(axes, runs, solution.counts))


def near_counts(axes: Sequence[tuple[int, int]], target: int, near: Sequence[int], effort: Effort) -> Solution | None:
    """Counts near to the given ones, by a short search; None where that does not tell whether there are any.

    >>> near_counts([(3, 9), (1, 9)], 12, (4, 0), Effort()).counts, counts_of([(3, 9), (1, 9)], 12).counts
    ((4, 0), (4, 0))
    >>> near_counts([(3, 9), (1, 9)], 12, (2, 6), Effort()).counts
    (2, 6)
    """
    known, counts = _searched(axes, target, effort, FEW_STEPS, near)
    return Solution("search", counts) if known else None


def _spread(axes: Sequence[tuple[int, int]], runs: Sequence[Run], counts: tuple[int, ...]) -> tuple[int, ...]:
    """From the counts of runs to those of the axes that they are made of."""
    found = dict.fromkeys(range(len(axes)), 0)
    for run, count in zip(runs, counts, strict=True):
        found |= split(run, count)
    return tuple(found.values())


def _solved(axes: Axes, target: int, effort: Effort) -> Solution:
    method: Method = "nested strides" if is_nested(search_order(axes)) else "search"
    known, counts = _searched(axes, target, effort, FEW_STEPS)
    if known:
        return Solution(method, counts)
    halves = _halves([(step, min(size, target // step + 1)) for step, size in axes], target)  # more pass the target
    positions = max(min(_reach(half), target) for half in halves)
    needed = sum(marking(half, target) * (1 + len(half).bit_length()) for half in halves)
    if positions <= MOST_POSITIONS and needed <= effort.marking:
        effort.marking -= needed
        return Solution("bitset", _marked(halves, target))
    known, counts = _searched(axes, target, effort, effort.steps)
    if known:
        return Solution("search", counts)
    if positions > MOST_POSITIONS:
        words = f"{positions:,} positions are more than the {MOST_POSITIONS:,} that are marked"
    else:
        words = f"marking {positions:,} positions takes more than the {MOST_MARKING:,} bits that are written in all"
    return Solution("cap", cap=f"{words}, and {MANY_STEPS:,} steps of search did not decide")


def _searched(
    axes: Sequence[tuple[int, int]], target: int, effort: Effort, most: int, near: Sequence[int] | None = None
) -> tuple[bool, tuple[int, ...] | None]:
    """A search whose steps are taken from those of the whole question."""
    given = min(most, effort.steps)
    steps = Steps(given)
    found = searched(axes, target, steps, near)
    effort.steps -= given - steps.left
    return found


def searched(
    axes: Sequence[tuple[int, int]], target: int, budget: int | Steps, near: Sequence[int] | None = None
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
    cut = len(axes) // 2
    made = _marked((axes[:cut], axes[cut:]), total) if cut else None
    if made is None:
        raise AssertionError(f"{total} was marked as a sum of {axes}")
    return made
