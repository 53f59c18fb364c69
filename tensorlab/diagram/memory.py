"""A memory map as a picture: the facts, the address formula, the storage strip, the logical grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from tensorlab.diagram.cells import grid, ruler, strip
from tensorlab.layout.address import axis_names, fits, formula, in_elements
from tensorlab.layout.covered import covered
from tensorlab.layout.facts import broadcast_axes, contiguous_orders, is_dense, order_break
from tensorlab.layout.shapes import nbytes, numel
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.diagram.cells import Ruler
    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout, Order
    from tensorlab.layout.window import Window
    from tensorlab.memory.record import Boxes, MemoryMap, Storage
    from tensorlab.scene.record import Element

Content = Literal["index", "address", "value"]
FIELDS = 12
"""Of a structure, that are drawn."""
_ORDER_WORDS = {
    "C": "C (row-major)",
    "F": "F (column-major)",
    "channels_last": "channels_last",
    "channels_last_3d": "channels_last_3d",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of one object: its memory, which cells, and their values where they were asked for."""

    memory: MemoryMap
    axes: tuple[Window, ...]
    content: Content = "index"
    values: tuple[str, ...] = ()


def memory_scene(shown: Shown) -> Group:
    """The picture of one object."""
    memory = shown.memory
    children: list[Element] = [facts_table(memory)]
    if memory.dtype is not None and memory.dtype.fields:
        children.append(fields_table(memory.dtype))
    if memory.doubts:
        children.append(Group(tuple(Text((Span(d.text),)) for d in memory.doubts)))
    layout = memory.layout
    if memory.sizes is not None and numel(memory.sizes) == 0:
        children.append(Text((Span("no elements: no byte is touched", "dim"),)))
    elif layout is not None:
        children += _drawing(shown, layout)
    elif shown.values:
        children.append(grid(shown.axes, shown.values, title="elements"))
    if memory.boxes is not None:
        children.append(boxes_table(memory.boxes))
    return Group(tuple(children), title=_title(memory))


def _title(memory: MemoryMap) -> str:
    kind = "" if memory.dtype is None or memory.library == "python" else f" {_short_name(memory.dtype)}"
    shape = "" if memory.shape is None else f" {memory.shape}"
    return f"{memory.type}{kind}{shape}"


def _drawing(shown: Shown, layout: Layout) -> list[Element]:
    unit = ruler(layout, shown.memory.storage.nbytes if shown.memory.storage else None)
    children: list[Element] = [Text((Span(formula(layout, unit.unit), "strong"), Span(f"   ({unit.unit})", "dim")))]
    if shown.memory.storage is not None and shown.memory.storage.nbytes:
        children.append(strip(layout, unit))
    words = shown.values or tuple(_addresses(shown, layout, unit))
    title = {"index": f"element at each index, by its position in the storage ({unit.unit})"}
    title |= {"address": "address of each element (bytes from the first of the storage)"}
    title |= {"value": "value at each index"}
    children.append(grid(shown.axes, words, title=title[shown.content], layout=layout))
    return children


def _addresses(shown: Shown, layout: Layout, unit: Ruler) -> list[str]:
    from_bytes = unit.bytes if shown.content == "index" and unit.unit == "elements" else 1
    return [str(byte // from_bytes) for byte in unit.starts(layout, shown.axes)]


def facts_table(memory: MemoryMap) -> Table:
    """The facts with their units, a line each."""
    rows = [("type", memory.type), *_dtype_fact(memory), *_shape_fact(memory)]
    if memory.layout is not None:
        rows += _layout_facts(memory.layout)
    if memory.storage is not None:
        rows.append(("storage", _storage_words(memory.storage, memory.layout)))
    if memory.traits:
        rows.append(("traits", ", ".join(sorted(memory.traits))))
    return Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows))


def _dtype_fact(memory: MemoryMap) -> list[tuple[str, str]]:
    kind = memory.dtype
    if kind is None:
        return []
    words = f"{_short_name(kind)}, {Quantity(kind.itemsize, 'B')} an element"
    words += f", C {kind.c_name}" if kind.c_name else ", no C type" if kind.kind in {"float", "complex"} else ""
    words += f", {kind.lanes} values in each" if kind.lanes > 1 else ""
    words += f", {counted(len(kind.fields), 'field')}" if kind.fields else ""
    return [("dtype", words + (", bytes swapped" if kind.swapped else ""))]


def _short_name(kind: DType) -> str:
    """The name, but for a structure, whose fields have a table: "struct", "struct[2]"."""
    return f"struct{kind.name.rpartition('}')[2]}" if kind.fields else kind.name


def fields_table(kind: DType) -> Table:
    """The fields of a structure, those of a structure inside it by their dotted name, in the order of the dtype."""
    fields = list(islice(_fields(kind, "", 0), FIELDS + 1))
    head = ("field", "dtype", "byte", "bytes")
    rows = [_field_row(name, inner, offset) for name, inner, offset in fields[:FIELDS]]
    if len(fields) > FIELDS:
        hidden = sum(1 for _ in _fields(kind, "", 0)) - FIELDS
        rows.append((Cell(Span(f"… {hidden} more", "dim")), *(Cell(Span("")),) * 3))
    return Table(head, tuple(rows))


def _fields(kind: DType, prefix: str, offset: int) -> Iterator[tuple[str, DType, int]]:
    for name, inner, start in kind.fields:
        yield f"{prefix}{name}", inner, offset + start
        yield from _fields(inner, f"{prefix}{name}.", offset + start)


def _field_row(name: str, kind: DType, offset: int) -> tuple[Cell, ...]:
    words = _short_name(kind) + (", bytes swapped" if kind.swapped else "")
    return (
        Cell(Span(name)),
        Cell(Span(words)),
        Cell(Span(str(offset)), right=True),
        Cell(Span(Quantity(kind.itemsize, "B")), right=True),
    )


def _shape_fact(memory: MemoryMap) -> list[tuple[str, str]]:
    if memory.shape is None:
        return [("shape", "none")]
    if memory.sizes is None:
        return [("shape", f"({', '.join(map(str, memory.shape))}): some sizes are symbolic")]
    count = Quantity(numel(memory.sizes), "elements")
    size = "" if memory.layout is None else f", {Quantity(nbytes(memory.layout), 'B')}"
    return [("shape", f"{memory.shape}: {count}{size}")]


def _layout_facts(layout: Layout) -> list[tuple[str, str]]:
    whole = in_elements(layout)
    strides, offset = f"{layout.strides} B", f"{Quantity(layout.offset, 'B')}"
    if whole is not None:
        strides = f"{whole[1]} elements = {strides}"
        offset = f"{Quantity(whole[0], 'elements')} = {offset}"
    return [("strides", strides), ("offset", offset), ("order", order_words(layout))]


def order_words(layout: Layout) -> str:
    """In which dense orders the layout is, or which stride keeps it from C order.

    >>> from tensorlab.layout.record import Layout
    >>> order_words(Layout((2, 3), (4, 8), itemsize=4))
    'contiguous in F (column-major)'
    >>> order_words(Layout((2, 3), (24, 8), itemsize=4))
    'not contiguous: axis j has stride 8 B, C order needs 4 B'
    >>> order_words(Layout((3,), (-4,), 8, itemsize=4))
    'dense but reversed: axis i has stride -4 B, C order needs 4 B'
    """
    orders = contiguous_orders(layout)
    if orders:
        return "contiguous in " + " and ".join(_ORDER_WORDS[order] for order in orders)
    names = axis_names(len(layout.shape))
    repeated = broadcast_axes(layout)
    if repeated:
        return (
            f"not contiguous: axis {' and '.join(names[axis] for axis in repeated)} repeats the same bytes (stride 0)"
        )
    upright = contiguous_orders(replace(layout, strides=tuple(map(abs, layout.strides))))
    order: Order = upright[0] if upright else "C"
    found = order_break(layout, order)
    assert found is not None, "a layout in that order was returned above"
    words = f"axis {names[found.axis]} has stride {found.stride} B, {order} order needs {found.needed} B"
    dense = "dense but reversed" if upright else "dense but permuted" if is_dense(layout) else "not contiguous"
    return f"{dense}: {words}"


def _storage_words(storage: Storage, layout: Layout | None) -> str:
    if storage.nbytes is None:
        return f"of unknown extent, on {storage.device}, owned by {storage.owner}"
    words = f"{Quantity(storage.nbytes, 'B')} on {storage.device}, owned by {storage.owner}"
    if storage.device == "meta":
        return words + " (no bytes behind it)"
    if layout is None or not storage.nbytes or not fits(layout, storage.nbytes):
        return words
    used = covered(layout)
    share = f"{Quantity(used.nbytes, 'B')} of them used ({100 * used.nbytes / storage.nbytes:.3g} %)"
    return f"{words}; {'' if used.exact else 'at most '}{share}"


def boxes_table(boxes: Boxes) -> Group:
    """The objects that a pointer table points at, by type."""
    rows = tuple(
        (Cell(Span(name)), Cell(Span(Quantity(count, "")), right=True), Cell(Span(Quantity(size, "B")), right=True))
        for name, count, size in boxes.types
    )
    words = f"{counted(boxes.count, 'pointer')} to {counted(boxes.unique, 'object')}"
    if boxes.interned:
        words += f", {boxes.interned:,} of them to objects that the interpreter shares"
    if boxes.spare:
        words += f"; {Quantity(boxes.spare, 'B')} of the table in reserve"
    return Group((Text((Span(words),)), Table(("boxed type", "objects", "bytes"), rows)))
