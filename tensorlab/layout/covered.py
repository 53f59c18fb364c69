"""How many bytes of a storage the elements cover, each counted once, however often they overlap."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.layout.address import extent
from tensorlab.layout.bitset import sums
from tensorlab.layout.runs import merged
from tensorlab.layout.shapes import nbytes

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout

Axes: TypeAlias = "list[tuple[int, int]]"
"""Stride and size of each axis: positive strides in increasing order, sizes of 2 or more."""

_MOST_MARKS = 2**22
"""Positions that are marked one by one (a bit each) where no rule counts them."""


class Covered(NamedTuple):
    """Bytes that elements cover."""

    nbytes: int
    exact: bool
    """False where the count is not known: then no more than ``nbytes`` of them are covered."""


def covered(layout: Layout) -> Covered:
    """The bytes that belong to at least one element.

    The bytes of an element count as one more axis, of stride 1. Axes whose steps meet become one axis, axes that step
    over all that the others reach multiply, and what is left is marked position by position. The count is exact but
    for contrived strides over millions of positions; there, a number is told that is certain to be enough.

    >>> from tensorlab.layout.record import Layout
    >>> covered(Layout((1000, 3), (0, 4), itemsize=4)), covered(Layout((501, 500), (8, 8), itemsize=8))
    (Covered(nbytes=12, exact=True), Covered(nbytes=8000, exact=True))
    >>> covered(Layout((2,), (3,), itemsize=4))  # two elements with a byte in common
    Covered(nbytes=7, exact=True)
    """
    if nbytes(layout) == 0:
        return Covered(0, exact=True)
    sizes = zip(layout.strides, layout.shape, strict=True)
    runs = merged([(abs(stride), n) for stride, n in (*sizes, (1, layout.itemsize)) if stride])
    axes = [(run.step, run.size) for run in runs]
    count = 1
    while axes:
        cut = _last_cut(axes)
        found = _positions(axes[cut:])
        if found is None:
            touched = extent(layout)
            return Covered(min(nbytes(layout), touched.stop - touched.start), exact=False)
        count *= found
        axes = axes[:cut]
    return Covered(count, exact=True)


def _last_cut(axes: Axes) -> int:
    """Where the last axes begin that step over all that those before reach, so that counts multiply; else 0."""
    reach = sum(stride * (n - 1) for stride, n in axes)
    common = 0
    for at in range(len(axes) - 1, 0, -1):
        stride, n = axes[at]
        common, reach = gcd(common, stride), reach - stride * (n - 1)
        if common > reach:
            return at
    return 0


def _positions(axes: Axes) -> int | None:
    """How many different sums of steps there are; None where they are too many to mark."""
    if len(axes) == 1:
        return axes[0][1]
    unit = gcd(*(stride for stride, _ in axes))
    if sum(stride // unit * (n - 1) for stride, n in axes) >= _MOST_MARKS:
        return None
    return sums([(stride // unit, n) for stride, n in axes]).bit_count()
