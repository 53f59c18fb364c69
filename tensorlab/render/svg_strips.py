"""Strips, alone or in step, as measured pieces: lines of boxes that wrap where every row has an edge."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.blocks import Hidden, track
from tensorlab.render.svg_plan import (
    ASCENT,
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
    pixels,
    plain,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.blocks import Track
    from tensorlab.scene.record import Cell, Cells

PAD = 12
"""Pixels in a box beside its text, both sides together."""
LEAST = 28
"""Pixels of a box at least."""
_NAME = 24
"""Columns of the name of a row at most."""


class Held(NamedTuple):
    """A box of a row, and the drawn places that it covers."""

    start: int
    stop: int
    cell: Cell


class Line(NamedTuple):
    """Places that stand beside one another: from one drawn place to before another, and how many are left free."""

    start: int
    stop: int
    position: int
    """What the first of them stands for."""
    indent: int


@dataclass(frozen=True, slots=True)
class Steps:
    """Rows of boxes over the same places."""

    rows: tuple[tuple[Held, ...], ...]
    names: tuple[str, ...]
    unit: int
    """Pixels of a place."""
    edge: int
    """Pixels before the boxes, for names or positions."""
    labels: bool


def strips(cells: Cells, room: int, most: int | None = None) -> Piece:
    """A strip, or strips in step, in lines of at most ``room`` pixels; of ``most`` lines, where that is given.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> boxes = tuple(Cell(Span(str(n))) for n in range(10))
    >>> strips(Cells((10,), boxes, labels=False), 400).height, strips(Cells((10,), boxes, labels=False), 200).height
    (24, 51)
    """
    steps = _measured(cells)
    fit = max(1, (room - steps.edge) // steps.unit)
    places = track(cells, len(cells.shape) - 1) if cells.shape else track(_one(cells), 0)
    lines = _lines(places, _per_line(cells, fit))
    if most is not None:
        lines = _fewer(lines, most)
    gap = SPACE if len(steps.rows) == 1 else 4 * SPACE
    return below([_drawn(line, steps, room) for line in lines], gap)


def _one(cells: Cells) -> Cells:
    """A box without an axis as a strip of one."""
    return type(cells)((1,), cells.cells)


def box_width(texts: set[str], places: int = 1) -> int:
    """Pixels from one place to the next, so that these texts fit in boxes of so many.

    >>> box_width({"1"}), box_width({"123456"}), box_width({"123456"}, 4)
    (31, 63, 16)
    """
    longest = max(map(pixels, texts), default=0) + PAD
    return -(-(max(longest, LEAST) + SPACE) // places)


def _measured(cells: Cells) -> Steps:
    by_width: dict[int, set[str]] = {}
    for cell in cells.cells:
        by_width.setdefault(cell.width, set()).add(cut(plain(cell.span.text)))
    unit = max((box_width(texts, width) for width, texts in by_width.items()), default=LEAST)
    names = tuple(cut(plain(name.text), _NAME) for name in cells.names)
    edge = max(map(pixels, names), default=0) + PAD if names else 0
    labels = cells.labels and bool(cells.shape)
    if labels and not names:
        hidden = sum(count for _, _, count in cells.gaps)
        edge = pixels(str(cells.shape[0] + hidden)) + SIGN
    return Steps(tuple(_held(row) for row in cells.rows()), names, unit, edge, labels)


def _held(row: tuple[Cell, ...]) -> tuple[Held, ...]:
    held, start = [], 0
    for cell in row:
        held.append(Held(start, start + cell.width, cell))
        start += cell.width
    return tuple(held)


def _per_line(cells: Cells, fit: int) -> int:
    """Places of a full line: a multiple of what a row of the grid takes, and of the widest box, where one fits."""
    widest = max((cell.width for cell in cells.cells), default=1)
    for unit in (lcm(cells.row, widest), widest, cells.row):
        if unit <= fit:
            return fit // unit * unit
    return fit


def _lines(places: Track, per_line: int) -> list[Line | Hidden]:
    lines: list[Line | Hidden] = []
    for entry in places:
        if isinstance(entry, Hidden):
            lines.append(entry)
            continue
        last = lines[-1] if lines else None
        if isinstance(last, Line) and entry.position % per_line:
            lines[-1] = last._replace(stop=entry.box + 1)
        else:
            lines.append(Line(entry.box, entry.box + 1, entry.position, entry.position % per_line))
    return lines


def _fewer(lines: list[Line | Hidden], most: int) -> list[Line | Hidden]:
    """The first lines and the last; the places of those between are counted with what is hidden there."""
    if len(lines) <= most:
        return lines
    head, tail = max(1, most - 2), max(1, most - 1)
    middle = lines[head : len(lines) - (tail - head)]
    count = sum(line.count if isinstance(line, Hidden) else line.stop - line.start for line in middle)
    return [*lines[:head], Hidden(count), *lines[len(lines) - (tail - head) :]]


def _drawn(line: Line | Hidden, steps: Steps, room: int) -> Piece:
    if isinstance(line, Hidden):
        told = wrapped(f"… {line.count:,} more …", room - steps.edge, Ink("dim"))
        return Piece(steps.edge + told.width, told.height, inner=((steps.edge, 0, told),))
    rows = [_row(line, steps, number) for number in range(len(steps.rows))]
    heads = [_heads(line, steps)] if steps.labels and steps.names else []
    return below([*heads, below(rows, SPACE)])


def _row(line: Line, steps: Steps, number: int) -> Piece:
    items: list[Box | Word] = []
    if steps.names:
        items.append(Word(0, 16, steps.names[number], Ink("dim")))
    elif steps.labels:
        items.append(Word(steps.edge - SIGN, 16, str(line.position), Ink("dim", "end")))
    for held in steps.rows[number]:
        if held.start < line.stop and held.stop > line.start:
            items += _box(held, line, steps)
    width = steps.edge + (line.indent + line.stop - line.start) * steps.unit - SPACE
    return Piece(width, BOX, tuple(items))


def _box(held: Held, line: Line, steps: Steps) -> Iterator[Box | Word]:
    """A box with its text, or the part of it that stands in this line; the longer part has the text."""
    first, last = max(held.start, line.start), min(held.stop, line.stop)
    x = steps.edge + (line.indent + first - line.start) * steps.unit
    width = (last - first) * steps.unit - SPACE
    yield Box(x, 0, width, held.cell)
    text = cut(plain(held.cell.span.text))
    if text and (last - first) * 2 >= held.cell.width and (width >= pixels(text) or last - first == held.cell.width):
        yield text_in(x, width, text, held.cell)


def text_in(x: int, width: int, text: str, cell: Cell) -> Word:
    """The text of a box, in its middle.

    >>> from tensorlab.scene.record import Cell, Span
    >>> text_in(0, 40, "7", Cell(Span("7", "used"))).x
    20
    """
    return Word(x + width // 2, 16, text, Ink(cell.span.role, "middle", SIGN, cell.hue, boxed=True))


def _heads(line: Line, steps: Steps) -> Piece:
    """Positions above the places: of as many as have room for theirs."""
    longest = pixels(str(line.position + line.stop - line.start)) + SIGN
    every = 1
    while every * steps.unit < longest:
        every *= 2
    items = [
        Word(
            steps.edge + (line.indent + place) * steps.unit + (steps.unit - SPACE) // 2,
            ASCENT,
            str(line.position + place),
            Ink("dim", "middle", SIGN - 1),
        )
        for place in range(line.stop - line.start)
        if (line.position + place) % every == 0
    ]
    return Piece(steps.edge, LINE, tuple(items))
