"""Whether the same bytes can be read as another dtype, and the layout that they have then. Integers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.views.record import Rules


def hindrance(layout: Layout, kind: DType, rules: Rules) -> str | None:
    """Why a view of that dtype cannot be had, in a sentence; None where it can.

    An equal itemsize is always allowed. Otherwise there must be a last axis whose elements touch, and their bytes must
    be whole elements of the new dtype. NumPy lets the stride pass where it cannot matter (size 1, no elements); torch
    does not, and asks that a larger itemsize divides the offset and every other stride too, since it counts them in
    elements.

    >>> from tensorlab.layout.dtype import dtype
    >>> print(hindrance(Layout((2, 6), (24, 4), itemsize=4), dtype("int64"), "torch"))
    None
    >>> print(hindrance(Layout((2, 3), (12, 4), itemsize=4), dtype("int64"), "torch"))
    the 3 elements of the last axis are 12 B, no whole number of int64 of 8 B
    >>> odd = Layout((4,), (4,), offset=4, itemsize=4)
    >>> hindrance(odd, dtype("int64"), "torch"), hindrance(odd, dtype("int64"), "numpy")
    ('the offset, 4 B, is no whole number of int64 of 8 B', None)
    """
    new, old = kind.itemsize, layout.itemsize
    if new == old:
        return None
    if not layout.shape:
        return f"a view without axes keeps its itemsize; {kind.name} has {new} B, not {old} B"
    if new == 0 or (new < old and old % new):
        return f"an element of {old} B is no whole number of {kind.name} of {new} B"
    size, stride = layout.shape[-1], layout.strides[-1]
    if stride != old and (rules == "torch" or _matters(layout)):
        return (
            f"the elements of the last axis must touch to be read as {kind.name}: its stride is {stride} B, not {old} B"
        )
    if size * old % new:
        return f"the {size} elements of the last axis are {size * old} B, no whole number of {kind.name} of {new} B"
    return _indivisible(layout, kind) if rules == "torch" else None


def _matters(layout: Layout) -> bool:
    return layout.shape[-1] != 1 and numel(layout.shape) > 0


def _indivisible(layout: Layout, kind: DType) -> str | None:
    named = [("the offset", layout.offset)]
    named += [(f"stride[{axis}]", stride) for axis, stride in enumerate(layout.strides[:-1])]
    for what, number in named:
        if number % kind.itemsize:
            return f"{what}, {number} B, is no whole number of {kind.name} of {kind.itemsize} B"
    return None


def reread(layout: Layout, itemsize: int) -> Layout:
    """The layout of the same bytes under another itemsize; call it where nothing hinders.

    >>> reread(Layout((2, 3), (12, 4), 8, 4), 1)
    Layout(shape=(2, 12), strides=(12, 1), offset=8, itemsize=1)
    """
    if itemsize == layout.itemsize:
        return layout
    shape = (*layout.shape[:-1], layout.shape[-1] * layout.itemsize // itemsize)
    return Layout(shape, (*layout.strides[:-1], itemsize), layout.offset, itemsize)


def holds_pointers(kind: DType) -> bool:
    """Whether an element, or a field of it, is the address of an object: NumPy reads those as nothing else.

    >>> from tensorlab.layout.dtype import POINTER, dtype
    >>> holds_pointers(POINTER), holds_pointers(dtype("int64"))
    (True, False)
    """
    return kind.kind == "object" or any(holds_pointers(inner) for _, inner, _ in kind.fields)
