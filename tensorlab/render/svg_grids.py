"""Grids as measured pieces: one of two axes, or nested blocks of more, each labelled with its index."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from tensorlab.layout.address import axis_names
from tensorlab.render.blocks import Hidden, Place, hidden_words, more, narrowed, track
from tensorlab.render.svg_plan import (
    BOX,
    LINE,
    SIGN,
    SPACE,
    Box,
    Ink,
    Piece,
    Word,
    below,
    cut,
    flow,
    framed,
    pixels,
    plain,
    words,
    wrapped,
)
from tensorlab.render.svg_strips import box_width, joined, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.blocks import Track
    from tensorlab.scene.record import Cells

_APART = 18
_FRAMES = 3
"""Levels of nesting that have a line around each of their blocks, at most."""
_LEAST = 120
"""Pixels that a block keeps, however deep it lies."""
_MOST_AXES = 6
"""Axes that are told one by one."""

Index = tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """What all blocks of a grid have in common: one box is as wide as another."""

    cells: Cells
    tracks: tuple[Track, ...]
    step: int
    """Pixels from one box to the next."""
    edge: int
    """Pixels before the boxes, for the positions of rows."""
    texts: tuple[str, ...]


def grids(cells: Cells, room: int) -> Piece:
    """A grid of two axes, or nested blocks of more: those of one axis beside one another, those of the next below.

    Args:
        cells: Of two axes or more.
        room: Pixels; a grid of long texts may take more.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> boxes = tuple(Cell(Span(str(n))) for n in range(8))
    >>> grids(Cells((2, 2, 2), boxes), 600).width > grids(Cells((2, 2, 2), boxes), 100).width
    True
    """
    tracks = tuple(track(cells, axis) for axis in range(len(cells.shape)))
    texts = tuple(cut(plain(cell.span.text)) for cell in cells.cells)
    columns = [str(place.position) for place in tracks[-1] if isinstance(place, Place)]
    rows = [str(place.position) for place in tracks[-2] if isinstance(place, Place)]
    edge = max(map(pixels, rows), default=0) + SIGN if cells.labels else 0
    grid = Grid(cells, tracks, box_width({*texts, *columns}), edge, texts)
    blocks = _level(grid, (), room)
    return below([wrapped(_axes(grid), room, Ink("dim", sign=SIGN - 1)), blocks], SPACE) if cells.labels else blocks


def _axes(grid: Grid) -> str:
    """Where each axis runs, by its letter in the formula, and how long it is in all.

    Axes of one position are passed over where there are many.
    """
    told = []
    names = axis_names(len(grid.tracks))
    for axis in range(len(grid.tracks)):
        hidden = sum(count for where, _, count in grid.cells.gaps if where == axis)
        length = grid.cells.shape[axis] + hidden
        if length > 1 or len(grid.tracks) <= _MOST_AXES:
            told.append(f"{_runs(grid, axis)}{names[axis]} ({length:,})".replace(" ", "\N{NO-BREAK SPACE}"))
    hidden = len(told) - _MOST_AXES
    return "   ".join(told if hidden <= 0 else [*told[:2], f"… {hidden:,} more …", *told[2 - _MOST_AXES :]])


def _runs(grid: Grid, axis: int) -> str:
    """How an axis is drawn; nothing where only one of its positions is."""
    if axis >= len(grid.tracks) - 2:
        return "→ " if axis == len(grid.tracks) - 1 else "↓ "
    if sum(isinstance(entry, Place) for entry in grid.tracks[axis]) < 2:
        return ""
    return {1: "blocks: ", 2: "rows of blocks: "}.get(_depth(grid, axis), "frames: ")


def _level(grid: Grid, before: Index, room: int) -> Piece:
    """What stands at this index of the axes before: a block, blocks beside one another, or blocks in frames."""
    axis = len(before)
    if axis == len(grid.tracks) - 2:
        return _block(grid, before, room)
    places = [place for place in grid.tracks[axis] if isinstance(place, Place)]
    depth = _depth(grid, axis)
    inner_room = max(room - 20, _LEAST) if len(places) > 1 and 2 < depth <= _FRAMES + 2 else room
    pieces: list[Piece] = []
    for entry in grid.tracks[axis]:
        if isinstance(entry, Hidden):
            pieces.append(_left_out(grid, (*before, entry), inner_room))
        else:
            pieces.append(_level(grid, (*before, entry), inner_room))
    if len(places) < 2:
        return below(pieces, SPACE)
    if depth == 1:
        return flow(pieces, room, _APART)
    if depth == 2 or depth > _FRAMES + 2:
        return below(pieces, _APART)
    return below([framed(piece) for piece in pieces], _APART // 2)


def _depth(grid: Grid, axis: int) -> int:
    """How many axes from this one to the last two have several drawn blocks: 1 stands beside, 2 below, 3 in frames."""
    inner = grid.tracks[axis : len(grid.tracks) - 2]
    return sum(sum(isinstance(entry, Place) for entry in places) > 1 for places in inner)


def _left_out(grid: Grid, entries: tuple[Place | Hidden, ...], room: int) -> Piece:
    axis = len(entries) - 1
    told = hidden_words(entries).replace(f"along axis {axis}", f"along {axis_names(len(grid.tracks))[axis]}", 1)
    return wrapped(told, min(room, 40 * SIGN), Ink("dim"))


def _block(grid: Grid, before: Index, room: int) -> Piece:
    """The last two axes at one index of those before."""
    columns = joined(narrowed(grid.tracks[-1], max(3, (room - grid.edge) // grid.step)))
    pieces = []
    if before:
        index = ", ".join(str(place.position) for place in before)
        pieces.append(wrapped(f"[{index}, :, :]", max(room, _LEAST), Ink("dim")))
    if grid.cells.labels:
        pieces.append(_head(grid, columns))
    pieces.append(below(list(_rows(grid, before, columns)), SPACE))
    hidden = sum(entry.count for entry in columns if isinstance(entry, Hidden))
    if hidden:
        told = words(more(hidden, "column"), Ink("dim"))
        pieces.append(Piece(grid.edge + told.width, told.height, inner=((grid.edge, 0, told),)))
    return below(pieces)


def _head(grid: Grid, columns: Track) -> Piece:
    middle = grid.edge + (grid.step - SPACE) // 2
    items = tuple(
        Word(middle + n * grid.step, LINE - 6, _position(entry), Ink("dim", "middle", SIGN - 1))
        for n, entry in enumerate(columns)
    )
    return Piece(grid.edge + len(columns) * grid.step - SPACE, LINE, items)


def _position(entry: Place | Hidden) -> str:
    return "…" if isinstance(entry, Hidden) else str(entry.position)


def _rows(grid: Grid, before: Index, columns: Track) -> Iterator[Piece]:
    shape = grid.cells.shape
    for row in grid.tracks[-2]:
        if isinstance(row, Hidden):
            told = words(more(row.count, "row"), Ink("dim"))
            yield Piece(grid.edge + told.width, told.height, inner=((grid.edge, 0, told),))
            continue
        index = (*(place.box for place in before), row.box)
        start = sum(i * prod(shape[axis + 1 :]) for axis, i in enumerate(index))
        label = (
            [Word(grid.edge - SIGN, 16, str(row.position), Ink("dim", "end", SIGN - 1))] if grid.cells.labels else []
        )
        boxes = _boxes(grid, start, columns)
        yield Piece(grid.edge + len(columns) * grid.step - SPACE, BOX, (*label, *boxes))


def _boxes(grid: Grid, start: int, columns: Track) -> Iterator[Box | Word]:
    width = grid.step - SPACE
    for n, entry in enumerate(columns):
        x = grid.edge + n * grid.step
        if isinstance(entry, Hidden):
            yield Word(x + width // 2, 16, "…", Ink("dim", "middle"))
            continue
        cell = grid.cells.cells[start + entry.box]
        yield Box(x, 0, width, cell)
        if grid.texts[start + entry.box]:
            yield text_in(x, width, grid.texts[start + entry.box], cell)
