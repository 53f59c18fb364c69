"""The storage as a strip and the elements as a grid: which cells, in which units, in which roles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import gcd
from operator import mul
from typing import TYPE_CHECKING, Literal

from tensorlab.layout.address import extent, in_elements
from tensorlab.layout.diophantine import search_order, solve
from tensorlab.layout.facts import broadcast_axes, contiguous_orders, coverage
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.layout.window import visible_indices, window
from tensorlab.scene.record import Cell, Cells, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.window import Window
    from tensorlab.scene.record import Role

STRIP_CELLS = 64
STEPS = 200_000
"""Of all searches for one picture together; a cell whose search needs more is not known."""

_LEGEND: dict[Role, str] = {
    "used": "used",
    "reused": "used by several indices",
    "hole": "not used",
    "unknown": "not known whether used (the search takes too long)",
}


@dataclass(frozen=True, slots=True)
class Ruler:
    """The unit in which a storage is counted: elements where offset and strides are whole ones, else bytes."""

    unit: Literal["elements", "bytes"]
    bytes: int
    """Bytes a cell of the strip stands for: the itemsize, or what divides offset, strides and itemsize."""
    cells: int
    """Cells in the whole storage, or up to the end of what is touched where its extent is not known."""
    rest: int = 0
    """Bytes at the end that make no whole cell."""

    def starts(self, layout: Layout, axes: tuple[Window, ...]) -> list[int]:
        """The first byte of each drawn element, in C order."""
        found = [layout.offset]
        for axis, stride in zip(axes, layout.strides, strict=True):
            steps = [n * stride for n in axis.positions()]
            found = [start + step for start in found for step in steps]
        return found


def ruler(layout: Layout, nbytes: int | None) -> Ruler:
    """The unit for this layout.

    >>> from tensorlab.layout.record import Layout
    >>> ruler(Layout((2,), (8,), itemsize=4), 16), ruler(Layout((2,), (5,), 1, 4), 10)
    (Ruler(unit='elements', bytes=4, cells=4, rest=0), Ruler(unit='bytes', bytes=1, cells=10, rest=0))
    """
    size = max(extent(layout).stop, 0) if nbytes is None else nbytes
    if in_elements(layout) is not None:
        return Ruler("elements", layout.itemsize, size // layout.itemsize, size % layout.itemsize)
    step = _step(layout)
    return Ruler("bytes", step, size // step, size % step)


def _step(layout: Layout) -> int:
    """The largest number of bytes that divides the offset, the strides and the itemsize."""
    return gcd(layout.offset, layout.itemsize, *layout.strides) or 1


def strip(layout: Layout, unit: Ruler) -> Cells:
    """The storage from its first cell to its last, those used marked; large ones only around what is used."""
    shown = _visible(layout, unit)
    from_bytes = unit.bytes if unit.unit == "elements" else 1
    budget = STEPS // max(sum(map(len, shown)), 1)
    role = _role_in_strip(layout, unit, budget)
    cells = tuple(_strip_cell(cell, from_bytes, unit, role(cell)) for part in shown for cell in part)
    roles = [role for role in _LEGEND if any(cell.span.role == role for cell in cells)]
    strides = [abs(s) // unit.bytes for s, n in zip(layout.strides, layout.shape, strict=True) if n > 1]
    rest = f", and {unit.rest} B at the end" if unit.rest else ""
    cells_word = "cell" if unit.cells == 1 else "cells"
    return Cells(
        (len(cells),),
        cells,
        gaps=_gaps(shown, unit.cells),
        title=f"storage, {unit.cells:,} {cells_word} of {unit.bytes} B, numbered in {unit.unit}{rest}",
        row=max([1, *(s for s in strides if s <= 16)]),
        labels=False,
        legend=tuple(Span(_LEGEND[role], role) for role in roles),
    )


def _role_in_strip(layout: Layout, unit: Ruler, budget: int) -> Callable[[int], Role]:
    """How each cell is used: by its place where elements lie without gaps, else by a search."""
    once = _without_broadcasts(layout)
    if contiguous_orders(once):
        touched = extent(layout)
        cells = range(touched.start // unit.bytes, touched.stop // unit.bytes)
        role: Role = "used" if once is layout else "reused"
        return lambda cell: role if cell in cells else "hole"
    count = _counter(spread_out(layout, unit.bytes), budget)
    return lambda cell: _role(count(cell * unit.bytes))


def _without_broadcasts(layout: Layout) -> Layout:
    """The same bytes without the axes that read them again."""
    repeated = broadcast_axes(layout)
    if not repeated or numel(layout.shape) == 0:
        return layout
    kept = [axis for axis in range(len(layout.shape)) if axis not in repeated]
    shape, strides = (tuple(numbers[axis] for axis in kept) for numbers in (layout.shape, layout.strides))
    return Layout(shape, strides, layout.offset, layout.itemsize)


def _counter(layout: Layout, budget: int) -> Callable[[int], int | None]:
    """How many elements start at a byte, two at most: what every such question needs is made once."""
    terms = search_order(zip(layout.strides, layout.shape, strict=True))

    def count(byte: int) -> int | None:
        found = list(islice(solve(terms, byte - layout.offset, budget), 2))
        return None if None in found else len(found)

    return count


def _visible(layout: Layout, unit: Ruler) -> tuple[range, ...]:
    """All cells where they are few, else the first and last of those between the lowest and the highest touched."""
    if unit.cells <= STRIP_CELLS:
        return (range(unit.cells),)
    touched = extent(layout)
    low = min(max(touched.start // unit.bytes, 0), unit.cells)
    high = min(max(-(-touched.stop // unit.bytes), low), unit.cells)
    around = window(high - low, STRIP_CELLS, low)
    return tuple(part for part in (around.head, around.tail) if part)


def _gaps(shown: tuple[range, ...], cells: int) -> tuple[tuple[int, int, int], ...]:
    gaps, before, position = [], 0, 0
    for part in (*shown, range(cells, cells)):
        if part.start > position:
            gaps.append((0, before, part.start - position))
        before, position = before + len(part), max(part.stop, position)
    return tuple(gaps)


def spread_out(layout: Layout, step: int) -> Layout:
    """The layout with an axis more: the pieces of ``step`` bytes that each element covers.

    >>> from tensorlab.layout.record import Layout
    >>> spread_out(Layout((3,), (5,), itemsize=4), 2)
    Layout(shape=(3, 2), strides=(5, 2), offset=0, itemsize=2)
    """
    return Layout((*layout.shape, layout.itemsize // step), (*layout.strides, step), layout.offset, step)


def _role(owners: int | None) -> Role:
    """By how many elements cover a cell; None where that is not known."""
    return "unknown" if owners is None else ("hole", "used", "reused")[min(owners, 2)]


def _strip_cell(cell: int, from_bytes: int, unit: Ruler, role: Role) -> Cell:
    byte = cell * unit.bytes
    return Cell(Span(str(byte // from_bytes), role), f"byte {byte}: {_LEGEND[role]}", right=True)


def grid(axes: tuple[Window, ...], words: tuple[str, ...], *, title: str, layout: Layout | None = None) -> Cells:
    """The drawn elements by their index; where a layout is given, those that share bytes with others are marked."""
    indices = list(visible_indices(axes))
    roles = _grid_roles(layout, indices)
    cells = tuple(
        Cell(Span(text, role), f"index {index}", right=True)
        for index, text, role in zip(indices, words, roles, strict=True)
    )
    gaps = tuple((n, len(axis.head), axis.hidden) for n, axis in enumerate(axes) if axis.hidden)
    return Cells(tuple(axis.shown for axis in axes), cells, gaps=gaps, title=title)


def _grid_roles(layout: Layout | None, indices: list[tuple[int, ...]]) -> list[Role]:
    """By how many elements share a byte with each, itself included.

    Two elements do where their first bytes are less than an itemsize apart: an axis of all those distances, added to
    the layout, makes that one search.
    """
    if layout is None or coverage(layout) == "once":
        return ["used"] * len(indices)
    if broadcast_axes(layout):
        return ["reused"] * len(indices)
    step = _step(layout)
    reach = layout.itemsize // step - 1
    near = Layout((*layout.shape, 2 * reach + 1), (*layout.strides, step), layout.offset, step)
    count = _counter(near, STEPS // max(len(indices), 1))
    first = layout.offset + reach * step
    starts = [first + sum(map(mul, index, layout.strides)) for index in indices]
    counts = {start: count(start) for start in dict.fromkeys(starts)}
    found = [counts[start] for start in starts]
    return ["unknown" if owners is None else "used" if owners < 2 else "reused" for owners in found]
