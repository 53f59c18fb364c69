"""The facts of a memory map as tables: type, dtype, shape, strides, storage, alignment, fields, boxes."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from tensorlab.layout.access import SECTOR, WARP, alignment, warp_sectors, widest_load
from tensorlab.layout.address import axis_names, fits, in_elements
from tensorlab.layout.covered import covered
from tensorlab.layout.facts import broadcast_axes, contiguous_orders, is_dense, order_break
from tensorlab.layout.shapes import nbytes, numel
from tensorlab.memory.totals import leaves, unique_bytes
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout, Order
    from tensorlab.memory.record import Boxes, MemoryMap, Storage

FIELDS = 12
"""Of a structure, that are drawn."""
AXES = 4
"""Along which the sectors of a warp are told."""
_FOR_KERNELS = frozenset({"torch", "numpy", "protocol"})
_ORDER_WORDS = {
    "C": "C (row-major)",
    "F": "F (column-major)",
    "channels_last": "channels_last",
    "channels_last_3d": "channels_last_3d",
}


def facts_table(memory: MemoryMap) -> Table:
    """The facts with their units, a line each."""
    rows = [("type", memory.type), *_dtype_fact(memory), *_shape_fact(memory)]
    if memory.layout is not None:
        rows += _layout_facts(memory.layout)
    if memory.storage is not None:
        rows.append(("storage", _storage_words(memory.storage, memory.layout)))
    else:
        rows += _components_fact(memory)
    if memory.traits:
        rows.append(("traits", ", ".join(sorted(memory.traits))))
    rows += _access_facts(memory)
    return Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows))


def _dtype_fact(memory: MemoryMap) -> list[tuple[str, str]]:
    kind = memory.dtype
    if kind is None:
        return []
    words = f"{short_name(kind)}, {Quantity(kind.itemsize, 'B')} an element"
    words += f", C {kind.c_name}" if kind.c_name else ", no C type" if kind.kind in {"float", "complex"} else ""
    words += f", {kind.lanes} values in each" if kind.lanes > 1 else ""
    words += f", {counted(len(kind.fields), 'field')}" if kind.fields else ""
    return [("dtype", words + (", bytes swapped" if kind.swapped else ""))]


def short_name(kind: DType) -> str:
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
    words = short_name(kind) + (", bytes swapped" if kind.swapped else "")
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


def _access_facts(memory: MemoryMap) -> list[tuple[str, str]]:
    """How hardware reaches the elements: of what a kernel may be given, where its address is known."""
    layout, storage = memory.layout, memory.storage
    if memory.library not in _FOR_KERNELS or layout is None or storage is None or storage.address is None:
        return []
    if nbytes(layout) == 0 or (not memory.readable and storage.device == "cpu"):
        return []
    strides = f", strides {tuple(map(alignment, layout.strides))} B" if layout.strides else ""
    load = widest_load(layout, storage.address)
    rows = [("align", f"address {alignment(storage.address + layout.offset)} B{strides}, widest vector load {load} B")]
    sectors = warp_words(layout, storage.address)
    return [*rows, ("warp", sectors)] if sectors else rows


def warp_words(layout: Layout, address: int) -> str:
    """The sectors that a warp touches along each axis; where it is shorter than a warp, by how many lanes.

    >>> from tensorlab.layout.record import Layout
    >>> warp_words(Layout((64, 64), (256, 4), itemsize=4), 4096)
    'touches 4 sectors of 32 B along j, 32 along i'
    >>> warp_words(Layout((3, 64), (256, 4), offset=4, itemsize=4), 4096)
    'touches 5 sectors of 32 B along j, 3 along i (3 lanes)'
    """
    names = axis_names(len(layout.shape))
    words: list[str] = []
    for axis, lanes, sectors in warp_sectors(layout, address)[::-1]:
        unit = "" if words else f" {'sector' if sectors == 1 else 'sectors'} of {SECTOR} B"
        fewer = "" if lanes == WARP else f" ({lanes} lanes)"
        words.append(f"{sectors}{unit} along {names[axis]}{fewer}")
    if len(words) > AXES + 1:
        words = [*words[:AXES], f"… {len(words) - AXES} more axes"]
    return f"touches {', '.join(words)}" if words else ""


def _components_fact(memory: MemoryMap) -> list[tuple[str, str]]:
    """How many bytes the components of an object without a storage of its own keep, each byte once."""
    storages = [storage for _, part in leaves(memory) if (storage := part.storage) is not None]
    if not storages:
        return []
    devices = ", ".join(sorted({storage.device for storage in storages}))
    known = "" if all(storage.nbytes is not None for storage in storages) else " or more"
    size = f"{Quantity(unique_bytes(storages), 'B')}{known} on {devices}"
    return [("storage", f"{size}, in {counted(len(storages), 'component')}")]


def _storage_words(storage: Storage, layout: Layout | None) -> str:
    words = _extent_words(storage, layout)
    return words if storage.path is None or storage.device == "file" else f"{words}; mapped from {storage.path}"


def _extent_words(storage: Storage, layout: Layout | None) -> str:
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
