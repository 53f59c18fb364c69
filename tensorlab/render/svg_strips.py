"""Strips, alone or in step, as measured pieces: lines of boxes that wrap where every row has an edge."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from math import lcm
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from tensorlab.render.blocks import Hidden, track
from tensorlab.render.svg_plan import (
    ASCENT,
    BOX,
    LINE,
    MOST_IN_BOX,
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
    words,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tensorlab.render.blocks import Track
    from tensorlab.scene.record import Cell, Cells

Entry = TypeVar("Entry")

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


Named: TypeAlias = dict[tuple[int, int], int]
"""Where each box has its text: row and start of the box -> start of the line."""


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


def strips(cells: Cells, room: int, level: int = 0) -> Piece:
    """A strip, or strips in step, in lines of at most ``room`` pixels.

    Args:
        cells: A strip, or strips in step.
        room: Pixels of a line at most.
        level: Pixels; what fits in them stands in one line, what is hidden between.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> boxes = tuple(Cell(Span(str(n))) for n in range(10))
    >>> strips(Cells((10,), boxes, labels=False), 400).height, strips(Cells((10,), boxes, labels=False), 200).height
    (24, 51)
    """
    steps = _measured(cells)
    fit = max(1, (room - steps.edge) // steps.unit)
    places = track(cells, len(cells.shape) - 1) if cells.shape else track(_one(cells), 0)
    if level:
        in_one = _in_one_line(_lines(places, None), steps)
        if in_one.width <= level:
            return in_one
    lines = _lines(places, _per_line(cells, fit))
    gap = SPACE if len(steps.rows) == 1 else 4 * SPACE
    named = _named(lines, steps)
    return below([_drawn(line, steps, room, named) for line in lines], gap)


def _in_one_line(lines: list[Line | Hidden], steps: Steps) -> Piece:
    """Boxes beside one another, with what is hidden between them told on their level; names stand at the first."""
    inner: list[tuple[int, int, Piece]] = []
    head = LINE if steps.labels and steps.names else 0
    x, foot = 0, head + (len(steps.rows) - 1) * (BOX + SPACE) + 2
    named = _named(lines, steps)
    if steps.names:
        items = [Word(0, head + 16 + n * (BOX + SPACE), name, Ink("dim")) for n, name in enumerate(steps.names)]
        inner.append((0, 0, Piece(steps.edge, 0, tuple(items))))
        x, steps = steps.edge, replace(steps, names=("",) * len(steps.names), edge=0)
    for line in lines:
        if isinstance(line, Hidden):
            told = words(f"… {line.count:,} more …", Ink("dim"))
            inner.append((x + SIGN, foot, told))
            x += told.width + 2 * SIGN + SPACE
        else:
            piece = _drawn(line._replace(indent=0), steps, 0, named)
            inner.append((x, 0, piece))
            x += piece.width + SPACE
            steps = steps if steps.names else replace(steps, edge=0, labels=False)
    height = max((piece.height for _, _, piece in inner), default=0)
    return Piece(max(x - SPACE, 0), height, inner=tuple(inner))


def _named(lines: list[Line | Hidden], steps: Steps) -> Named:
    """Where each box has its text: row and start of the box -> start of the line where most of it stands."""
    most: dict[tuple[int, int], tuple[int, int]] = {}
    for line in lines:
        if isinstance(line, Hidden):
            continue
        for number, row in enumerate(steps.rows):
            for held in _within(row, line):
                here = min(held.stop, line.stop) - max(held.start, line.start)
                if here > most.get((number, held.start), (0, 0))[0]:
                    most[number, held.start] = (here, line.start)
    return {box: start for box, (_, start) in most.items()}


def _within(row: tuple[Held, ...], line: Line) -> tuple[Held, ...]:
    """The boxes that stand in a line, in whole or in part."""
    first = bisect_right(row, line.start, key=lambda held: held.stop)
    return row[first : bisect_left(row, line.stop, key=lambda held: held.start)]


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


def _lines(places: Track, per_line: int | None) -> list[Line | Hidden]:
    """The lines and what is hidden between them; lines that end at what is hidden only, without a number of places."""
    lines: list[Line | Hidden] = []
    for entry in places:
        if isinstance(entry, Hidden):
            lines.append(entry)
            continue
        last = lines[-1] if lines else None
        if isinstance(last, Line) and (per_line is None or entry.position % per_line):
            lines[-1] = last._replace(stop=entry.box + 1)
        else:
            lines.append(Line(entry.box, entry.box + 1, entry.position, entry.position % (per_line or 1)))
    return lines


def joined(entries: Iterable[Entry | Hidden]) -> list[Entry | Hidden]:
    """The entries, with what is hidden in several that follow one another counted once.

    >>> joined(["a", Hidden(3), Hidden(4), "b"])
    ['a', Hidden(count=7), 'b']
    """
    result: list[Entry | Hidden] = []
    for entry in entries:
        last = result[-1] if result else None
        if isinstance(entry, Hidden) and isinstance(last, Hidden):
            result[-1] = Hidden(last.count + entry.count)
        else:
            result.append(entry)
    return result


def _drawn(line: Line | Hidden, steps: Steps, room: int, named: Named) -> Piece:
    if isinstance(line, Hidden):
        told = wrapped(f"… {line.count:,} more …", room - steps.edge, Ink("dim"))
        return Piece(steps.edge + told.width, told.height, inner=((steps.edge, 0, told),))
    rows = [_row(line, steps, number, named) for number in range(len(steps.rows))]
    heads = [_heads(line, steps)] if steps.labels and steps.names else []
    return below([*heads, below(rows, SPACE)])


def _row(line: Line, steps: Steps, number: int, named: Named) -> Piece:
    items: list[Box | Word] = []
    if steps.names:
        items.append(Word(0, 16, steps.names[number], Ink("dim")))
    elif steps.labels:
        items.append(Word(steps.edge - SIGN, 16, str(line.position), Ink("dim", "end")))
    for held in _within(steps.rows[number], line):
        items += _box(held, line, steps, has_text=named[number, held.start] == line.start)
    width = steps.edge + (line.indent + line.stop - line.start) * steps.unit - SPACE
    return Piece(width, BOX, tuple(items))


def _box(held: Held, line: Line, steps: Steps, *, has_text: bool) -> Iterator[Box | Word]:
    """A box, or the part of it that stands in this line; where most of it stands it has its text."""
    first, last = max(held.start, line.start), min(held.stop, line.stop)
    x = steps.edge + (line.indent + first - line.start) * steps.unit
    width = (last - first) * steps.unit - SPACE
    yield Box(x, 0, width, held.cell)
    text = cut(plain(held.cell.span.text), MOST_IN_BOX if last - first == held.cell.width else width // SIGN)
    if text and has_text:
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
