"""A layout from numbers alone: no library, no object, no memory."""

from __future__ import annotations

from tensorlab.diagram.layout_report import layout_scene
from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.shapes import canonical_strides
from tensorlab.quantity import counted
from tensorlab.render.figure import Figure


def from_numbers(
    shape: tuple[int, ...],
    strides: tuple[int, ...] | None = None,
    *,
    offset: int = 0,
    storage: int | None = None,
    dtype: str = "float32",
) -> Figure:
    """What elements of that shape and those strides touch, and the picture of it.

    Args:
        shape: Elements along each axis.
        strides: In elements; those of C order where None.
        offset: In elements.
        storage: Elements that the whole storage holds; up to the last that is touched where None.
        dtype: Name of an element's type, which says how many bytes it takes.

    Raises:
        LayoutError: The numbers make no layout, or it reaches outside the storage.
        UnknownNameError: There is no such dtype.

    >>> figure = from_numbers((3, 5), (70, 7), offset=23, storage=1000)
    >>> figure.data.unique, figure.data.holes
    (15, 154)
    """
    kind = named_dtype(dtype)
    if storage is not None and storage < 0:
        raise LayoutError(f"a storage cannot be negative; got {storage} elements")
    if offset < 0:
        raise LayoutError(f"an offset cannot be negative; got {offset} elements", hint="count from the storage's first")
    if strides is not None and len(strides) != len(shape):
        got = f"{counted(len(strides), 'stride')} for {counted(len(shape), 'size')}"
        raise LayoutError(f"got {got}", hint="give one stride a size, in elements")
    size = kind.itemsize
    steps = canonical_strides(shape, 1) if strides is None else strides
    layout = Layout(shape, tuple(step * size for step in steps), offset * size, size)
    found = report(layout, None if storage is None else storage * size, dtype=kind)
    return Figure(found, layout_scene(found))
