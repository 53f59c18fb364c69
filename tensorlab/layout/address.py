"""From an index to an address and back. Addresses are bytes from the storage's first byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tensorlab.errors import LayoutError, OutOfBoundsError
from tensorlab.layout.diophantine import search_order, solve
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
    terms = search_order(zip(layout.strides, layout.shape, strict=True))
    found = [0] * len(layout.shape)
    for counts in solve(terms, byte - layout.offset):
        assert counts is not None, "without a budget the search ends"
        for term, count in zip(terms, counts, strict=True):
            found[term.number] = count
        yield tuple(found)


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
