"""Whether two layouts share a byte, or two indices of one layout do: exactly, with a witness, or not known."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from tensorlab.layout.equation import Effort, counts_of, near_counts
from tensorlab.layout.record import Answer, Overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.equation import Solution
    from tensorlab.layout.record import Method


class Placed(Protocol):
    """What is asked of a layout; anything with these four will do."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Elements along each axis."""

    @property
    def strides(self) -> tuple[int, ...]:
        """In bytes."""

    @property
    def offset(self) -> int:
        """Where element (0, ..., 0) begins."""

    @property
    def itemsize(self) -> int:
        """Bytes that an element covers."""


Stepping: TypeAlias = "tuple[list[tuple[int, int]], int]"
"""The length and the number of steps along each axis that moves, and the itemsize."""

_EMPTY = Overlap(Answer.NO, "empty")
_APART = Overlap(Answer.NO, "bounds")
_INDIVISIBLE = Overlap(Answer.NO, "gcd")
_NESTED = Overlap(Answer.NO, "nested strides")
_HARDEST_LAST: tuple[Method, ...] = ("bounds", "gcd", "nested strides", "search", "bitset", "cap")


def overlap(first: Placed, second: Placed, *, distance: int = 0) -> Overlap:
    """Whether an element of the one has a byte in common with an element of the other.

    Every element covers its itemsize, so that unaligned layouts and those of different itemsizes may meet in part of
    an element. What is quick is tried first: extents, the greatest common divisor of the strides, strides that nest;
    then a bounded search, every position marked in a long integer, a longer search. Past their caps it is not known.

    Args:
        first: A layout over a run of bytes; its witness comes first, and the byte is counted from its storage.
        second: A layout over the same run of bytes.
        distance: Bytes from the first's storage to the second's.

    >>> from tensorlab.layout.record import Layout
    >>> a, b = Layout((20,), (4,), itemsize=4), Layout((5,), (4,), itemsize=4)
    >>> overlap(a, b, distance=40)
    Overlap(answer=<Answer.YES: 'yes'>, method='bounds', witness=((10,), (0,)), byte=40, cap=None)
    >>> even, odd = Layout((10,), (8,), itemsize=4), Layout((10,), (8,), 4, itemsize=4)
    >>> overlap(even, odd).answer, overlap(even, odd).method
    (<Answer.NO: 'no'>, 'gcd')
    """
    one, other = ends(first), ends(second)
    if one is None or other is None:
        return _EMPTY
    ahead = other[0] + distance - one[0]
    if ahead >= one[1] - one[0] or -ahead >= other[1] - other[0]:
        return _APART
    if ahead >= 0:
        found = _greedy(first, ahead)
        witness = None if found is None else (found, _corner(second))
    else:
        found = _greedy(second, -ahead)
        witness = None if found is None else (_corner(first), found)
    if witness is not None:
        return Overlap(Answer.YES, "bounds", witness, one[0] + max(ahead, 0))
    return _decided(first, second, ahead, distance)


def self_overlap(layout: Placed) -> Overlap:
    """Whether two different indices have a byte in common; the witness is a pair of them, near to one another.

    Exact as ``overlap`` is, of the differences between two indices.

    >>> from tensorlab.layout.record import Layout
    >>> self_overlap(Layout((8, 3), (8, 8), itemsize=8))  # arange(10.).unfold(0, 3, 1)
    Overlap(answer=<Answer.YES: 'yes'>, method='bounds', witness=((0, 1), (1, 0)), byte=8, cap=None)
    >>> self_overlap(Layout((2, 3), (12, 4), itemsize=4)).method
    'nested strides'
    """
    if ends(layout) is None:
        return _EMPTY
    axes = sorted((abs(s), axis) for axis, (n, s) in enumerate(zip(layout.shape, layout.strides, strict=True)) if n > 1)
    steps = _touching(layout, axes)
    if steps is not None:
        return _pair(layout, steps, "bounds")
    if _steps_over(layout, axes):
        return _NESTED
    hardest = _NESTED
    for found in _answers(layout, axes):
        if found.answer is Answer.YES:
            return found
        if _HARDEST_LAST.index(found.method) > _HARDEST_LAST.index(hardest.method):
            hardest = found
    return hardest


def ends(layout: Placed) -> tuple[int, int] | None:
    """The first byte that it covers and the one after the last; None where it covers none.

    >>> from tensorlab.layout.record import Layout
    >>> ends(Layout((3,), (-4,), offset=8, itemsize=4)), ends(Layout((3, 0), (4, 4), itemsize=4))
    ((0, 12), None)
    """
    low = layout.offset
    high = low + layout.itemsize
    if low == high:
        return None
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        if n == 0:
            return None
        if stride > 0:
            high += (n - 1) * stride
        else:
            low += (n - 1) * stride
    return low, high


def _corner(layout: Placed) -> tuple[int, ...]:
    """The index of the lowest element."""
    if min(layout.strides, default=0) >= 0:
        return (0,) * len(layout.shape)
    return tuple([0 if stride >= 0 else n - 1 for n, stride in zip(layout.shape, layout.strides, strict=True)])


def _greedy(layout: Placed, ahead: int) -> tuple[int, ...] | None:
    """The index that covers a byte so far from the lowest, by long steps first; where that fails, there may be one."""
    if not ahead:
        return _corner(layout)
    shape, strides = layout.shape, layout.strides
    steps = list(map(abs, strides))
    index = list(_corner(layout))
    for axis in sorted(range(len(steps)), key=steps.__getitem__, reverse=True):
        step = steps[axis]
        if step and ahead >= step:
            count = min(ahead // step, shape[axis] - 1)
            ahead -= count * step
            index[axis] += count if strides[axis] > 0 else -count
    return tuple(index) if ahead < layout.itemsize else None


def _decided(first: Placed, second: Placed, ahead: int, distance: int) -> Overlap:
    """By an equation: steps of the first, and of the second backwards, lead from the lowest byte of one to the other's.

    Elements that begin ``w`` apart share a byte where ``-second.itemsize < w < first.itemsize``; of those only the ones
    are met that the greatest common divisor of all steps allows, and they are one more axis.
    """
    forth, back = _steps(first), _steps(second)
    unit = gcd(*[step for step, _ in forth], *[step for step, _ in back]) or 1
    least = 1 - second.itemsize
    least += (ahead - least) % unit
    if least >= first.itemsize:
        return _INDIVISIBLE
    if _side_by_side((forth, first.itemsize), (back, second.itemsize), ahead):
        return _NESTED
    partial = (unit, (first.itemsize - 1 - least) // unit + 1)
    target = ahead - least + sum(step * (size - 1) for step, size in back)
    solution = counts_of([*forth, *back, partial], target)
    if solution.counts is None:
        return _unanswered(solution)
    away = [size - 1 - count for (_, size), count in zip(back, solution.counts[len(forth) :], strict=False)]
    witness = (_from_corner(first, solution.counts[: len(forth)]), _from_corner(second, away))
    byte = max(_start(first, witness[0]), _start(second, witness[1]) + distance)
    return Overlap(Answer.YES, solution.method, witness, byte)


def _side_by_side(one: Stepping, other: Stepping, ahead: int) -> bool:
    """Whether some step leads from row to row of both, and inside a row the two are apart: halves of a matrix, say."""
    for step, _ in (*one[0], *other[0]):
        behind = ahead % step
        if behind >= one[1] and behind >= _width(one, step) and behind + _width(other, step) <= step:
            return True
    return False


def _width(side: Stepping, row: int) -> int:
    """Bytes that are covered in a row: of the axes that do not step over whole rows."""
    steps, width = side
    for step, size in steps:
        if step % row:
            width += step * (size - 1)
    return width


def _unanswered(solution: Solution) -> Overlap:
    if solution.cap is None:
        return Overlap(Answer.NO, solution.method)
    return Overlap(Answer.UNKNOWN, "cap", cap=solution.cap)


def _steps(layout: Placed) -> list[tuple[int, int]]:
    """The length and the number of steps along each axis that moves."""
    return [(abs(stride), n) for n, stride in zip(layout.shape, layout.strides, strict=True) if stride and n > 1]


def _from_corner(layout: Placed, counts: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    """The index that many steps from the lowest element, one count for each axis that moves."""
    index, left = list(_corner(layout)), iter(counts)
    for axis, (n, stride) in enumerate(zip(layout.shape, layout.strides, strict=True)):
        if stride and n > 1:
            index[axis] += next(left) if stride > 0 else -next(left)
    return tuple(index)


def _start(layout: Placed, index: tuple[int, ...]) -> int:
    return layout.offset + sum(i * stride for i, stride in zip(index, layout.strides, strict=True))


def _touching(layout: Placed, axes: list[tuple[int, int]]) -> dict[int, int] | None:
    """A step along an axis to an element that overlaps, or along one and back along another of the same stride."""
    before = (-1, -1)
    for step, axis in axes:
        if step < layout.itemsize:
            return {axis: 1}
        if step == before[0]:
            same_way = layout.strides[axis] == layout.strides[before[1]]
            return {before[1]: 1, axis: -1 if same_way else 1}
        before = (step, axis)
    return None


def _steps_over(layout: Placed, axes: list[tuple[int, int]]) -> bool:
    """Whether each axis steps over all that the smaller ones cover."""
    reach = layout.itemsize
    for step, axis in axes:
        if step < reach:
            return False
        reach += step * (layout.shape[axis] - 1)
    return True


class _Differences(NamedTuple):
    """The differences that are not 0 along the last of the axes, and 0 along those that are not among them."""

    axes: list[tuple[int, int]]
    parts: list[tuple[int, int]]
    """The last axis is counted from 1 on, each other from as far back as it goes; then the bytes of an element."""
    target: int
    near: tuple[int, ...]


def _answers(layout: Placed, axes: list[tuple[int, int]]) -> Iterator[Overlap]:
    """An answer for each axis as the last: the quick ones first, and for the hard ones what is left of one effort."""
    effort = Effort()
    hard: list[_Differences] = []
    for last in range(1, len(axes) + 1):
        question = _differences(layout, axes[:last])
        if question.target < 0:
            continue
        solution = near_counts(question.parts, question.target, question.near, effort)
        if solution is None:
            hard.append(question)
        else:
            yield _moved(layout, question, solution)
    for question in hard:
        yield _moved(layout, question, counts_of(question.parts, question.target, effort))


def _differences(layout: Placed, axes: list[tuple[int, int]]) -> _Differences:
    unit = gcd(*(step for step, _ in axes))
    near = [layout.shape[axis] - 1 for _, axis in axes[:-1]]
    apart = (layout.itemsize - 1) // unit
    longest, last = axes[-1]
    parts = [(step, 2 * back + 1) for (step, _), back in zip(axes, near, strict=False)]
    parts += [(longest, layout.shape[last] - 1), (unit, 2 * apart + 1)]
    target = sum(step * back for (step, _), back in zip(axes, near, strict=False)) + unit * apart - longest
    return _Differences(axes, parts, target, (*near, 0, apart))


def _moved(layout: Placed, question: _Differences, solution: Solution) -> Overlap:
    if solution.counts is None:
        return _unanswered(solution)
    backs = (*question.near[:-2], -1)
    moved = [count - back for count, back in zip(solution.counts, backs, strict=False)]
    steps = {axis: n if layout.strides[axis] > 0 else -n for (_, axis), n in zip(question.axes, moved, strict=True)}
    return _pair(layout, steps, solution.method)


def _pair(layout: Placed, steps: dict[int, int], method: Method) -> Overlap:
    """Two indices so many steps apart along those axes, the lower one first."""
    leads = next(n for _, n in sorted(steps.items()) if n)
    apart = [steps.get(axis, 0) * (1 if leads > 0 else -1) for axis in range(len(layout.shape))]
    here = tuple(max(0, -n) for n in apart)
    there = tuple(i + n for i, n in zip(here, apart, strict=True))
    return Overlap(Answer.YES, method, (here, there), max(_start(layout, here), _start(layout, there)))
