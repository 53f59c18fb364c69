"""Strips and grids as text: equal boxes, positions at the edges, what is hidden counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.quantity import counted
from tensorlab.render.palette import LOOKS
from tensorlab.render.width import MOST_CHARACTERS, columns, pad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.quantity import Quantity
    from tensorlab.render.pen import Pen
    from tensorlab.scene.record import Cell, Cells

_DIGITS = frozenset("0123456789+-.≈~einfajy")
"""Signs of numbers, as they stand in boxes."""


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
    return [*places[:head], _joined(middle), *places[len(places) - tail :]]


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


def cut(text: str, room: int, pen: Pen) -> str:
    """The text, or as much of it as there is room for, and dots.

    >>> from tensorlab.render.pen import Pen
    >>> cut("abcdef", 6, Pen()), cut("abcdef", 5, Pen()), cut("abcdef", 5, Pen(ascii=True))
    ('abcdef', 'abcd…', 'ab...')
    """
    if columns(text) <= room:
        return text
    dots, size = pen.plain("…"), 0
    for length, sign in enumerate(text):
        size += columns(sign)
        if size > room - len(dots):
            return text[:length] + dots[:room]
    return text


@dataclass(frozen=True, slots=True)
class Box:
    """How one box is drawn: text of one size between the marks of its role."""

    size: int
    verbatim: bool
    """Whether every text is ASCII that is drawn as it stands."""
    pen: Pen
    tight: bool = False
    """Whether what stands for boxes left out takes no more room than it needs."""

    @property
    def width(self) -> int:
        """Columns of a box with its marks."""
        return self.size + 2

    @property
    def left_out(self) -> int:
        """Columns of what stands where boxes are left out."""
        least = columns(self.pen.plain("…")) + 1
        return least + 1 if self.tight else max(self.width, least)

    def within(self, room: int, cells: Cells) -> Box:
        """The same where it fits; else smaller, where it is words that are long: numbers are not cut."""
        if self.width <= room:
            return self
        texts = (self.pen.plain(cell.span.text) for cell in cells.cells)
        numbers = max((columns(text) for text in texts if _DIGITS.issuperset(text)), default=1)
        return replace(self, size=min(self.size, max(numbers, room - 2)), verbatim=False)

    def draw(self, cell: Cell) -> str:
        """The box."""
        text, role = cell.span.text, cell.span.role
        left, right = LOOKS[role].marks
        words = str(text).rjust(self.size) if self.verbatim else self._padded(text)
        drawn = f"{left}{words}{right}"
        return self.pen.paint(drawn, role, cell.hue) if self.pen.color else drawn

    def _padded(self, text: str | Quantity) -> str:
        return pad(cut(self.pen.plain(text), self.size, self.pen), self.size, right=True)

    def dots(self) -> str:
        """What stands where boxes are left out."""
        return self.pen.paint(pad(self.pen.plain("…"), self.left_out - 1, right=True) + " ", "dim")

    def head(self, position: int) -> str:
        """A position above its column."""
        return self.pen.paint(pad(str(position), self.width - 1, right=True) + " ", "dim")


def _grid_lines(cells: Cells, before: tuple[int, ...], box: Box) -> list[str]:
    rows, cols = track(cells, len(cells.shape) - 2), track(cells, len(cells.shape) - 1)
    edge = max(len(str(row.position)) for row in rows if isinstance(row, Place)) + 1
    dots = replace(box, tight=True).left_out if len(cols) > 1 else 0
    box = box.within(box.pen.width - edge - dots, cells)
    head = max(len(str(col.position)) for col in cols if isinstance(col, Place))
    shown, cell_box = _fitting(cols, replace(box, size=max(box.size, head)), box.pen.width - edge)
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


def _fitting(cols: Track, box: Box, room: int) -> tuple[Track, Box]:
    """The columns that fit, the first and the last at least; the first alone where those two do not."""
    for count in range(max(3, room // box.width), 2, -1):
        shown = narrowed(cols, count)
        if _taken(shown, box) <= room:
            return shown, box
    tight = replace(box, tight=True)
    ends = [cols[0], _joined(cols[1:-1]), cols[-1]] if len(cols) > 2 else cols
    if len(cols) == 1 or _taken(ends, tight) <= room:
        return ends, tight
    return [cols[0], _joined(cols[1:])], tight


def _joined(entries: Track) -> Hidden:
    """All of them left out."""
    return Hidden(sum(entry.count if isinstance(entry, Hidden) else 1 for entry in entries))


def _taken(entries: Track, box: Box) -> int:
    return sum(box.left_out if isinstance(entry, Hidden) else box.width for entry in entries)


def _column_head(entry: Place | Hidden, box: Box) -> str:
    return box.dots() if isinstance(entry, Hidden) else box.head(entry.position)


def _flat(shape: tuple[int, ...], index: tuple[int, ...]) -> int:
    return sum(i * prod(shape[axis + 1 :]) for axis, i in enumerate(index))


def _strip_lines(cells: Cells, box: Box) -> list[str]:
    if not cells.shape:
        return [box.within(box.pen.width, cells).draw(cells.cells[0])]
    places = track(cells, 0)
    last = max((entry.position for entry in places if isinstance(entry, Place)), default=0)
    edge = len(str(last)) + 1 if cells.labels else 0
    box = box.within(box.pen.width - edge, cells)
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
