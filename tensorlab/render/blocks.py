"""Strips and grids as text: equal boxes, positions at the edges, what is hidden counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.quantity import counted
from tensorlab.render.palette import LOOKS
from tensorlab.render.width import MOST_CHARACTERS, columns, pad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.pen import Pen
    from tensorlab.scene.record import Cell, Cells


@dataclass(frozen=True, slots=True)
class Hidden:
    """A place where boxes are left out."""

    count: int


class Place(NamedTuple):
    """A drawn box along one axis: which box, and the position that it stands for."""

    box: int
    position: int


Track: TypeAlias = list[Place | Hidden]


def track(cells: Cells, axis: int) -> Track:
    """What is drawn along an axis, in order.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> track(Cells((2,), (Cell(Span("0")), Cell(Span("9"))), gaps=((0, 1, 8),)), 0)
    [Place(box=0, position=0), Hidden(count=8), Place(box=1, position=9)]
    """
    result: Track = []
    start = skipped = 0
    for before, count in sorted((before, count) for where, before, count in cells.gaps if where == axis):
        result += map(Place, range(start, before), range(start + skipped, before + skipped))
        result.append(Hidden(count))
        start, skipped = before, skipped + count
    return [*result, *map(Place, range(start, cells.shape[axis]), range(start + skipped, cells.shape[axis] + skipped))]


def narrowed(places: Track, room: int) -> Track:
    """The track with at most ``room`` entries: boxes in the middle join what is hidden.

    >>> narrowed([Place(n, n) for n in range(9)], 4)
    [Place(box=0, position=0), Place(box=1, position=1), Hidden(count=6), Place(box=8, position=8)]
    """
    if len(places) <= max(room, 2):
        return places
    head = max(1, room // 2)
    tail = max(1, room - head - 1)
    middle = places[head : len(places) - tail]
    count = sum(entry.count if isinstance(entry, Hidden) else 1 for entry in middle)
    return [*places[:head], Hidden(count), *places[len(places) - tail :]]


def block_lines(cells: Cells, pen: Pen) -> list[str]:
    """A strip, a grid, or a grid for each index of the axes before the last two."""
    box = Box(*_widest(cells, pen), pen)
    if len(cells.shape) < 2:
        return _strip_lines(cells, box)
    lines: list[str] = []
    for entries in leading(cells):
        if entries and isinstance(entries[-1], Hidden):
            lines += dim_lines(hidden_words(entries), pen)
            continue
        places = [entry for entry in entries if isinstance(entry, Place)]
        if places:
            lines += wrap(pen.plain(f"[{', '.join(str(place.position) for place in places)}, :, :]"), pen.width)
        lines += _grid_lines(cells, tuple(place.box for place in places), box)
    return lines


def _widest(cells: Cells, pen: Pen) -> tuple[int, bool]:
    """Columns of the longest text, and whether all are drawn as they stand: then none is asked again."""
    texts = {str(cell.span.text) for cell in cells.cells}
    together = "".join(texts)
    longest = max(map(len, texts), default=1)
    if together.isascii() and together.isprintable() and longest <= MOST_CHARACTERS:
        return longest, True
    return max(columns(pen.plain(text)) for text in texts), False


def leading(cells: Cells) -> Iterator[tuple[Place | Hidden, ...]]:
    """The indices of the axes before the last two that are drawn, in order; where some are left out, what comes before.

    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> cells = Cells((1, 1, 1, 1), (Cell(Span("0")),), gaps=((0, 1, 4), (1, 1, 9)))
    >>> for entries in leading(cells):
    ...     print(entries)
    (Place(box=0, position=0), Place(box=0, position=0))
    (Place(box=0, position=0), Hidden(count=9))
    (Hidden(count=4),)
    """
    tracks = [track(cells, axis) for axis in range(len(cells.shape) - 2)]
    pending: list[tuple[Place | Hidden, ...]] = [()]
    while pending:
        entries = pending.pop()
        if len(entries) == len(tracks) or (entries and isinstance(entries[-1], Hidden)):
            yield entries
        else:
            pending += [(*entries, entry) for entry in reversed(tracks[len(entries)])]


def hidden_words(entries: tuple[Place | Hidden, ...]) -> str:
    """What stands for the blocks left out behind these entries, the last of which is hidden.

    >>> hidden_words((Place(0, 0), Hidden(1))), hidden_words((Hidden(5),))
    ('… 1 more along axis 1 of [0, ...] …', '… 5 more along axis 0 …')
    """
    count = sum(entry.count for entry in entries if isinstance(entry, Hidden))
    before = ", ".join(str(entry.position) for entry in entries if isinstance(entry, Place))
    return f"… {count:,} more along axis {len(entries) - 1}{f' of [{before}, ...]' if before else ''} …"


def more(count: int, word: str) -> str:
    """What stands for rows or columns left out.

    >>> more(1, "row"), more(9999, "column")
    ('… 1 more row …', '… 9,999 more columns …')
    """
    return f"… {counted(count, f'more {word}')} …"


def dim_lines(words: str, pen: Pen) -> list[str]:
    """What stands for boxes left out, in lines that fit.

    >>> from tensorlab.render.pen import Pen
    >>> dim_lines("… 9,999,999,936 more …", Pen(20))
    ['… 9,999,999,936 more', '…']
    """
    return [pen.paint(line, "dim") for line in wrap(pen.plain(words), pen.width)]


@dataclass(frozen=True, slots=True)
class Box:
    """How one box is drawn: text of one size between the marks of its role."""

    size: int
    verbatim: bool
    """Whether every text is ASCII that is drawn as it stands."""
    pen: Pen

    @property
    def width(self) -> int:
        """Columns of a box with its marks."""
        return self.size + 2

    def draw(self, cell: Cell) -> str:
        """The box."""
        text, role = cell.span.text, cell.span.role
        left, right = LOOKS[role].marks
        words = str(text).rjust(self.size) if self.verbatim else pad(self.pen.plain(text), self.size, right=True)
        drawn = f"{left}{words}{right}"
        return self.pen.paint(drawn, role, cell.hue) if self.pen.color else drawn

    def dots(self) -> str:
        """What stands where boxes are left out."""
        return self.pen.paint(pad(self.pen.plain("…"), self.width - 1, right=True) + " ", "dim")

    def head(self, position: int) -> str:
        """A position above its column."""
        return self.pen.paint(pad(str(position), self.width - 1, right=True) + " ", "dim")


def _grid_lines(cells: Cells, before: tuple[int, ...], box: Box) -> list[str]:
    rows, cols = track(cells, len(cells.shape) - 2), track(cells, len(cells.shape) - 1)
    edge = max(len(str(row.position)) for row in rows if isinstance(row, Place)) + 1
    head = max(len(str(col.position)) for col in cols if isinstance(col, Place))
    cell_box = Box(max(box.size, head), box.verbatim, box.pen)
    shown = narrowed(cols, max(3, (box.pen.width - edge) // cell_box.width))
    lines = []
    if cells.labels:
        lines.append(" " * edge + "".join(_column_head(entry, cell_box) for entry in shown))
    for row in rows:
        if isinstance(row, Hidden):
            lines += dim_lines(more(row.count, "row"), box.pen)
            continue
        start = _flat(cells.shape, (*before, row.box, 0))
        label = box.pen.paint(pad(str(row.position), edge - 1, right=True) + " ", "dim") if cells.labels else ""
        drawn = (cell_box.dots() if isinstance(c, Hidden) else cell_box.draw(cells.cells[start + c.box]) for c in shown)
        lines.append(label + "".join(drawn))
    hidden = sum(entry.count for entry in shown if isinstance(entry, Hidden))
    if hidden:
        lines += dim_lines(more(hidden, "column"), box.pen)
    return lines


def _column_head(entry: Place | Hidden, box: Box) -> str:
    return box.dots() if isinstance(entry, Hidden) else box.head(entry.position)


def _flat(shape: tuple[int, ...], index: tuple[int, ...]) -> int:
    return sum(i * prod(shape[axis + 1 :]) for axis, i in enumerate(index))


def _strip_lines(cells: Cells, box: Box) -> list[str]:
    if not cells.shape:
        return [box.draw(cells.cells[0])]
    places = track(cells, 0)
    last = max((entry.position for entry in places if isinstance(entry, Place)), default=0)
    edge = len(str(last)) + 1 if cells.labels else 0
    fit = max(1, (box.pen.width - edge) // box.width)
    per_line = fit // cells.row * cells.row if fit >= cells.row else fit
    lines: list[str] = []
    full = True
    for entry in places:
        if isinstance(entry, Hidden):
            lines += dim_lines(f"… {entry.count:,} more …", box.pen)
            full = True
            continue
        if full or entry.position % per_line == 0:
            label = box.pen.paint(pad(str(entry.position), edge - 1, right=True) + " ", "dim") if cells.labels else ""
            indent = " " * (box.width * (entry.position % per_line)) if full else ""
            lines.append(label + indent)
            full = False
        lines[-1] += box.draw(cells.cells[entry.box])
    return lines
