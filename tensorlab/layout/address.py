"""From an index to an address and back. Addresses are bytes from the storage's first byte."""

from __future__ import annotations

from itertools import islice
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.errors import LayoutError, OutOfBoundsError
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.record import Layout

AXIS_LETTERS = "ijklmnpqrstuvw"


def address(layout: Layout, index: tuple[int, ...]) -> int:
    """The first byte of the element at ``index``. Negative indices count from the end.

    Raises:
        OutOfBoundsError: The index has another number of axes, or leaves the shape.

    >>> from tensorlab.layout.record import Layout
    >>> address(Layout((2, 3), (12, 4), offset=8, itemsize=4), (1, 2))
    28
    >>> address(Layout((3,), (-4,), offset=8, itemsize=4), (-1,))
    0
    """
    if len(index) != len(layout.shape):
        raise OutOfBoundsError(f"index {index} has {len(index)} axes, the shape {layout.shape} has {len(layout.shape)}")
    total = layout.offset
    for axis, (i, n, stride) in enumerate(zip(index, layout.shape, layout.strides, strict=True)):
        if not -n <= i < n:
            raise OutOfBoundsError(f"index {i} is outside axis {axis} of size {n}")
        total += (i % n) * stride
    return total


def extent(layout: Layout) -> range:
    """The bytes from the lowest to the highest that any element covers; empty where there are no elements.

    With a negative stride it starts below ``offset``. What lies inside may have holes.

    >>> from tensorlab.layout.record import Layout
    >>> extent(Layout((2, 3), (12, 4), offset=8, itemsize=4))
    range(8, 32)
    >>> extent(Layout((3,), (-4,), offset=8, itemsize=4)), extent(Layout((0, 5), (20, 4), itemsize=4))
    (range(0, 12), range(0, 0))
    """
    if numel(layout.shape) == 0:
        return range(layout.offset, layout.offset)
    reach = [(n - 1) * stride for n, stride in zip(layout.shape, layout.strides, strict=True)]
    low = layout.offset + sum(r for r in reach if r < 0)
    high = layout.offset + sum(r for r in reach if r > 0) + layout.itemsize
    return range(low, high)


def fits(layout: Layout, nbytes: int) -> bool:
    """Whether every element lies inside a storage of that many bytes; one without elements always does.

    >>> from tensorlab.layout.record import Layout
    >>> fits(Layout((3,), (4,), itemsize=4), 12), fits(Layout((3,), (4,), itemsize=4), 11)
    (True, False)
    """
    touched = extent(layout)
    return not touched or (touched.start >= 0 and touched.stop <= nbytes)


class _Axis(NamedTuple):
    number: int
    size: int
    stride: int
    low: int
    """Least bytes that the axes after this one can add."""
    high: int
    common: int
    """Greatest common divisor of the strides after this one; 0 where there is none."""


def indices(layout: Layout, byte: int) -> Iterator[tuple[int, ...]]:
    """Every index whose element starts at that byte, lexicographic within the axes ordered by stride.

    The strides are a linear equation with bounded unknowns; branches that the bounds or the greatest common divisor of
    the remaining strides exclude are not entered. Where axes nest (any view made without ``as_strided``) each index
    costs a step an axis; contrived strides can make the search long, so a caller that draws should bound it.

    >>> from tensorlab.layout.record import Layout
    >>> list(indices(Layout((2, 3), (12, 4), itemsize=4), 16))
    [(1, 1)]
    >>> list(indices(Layout((2, 3), (4, 4), itemsize=4), 8)), list(indices(Layout((2, 3), (12, 4), itemsize=4), 2))
    ([(0, 2), (1, 1)], [])
    """
    if numel(layout.shape) == 0:
        return
    axes = _search_order(layout)
    found = [0] * len(layout.shape)
    for counts in _solve(axes, byte - layout.offset):
        assert counts is not None, "without a budget the search ends"
        for axis, count in zip(axes, counts, strict=True):
            found[axis.number] = count
        yield tuple(found)


def _search_order(layout: Layout) -> list[_Axis]:
    by_stride = sorted(range(len(layout.shape)), key=lambda axis: -abs(layout.strides[axis]))
    axes: list[_Axis] = []
    low = high = common = 0
    for number in reversed([axis for axis in by_stride if layout.shape[axis] > 1]):
        size, stride = layout.shape[number], layout.strides[number]
        axes.append(_Axis(number, size, stride, low, high, common))
        reach = (size - 1) * stride
        low, high, common = low + min(reach, 0), high + max(reach, 0), gcd(common, stride)
    return axes[::-1]


def visits(layout: Layout, byte: int, *, most: int = 2, budget: int = 20_000) -> int | None:
    """How many indices have their element start at that byte, counted up to ``most``.

    None where the search takes more steps than ``budget``: then it is not known.

    >>> from tensorlab.layout.record import Layout
    >>> window = Layout((8, 3), (4, 4), itemsize=4)
    >>> [visits(window, byte, most=9) for byte in (0, 4, 8, 12, 13, 40)]
    [1, 2, 3, 3, 0, 0]
    >>> visits(Layout((10**9, 2), (0, 4), itemsize=4), 4)
    2
    """
    if numel(layout.shape) == 0:
        return 0
    found = list(islice(_solve(_search_order(layout), byte - layout.offset, budget), most))
    return None if None in found else len(found)


def _solve(axes: list[_Axis], target: int, budget: int | None = None) -> Iterator[tuple[int, ...] | None]:
    """Depth first with an explicit stack of candidate ranges; None, as the last one, where the budget is spent."""
    if not axes:
        if target == 0:
            yield ()
        return
    stack = [(iter(_candidates(axes[0], target)), target)]
    counts: list[int] = []
    steps = 0
    while stack:
        steps += 1
        if budget is not None and steps > budget:
            yield None
            return
        candidates, rest = stack[-1]
        count = next(candidates, None)
        del counts[len(stack) - 1 :]
        if count is None:
            stack.pop()
            continue
        counts.append(count)
        rest -= count * axes[len(stack) - 1].stride
        if len(stack) == len(axes):
            yield tuple(counts)
        else:
            stack.append((iter(_candidates(axes[len(stack)], rest)), rest))


def _candidates(axis: _Axis, target: int) -> range:
    """Counts along the axis that leave a remainder which the later axes can reach, by bounds and by divisibility."""
    size, stride, low, high, common = axis.size, axis.stride, axis.low, axis.high, axis.common
    if stride == 0:
        reachable = low <= target <= high and (target % common == 0 if common else target == 0)
        return range(size if reachable else 0)
    ends = (target - high, target - low) if stride > 0 else (target - low, target - high)
    first, last = max(-(-ends[0] // stride), 0), min(ends[1] // stride, size - 1)
    if common == 0:
        return range(first, last + 1)
    divisor = gcd(common, stride)
    if target % divisor:
        return range(0)
    step = common // divisor
    first += (_congruent(stride, target, common) - first) % step
    return range(first, last + 1, step)


def _congruent(stride: int, target: int, modulus: int) -> int:
    """A count with ``count * stride == target`` modulo ``modulus``; there is one when the gcd divides the target."""
    divisor = gcd(stride, modulus)
    reduced = modulus // divisor
    return (target // divisor) * pow(stride // divisor, -1, reduced) % reduced if reduced > 1 else 0


def ravel(shape: tuple[int, ...], index: tuple[int, ...]) -> int:
    """The position of an index when the elements are counted in C order.

    Raises:
        OutOfBoundsError: The index leaves the shape.

    >>> ravel((2, 3), (1, 1)), ravel((), ())
    (4, 0)
    """
    if len(index) != len(shape) or any(not 0 <= i < n for i, n in zip(index, shape, strict=False)):
        raise OutOfBoundsError(f"index {index} is outside shape {shape}")
    position = 0
    for i, n in zip(index, shape, strict=True):
        position = position * n + i
    return position


def unravel(shape: tuple[int, ...], position: int) -> tuple[int, ...]:
    """The index at a position in C order: the inverse of ``ravel``.

    Raises:
        OutOfBoundsError: There are not that many elements.

    >>> unravel((2, 3), 4), unravel((), 0)
    ((1, 1), ())
    """
    if not 0 <= position < numel(shape):
        raise OutOfBoundsError(f"position {position} is outside the {numel(shape)} elements of shape {shape}")
    index: list[int] = []
    for n in reversed(shape):
        position, i = divmod(position, n)
        index.append(i)
    return tuple(reversed(index))


def in_elements(layout: Layout) -> tuple[int, tuple[int, ...]] | None:
    """Offset and strides in elements, or None where they are no whole number of elements.

    >>> from tensorlab.layout.record import Layout
    >>> in_elements(Layout((2, 3), (12, 4), offset=8, itemsize=4))
    (2, (3, 1))
    >>> in_elements(Layout((2,), (5,), itemsize=4)) is None  # a field of an unaligned structure
    True
    """
    size = layout.itemsize
    if size == 0 or layout.offset % size or any(stride % size for stride in layout.strides):
        return None
    return layout.offset // size, tuple(stride // size for stride in layout.strides)


def formula(layout: Layout, unit: Literal["elements", "bytes"] = "elements") -> str:
    """The address as a sum over the axes.

    Raises:
        LayoutError: ``unit`` is elements, and a stride or the offset is no whole number of them.

    >>> from tensorlab.layout.record import Layout
    >>> layout = Layout((3, 5), (280, 28), offset=92, itemsize=4)
    >>> formula(layout), formula(layout, "bytes")
    ('address(i,j) = 23 + 70*i + 7*j', 'address(i,j) = 92 + 280*i + 28*j')
    >>> formula(Layout((4,), (-8,), offset=24, itemsize=8))
    'address(i) = 3 - 1*i'
    """
    numbers = (layout.offset, layout.strides) if unit == "bytes" else in_elements(layout)
    if numbers is None:
        raise LayoutError(
            f"strides {layout.strides} and offset {layout.offset} are not multiples of the itemsize {layout.itemsize}",
            hint="ask for unit='bytes'",
        )
    offset, strides = numbers
    names = axis_names(len(strides))
    terms = "".join(f" {'-' if s < 0 else '+'} {abs(s)}*{name}" for s, name in zip(strides, names, strict=True))
    return f"address({','.join(names)}) = {offset}{terms}"


def axis_names(ndim: int) -> tuple[str, ...]:
    """A letter an axis, or i0, i1, ... where there are more axes than letters.

    >>> axis_names(3), axis_names(0)
    (('i', 'j', 'k'), ())
    """
    if ndim <= len(AXIS_LETTERS):
        return tuple(AXIS_LETTERS[:ndim])
    return tuple(f"i{axis}" for axis in range(ndim))
