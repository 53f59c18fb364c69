"""What a picture takes in bytes: estimated before it is measured and written, so that no time is lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from tensorlab.render.svg_plan import Box, Word
from tensorlab.scene.record import Cells, Group

if TYPE_CHECKING:
    from tensorlab.render.svg_plan import Frame, Piece
    from tensorlab.scene.record import Element

MOST_BYTES = 64_000
"""Of a picture, where leaving out notes and boxes can bring it there; tables and texts are never cut."""
_NOTED, _OUTLINED = 70, 16
"""Bytes of a box at least, beside its note and its text: as an element, or as a part of a path."""
_WRITTEN = 25
"""Bytes of a text in a box at least, beside the text itself."""
_HATCHED = 30
"""Bytes of the lines through a hole at least."""
_LINES = 100
"""Boxes of a strip for which there is room in a few lines, about."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is drawn."""

    notes: bool = True
    """Whether each box tells what it is when it is pointed at."""
    most: int | None = None
    """Positions along an axis, and lines of a strip, at most."""
    budget: int | None = None
    """Bytes; pictures that do not fit are left out, and counted."""


DETAILS = (
    Detail(),
    Detail(notes=False),
    Detail(notes=False, most=6),
    Detail(notes=False, most=4),
    Detail(notes=False, most=4, budget=56_000),
)
"""Tried in this order until the picture is small enough."""


def at_least(element: Element, detail: Detail) -> int:
    """Bytes that the boxes of a scene take at least: where that is too much, nothing needs to be measured.

    >>> from tensorlab.scene.record import Cell, Span
    >>> boxes = Cells((2,), (Cell(Span("10"), note="byte 0"), Cell(Span("11"), note="byte 8")))
    >>> at_least(boxes, Detail()), at_least(boxes, Detail(notes=False))
    (206, 86)
    """
    if isinstance(element, Group):
        return sum(at_least(child, detail) for child in element.children)
    if not isinstance(element, Cells):
        return 0
    if detail.most is not None:
        is_grid = len(element.shape) > 1 and not element.names
        drawn = prod(min(n, detail.most - 1) for n in element.shape) if is_grid else min(len(element.cells), _LINES)
        return drawn * (_OUTLINED + _WRITTEN)
    if detail.notes:
        return sum(_NOTED + _WRITTEN + len(cell.note) + len(str(cell.span.text)[:32]) for cell in element.cells)
    holes = sum(cell.span.role == "hole" for cell in element.cells)
    texts = sum(len(str(cell.span.text)[:32]) for cell in element.cells)
    return len(element.cells) * (_OUTLINED + _WRITTEN) + holes * _HATCHED + texts


def at_most(piece: Piece) -> int:
    """Bytes that a piece takes at most when it is written without notes.

    >>> from tensorlab.render.svg_plan import words
    >>> at_most(words("a & b")) > len('<text x="10" y="10">a &amp; b</text>')
    True
    """
    return sum(map(_takes, piece.items)) + sum(at_most(inner) for _, _, inner in piece.inner)


def _takes(item: Word | Box | Frame) -> int:
    if isinstance(item, Word):
        specials = sum(map(item.text.count, '&<>"')) if not item.text.isalnum() else 0
        return 80 + len(item.text.encode()) + 5 * specials
    if isinstance(item, Box):
        return 44 + (60 + item.width if item.cell.span.role == "hole" else 0)
    return 100
