"""Scenes with fewer boxes and shorter words."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, product
from math import prod
from typing import TYPE_CHECKING

from tensorlab.render.blocks import Hidden, narrowed, track
from tensorlab.scene.record import Diagram, Group, Plot, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Cell, Cells, Element, Span


def trimmed(element: Element, most: int, words: int) -> Element:
    """The scene with grids of at most so many positions along an axis, strips of twice as many, and shorter words.

    What is left out is counted, in the middle of the axis.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> boxes = Cells((9,), tuple(Cell(Span(str(n))) for n in range(9)))
    >>> small = trimmed(boxes, 2, 20)
    >>> [cell.span.text for cell in small.cells], small.gaps
    (['0', '1', '8'], ((0, 2, 6),))
    """
    if isinstance(element, Group):
        children = tuple(trimmed(child, most, words) for child in element.children)
        return replace(element, children=children, title=cut_short(element.title, words))
    if isinstance(element, Text):
        is_long = any(len(str(span.text)) > words for span in element.spans)
        return Text(tuple(_short(span, words) for span in element.spans)) if is_long else element
    if isinstance(element, Diagram | Plot):
        return element
    if isinstance(element, Table):
        is_long = any(max(len(str(cell.span.text)), len(cell.note)) > words for row in element.rows for cell in row)
        rows = (
            tuple(tuple(_short_cell(cell, words) for cell in row) for row in element.rows) if is_long else element.rows
        )
        return Table(tuple(cut_short(word, words) for word in element.head), rows)
    return _fewer(replace(element, title=cut_short(element.title, words)), most, words)


def cut_short(text: str, most: int) -> str:
    """The text, or its beginning with a sign that more follows.

    >>> cut_short("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _short(span: Span, most: int) -> Span:
    words = str(span.text)
    return span if len(words) <= most else replace(span, text=cut_short(words, most))


def _short_cell(cell: Cell, most: int) -> Cell:
    return replace(cell, span=_short(cell.span, most), note=cut_short(cell.note, most))


def _fewer(cells: Cells, most: int, words: int) -> Cells:
    kept, gaps = [], []
    for axis, room in enumerate(rooms(cells, most)):
        places, hidden = _narrowed(cells, axis, room)
        kept.append(places)
        gaps += [(axis, before, count) for before, count in hidden.items()]
    found = _of_grid(cells, kept) if _is_grid(cells) else _of_strips(cells, kept)
    texts = tuple(cell if len(str(cell.span.text)) <= words else _short_cell(cell, words) for cell in found)
    return replace(cells, shape=tuple(map(len, kept)), cells=texts, gaps=tuple(gaps))


def _is_grid(cells: Cells) -> bool:
    return len(cells.shape) > 1 and not cells.names


def rooms(cells: Cells, most: int) -> list[int]:
    """Entries along each axis at most; all rows of strips in step stay.

    >>> from tensorlab.scene.record import Cells
    >>> rooms(Cells((0, 9), ()), 4), rooms(Cells((0,), ()), 4)
    ([4, 4], [8])
    """
    if _is_grid(cells):
        return [most] * len(cells.shape)
    return [len(cells.names) + 1, 2 * most][-len(cells.shape) :] if cells.shape else []


def _narrowed(cells: Cells, axis: int, room: int) -> tuple[list[int], dict[int, int]]:
    """Boxes along an axis that stay, and how many are hidden before each."""
    kept: list[int] = []
    hidden: dict[int, int] = {}
    for entry in narrowed(track(cells, axis), room):
        if isinstance(entry, Hidden):
            hidden[len(kept)] = hidden.get(len(kept), 0) + entry.count
        else:
            kept.append(entry.box)
    return kept, hidden


def _of_grid(cells: Cells, kept: list[list[int]]) -> list[Cell]:
    steps = [prod(cells.shape[axis + 1 :]) for axis in range(len(cells.shape))]
    offsets = [[place * step for place in places] for places, step in zip(kept, steps, strict=True)]
    return [cells.cells[sum(index)] for index in product(*offsets)]


def _of_strips(cells: Cells, kept: list[list[int]]) -> list[Cell]:
    """Wide boxes are as wide as what stays of the places that they cover, and two where the middle of one goes."""
    if not cells.shape:
        return list(cells.cells)
    found: list[Cell] = []
    for row in cells.rows():
        covers = [number for number, cell in enumerate(row) for _ in range(cell.width)]
        stretches = ((place - order, covers[place]) for order, place in enumerate(kept[-1]))
        for (_, number), run in groupby(stretches):
            width = sum(1 for _ in run)
            found.append(row[number] if width == row[number].width else replace(row[number], width=width))
    return found
