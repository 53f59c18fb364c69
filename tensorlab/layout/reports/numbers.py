"""A layout, and a storage of so many bytes: what is touched, how densely, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError
from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.covered import covered
from tensorlab.layout.facts import order_break
from tensorlab.layout.overlap import self_overlap
from tensorlab.layout.reports.record import FormatBreak, LayoutReport
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout


def report(layout: Layout, nbytes: int | None = None, *, dtype: DType | None = None) -> LayoutReport:
    """What the layout touches of a storage of ``nbytes`` bytes; up to its own last byte where that is None.

    Nothing but the integers is needed, and no more time for a million elements than for ten.

    Raises:
        LayoutError: An element would lie outside the storage, or the dtype has another itemsize.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> found = report(Layout((3, 5), (280, 28), offset=92, itemsize=4), 4000, dtype=dtype("float32"))
    >>> found.lowest, found.highest, found.unique, found.span, found.holes, found.reuse
    (23, 191, 15, 169, 154, 1.0)
    >>> print(found)
    float32 (3, 5), strides (70, 7), offset 23: 15 unique elements, 60 B of 4000 B (1.5%), overlap none
    """
    if dtype is not None and dtype.itemsize != layout.itemsize:
        raise LayoutError(f"layout has itemsize {layout.itemsize}, dtype {dtype.name} has {dtype.itemsize}")
    touched = extent(layout)
    unit = layout.itemsize if in_elements(layout) is not None else 1
    size = max(touched.stop, 0) if nbytes is None else nbytes
    _require_inside(touched, size, unit)
    used = covered(layout)
    unique = used.nbytes // unit
    span = (touched.stop - touched.start) // unit if unique else 0
    count = numel(layout.shape)
    found = order_break(layout)
    return LayoutReport(
        layout=layout,
        nbytes=size,
        dtype=dtype,
        unit=unit,
        lowest=touched.start // unit if unique else None,
        highest=(touched.stop - 1) // unit if unique else None,
        elements=count,
        unique=unique,
        exact=used.exact,
        span=span,
        holes=span - unique,
        reuse=_ratio(count * layout.itemsize, used.nbytes),
        c_break=None if found is None else FormatBreak("contiguous", *found),
        overlap=self_overlap(layout),
    )


def _ratio(part: int, whole: int) -> float:
    try:
        return part / whole if whole else 0.0
    except OverflowError:
        return float("inf")


def _require_inside(touched: range, nbytes: int, unit: int) -> None:
    if not touched or (touched.start >= 0 and touched.stop <= nbytes):
        return
    word = "elements" if unit > 1 else "bytes"
    low, high = touched.start // unit, (touched.stop - 1) // unit
    if low < 0:
        hint = f"an offset that is {-low} larger begins at 0"
        raise LayoutError(f"the lowest address reached is {low}, before the storage begins ({word})", hint=hint)
    raise LayoutError(
        f"the highest address reached is {high}; the storage holds {nbytes // unit} {word}",
        hint=f"a storage of {high + 1} {word} is the least that holds it",
    )
