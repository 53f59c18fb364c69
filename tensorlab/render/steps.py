"""Strips in step as text: named rows over the same places, wrapped together, wide boxes as wide as what they cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.blocks import Hidden, cut, dim_lines
from tensorlab.render.palette import LOOKS
from tensorlab.render.width import columns, pad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.pen import Pen
    from tensorlab.scene.record import Cell, Cells, Span

_LONGEST_NAME = 3
"""Names take at most this part of the width."""


class Piece(NamedTuple):
    """A box, or the part of it on one line."""

    cell: Cell
    start: int
    stop: int
    opens: bool
    """Whether the box begins here."""
    closes: bool


@dataclass(frozen=True, slots=True)
class Step:
    """How wide a place and the names are."""

    columns: int
    """Of one place."""
    edge: int
    """Of the names at the left, and the space behind them."""
    places: int
    """On a line."""
    pen: Pen


def step_lines(cells: Cells, pen: Pen) -> list[str]:
    """The rows below one another, as many places a line as fit; what is left out is a line of its own.

    >>> from tensorlab.render.pen import Pen
    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> boxes = [Cell(Span(str(n), "used")) for n in range(4)] + [Cell(Span(str(n), "used"), width=2) for n in (0, 1)]
    >>> for line in step_lines(Cells((2, 4), tuple(boxes), names=(Span("A"), Span("B"))), Pen()):
    ...     print(line)
    A [0][1][2][3]
    B [ 0  ][ 1  ]
    """
    step = _measured(cells, pen)
    rows = [list(_placed(row)) for row in cells.rows()]
    lines: list[str] = []
    for entry in _stretches(cells):
        if isinstance(entry, Hidden):
            lines += dim_lines(f"… {entry.count:,} more …", pen)
            continue
        for start in range(entry.start, entry.stop, step.places):
            if lines and len(rows) > 1 and start > entry.start:
                lines.append("")
            window = range(start, min(start + step.places, entry.stop))
            lines += [
                _name(name, step) + _row_line(row, window, step) for name, row in zip(cells.names, rows, strict=True)
            ]
    return lines


def _measured(cells: Cells, pen: Pen) -> Step:
    """The widest number in a box, over the places that it covers, says how wide a place is."""
    place = max([3, *(-(-(columns(pen.plain(cell.span.text)) + 2) // cell.width) for cell in cells.cells)])
    names = max(columns(pen.plain(name.text)) for name in cells.names)
    edge = min(names, pen.width // _LONGEST_NAME) + 1
    place = min(place, pen.width - edge)
    fit = max(1, (pen.width - edge) // place)
    return Step(place, edge, fit // cells.row * cells.row if fit >= cells.row else fit, pen)


def _placed(row: tuple[Cell, ...]) -> Iterator[Piece]:
    """Each box with the places that it covers."""
    start = 0
    for cell in row:
        yield Piece(cell, start, start + cell.width, opens=True, closes=True)
        start += cell.width


def _stretches(cells: Cells) -> Iterator[range | Hidden]:
    """The drawn places between what is left out, in order."""
    start = 0
    for _, before, count in sorted(cells.gaps):
        if before > start:
            yield range(start, before)
        yield Hidden(count)
        start = before
    if cells.shape[1] > start:
        yield range(start, cells.shape[1])


def _name(span: Span, step: Step) -> str:
    room = step.edge - 1
    return step.pen.paint(pad(cut(step.pen.plain(span.text), room, step.pen), room), span.role) + " "


def _row_line(row: list[Piece], window: range, step: Step) -> str:
    pieces = (
        Piece(
            piece.cell,
            max(piece.start, window.start),
            min(piece.stop, window.stop),
            piece.start >= window.start,
            piece.stop <= window.stop,
        )
        for piece in row
        if piece.start < window.stop and piece.stop > window.start
    )
    return "".join(_drawn(piece, step) for piece in pieces)


def _drawn(piece: Piece, step: Step) -> str:
    """A box, open at the side where it goes on in another line."""
    cell, pen = piece.cell, step.pen
    left, right = LOOKS[cell.span.role].marks
    room = (piece.stop - piece.start) * step.columns - 2
    text = cut(pen.plain(cell.span.text), room, pen) if piece.opens else ""
    words = pad(text, room, right=True) if cell.width == 1 else _centred(text, room)
    return pen.paint(f"{left if piece.opens else ' '}{words}{right if piece.closes else ' '}", cell.span.role, cell.hue)


def _centred(text: str, room: int) -> str:
    blank = max(0, room - columns(text))
    return " " * (blank // 2) + text + " " * (blank - blank // 2)
