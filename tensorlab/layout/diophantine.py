"""Sums of steps that make a number: one linear equation with bounded unknowns.

Which index lies at an address, whether two layouts meet, whether one meets itself: each is the question whether counts
``0 <= x[k] < size[k]`` exist with ``sum(x[k] * step[k]) == target``.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Term(NamedTuple):
    """One unknown, and what those after it in the search can still add."""

    number: int
    """Its place in the question."""
    size: int
    step: int
    low: int
    """Least sum of the terms after this one."""
    high: int
    """Greatest sum of them."""
    common: int
    """Greatest common divisor of their steps; 0 where there is none."""


class Steps:
    """Steps that searches may still take."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


def search_order(axes: Iterable[tuple[int, int]]) -> list[Term]:
    """The step and the size of each unknown, largest step first; one of size 1 is no unknown.

    >>> [term.number for term in search_order([(4, 3), (5, 1), (-12, 2)])]
    [2, 0]
    """
    given = list(axes)
    by_step = sorted(range(len(given)), key=lambda number: -abs(given[number][0]))
    terms: list[Term] = []
    low = high = common = 0
    for number in reversed([number for number in by_step if given[number][1] > 1]):
        step, size = given[number]
        terms.append(Term(number, size, step, low, high, common))
        reach = (size - 1) * step
        low, high, common = low + min(reach, 0), high + max(reach, 0), gcd(common, step)
    return terms[::-1]


def is_nested(terms: list[Term]) -> bool:
    """Whether each step passes over all that the smaller ones reach, so that a sum is made in one way at most.

    >>> is_nested(search_order([(12, 2), (4, 3)])), is_nested(search_order([(8, 2), (4, 3)]))
    (True, False)
    """
    return all(abs(term.step) > term.high - term.low for term in terms)


def solve(
    terms: list[Term], target: int, budget: int | Steps | None = None, *, near: Sequence[int] | None = None
) -> Iterator[tuple[int, ...] | None]:
    """Every choice of counts, one a term, whose steps sum to the target; None, as the last, where the budget is spent.

    Depth first with an explicit stack. Branches that the bounds, or the greatest common divisor of the remaining
    steps, exclude are not entered. Where the terms nest, a solution costs a step a term; contrived steps make the
    search long, so a caller that may not wait gives a budget of steps.

    Args:
        terms: In search order.
        target: What they sum to.
        budget: Steps before it is given up; ``Steps`` keep what is left of them.
        near: For each unknown of the question, the count from which others are tried outwards, instead of from 0 on.

    >>> list(solve(search_order([(12, 2), (4, 3)]), 16)), list(solve(search_order([(4, 2), (4, 3)]), 8))
    ([(1, 1)], [(0, 2), (1, 1)])
    >>> list(solve(search_order([(4, 2), (4, 3)]), 8, budget=2))
    [(0, 2), None]
    """
    if not terms:
        if target == 0:
            yield ()
        return
    stack = [(_candidates(terms[0], target, near), target)]
    counts: list[int] = []
    steps = Steps(budget) if isinstance(budget, int) else budget
    while stack:
        if steps is not None:
            if steps.left <= 0:
                yield None
                return
            steps.left -= 1
        candidates, rest = stack[-1]
        count = next(candidates, None)
        del counts[len(stack) - 1 :]
        if count is None:
            stack.pop()
            continue
        counts.append(count)
        rest -= count * terms[len(stack) - 1].step
        if len(stack) == len(terms):
            yield tuple(counts)
        else:
            stack.append((_candidates(terms[len(stack)], rest, near), rest))


def _candidates(term: Term, target: int, near: Sequence[int] | None) -> Iterator[int]:
    counts = _counts(term, target)
    return iter(counts) if near is None else _outwards(counts, near[term.number])


def _counts(term: Term, target: int) -> range:
    """Counts that leave a remainder which the later terms can reach, by bounds and by divisibility."""
    _, size, step, low, high, common = term
    if step == 0:
        reachable = low <= target <= high and (target % common == 0 if common else target == 0)
        return range(size if reachable else 0)
    ends = (target - high, target - low) if step > 0 else (target - low, target - high)
    first, last = max(-(-ends[0] // step), 0), min(ends[1] // step, size - 1)
    if common == 0:
        return range(first, last + 1)
    divisor = gcd(common, step)
    if target % divisor:
        return range(0)
    stride = common // divisor
    first += (_congruent(step, target, common) - first) % stride
    return range(first, last + 1, stride)


def _outwards(counts: range, near: int) -> Iterator[int]:
    """The same counts, those nearest to one of them first."""
    cut = min(max(-(-(near - counts.start) // counts.step), 0), len(counts))
    above, below = counts[cut:], counts[:cut][::-1]
    for n in range(max(len(above), len(below))):
        yield from above[n : n + 1]
        yield from below[n : n + 1]


def _congruent(step: int, target: int, modulus: int) -> int:
    """A count with ``count * step == target`` modulo ``modulus``; there is one when the gcd divides the target."""
    divisor = gcd(step, modulus)
    reduced = modulus // divisor
    return (target // divisor) * pow(step // divisor, -1, reduced) % reduced if reduced > 1 else 0
