"""Scenes made smaller: fewer boxes, shorter words, and last whole parts replaced by a line that names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, product
from math import prod
from typing import TYPE_CHECKING

from tensorlab.render.blocks import Hidden, narrowed, track
from tensorlab.render.width import MOST_CHARACTERS
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.scene.record import Element

_ROWS = 40
"""Of a table, when much has to go."""
_WHOLE_TITLES = 100
"""Objects not drawn that are named with their type and shape, at most."""
_NAMED_PICTURES = 4
"""Strips and grids not drawn that are named beside one another, at most; objects are named all."""
_BOX, _TIED = 9, 19
"""Bytes of a box and of its first tie."""
_SMALL = 11
"""Bytes of a box at least, whatever it holds."""
_ELEMENT, _PICTURE, _NAME, _SAID = 7, 90, 28, 60
"""Bytes of a sentence, of a strip, grid or table without its boxes, of the name of a row; characters of a title."""
_LEAST = 600
"""Bytes below which no part is begun."""
_LEAST_POSITIONS = 3
_TITLE = 200
"""Characters of a title where there is no room."""


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
        return replace(element, children=children, title=_cut(element.title, words))
    if isinstance(element, Text):
        is_long = any(len(str(span.text)) > words for span in element.spans)
        return Text(tuple(_short(span, words) for span in element.spans)) if is_long else element
    if isinstance(element, Table):
        is_long = any(max(len(str(cell.span.text)), len(cell.note)) > words for row in element.rows for cell in row)
        rows = (
            tuple(tuple(_short_cell(cell, words) for cell in row) for row in element.rows) if is_long else element.rows
        )
        return Table(tuple(_cut(word, words) for word in element.head), rows)
    return _fewer(replace(element, title=_cut(element.title, words)), most, words)


def has_boxes(element: Element) -> bool:
    """Whether a scene has boxes that tell what they are.

    >>> has_boxes(Group(())), has_boxes(Cells((), (Cell(Span("7"), "byte 0"),)))
    (False, True)
    """
    if isinstance(element, Group):
        return any(map(has_boxes, element.children))
    return isinstance(element, Cells) and any(cell.note or cell.ties for cell in element.cells)


def at_least(element: Element, most: int | None = None) -> int:
    """Bytes that a scene, trimmed, takes as elements without notes, at least: what is too much need not be drawn.

    Boxes of one picture are taken to be tied alike, as those of figures are.

    >>> two = Cells((2,), tuple(Cell(Span("10"), ties=(("box", n, n + 1),)) for n in range(2)))
    >>> at_least(two), at_least(two, 8), at_least(Group((two,), title="boxes"), 8)
    (150, 150, 162)
    """
    if isinstance(element, Group):
        return sum((at_least(child, most) for child in element.children), min(len(element.title), _SAID) + _ELEMENT)
    if isinstance(element, Text):
        return _ELEMENT
    if isinstance(element, Table):
        return _PICTURE + _BOX * len(element.rows) * len(element.head)
    around = _PICTURE + _NAME * (len(element.names) + len(element.legend)) + min(len(element.title), _SAID)
    if most is None:
        return around + sum(_BOX + _TIED * bool(cell.ties) + len(str(cell.span.text)) for cell in element.cells)
    kept = prod(map(min, element.shape, (room - 1 for room in _rooms(element, most))))
    tied = _TIED if element.cells and element.cells[-1].ties else 0
    return around + (_SMALL + tied) * min(kept, len(element.cells))


def planned(scene: Group, room: int, cost: Callable[[Element], int], smaller: Callable[[Element], Element]) -> Group:
    """The scene with as many of its parts as have room; a line stands for the others and names them.

    Strips and grids that lie directly in a group get half of its room where it has groups too. Sentences are kept, and
    the tables too, up to 40 rows of each.

    Args:
        scene: What is drawn.
        room: Bytes for all.
        cost: Bytes that an element takes.
        smaller: What is done to a picture before it is drawn, as trimming it.

    >>> from tensorlab.scene.record import Cell, Cells, Group, Span
    >>> parts = tuple(Group((Cells((2,), (Cell(Span("7")),) * 2),), title=f"{name}: 2 boxes") for name in "AB")
    >>> cost = lambda element: 300 if isinstance(element, Group | Cells) else 30
    >>> [span.text for span in planned(Group(parts), 1200, cost, lambda element: element).children[-1].spans]
    ['… B: 2 boxes', ' not drawn …']
    """
    return _Budget(cost, smaller).group(scene, room)


@dataclass(frozen=True, slots=True)
class _Budget:
    """How parts are made smaller and what they take."""

    cost: Callable[[Element], int]
    smaller: Callable[[Element], Element]

    def group(self, group: Group, room: int) -> Group:
        children = [self._kept(child) for child in group.children]
        parts = [child for child in children if isinstance(child, Cells | Group)]
        fixed = sum(self.cost(child) for child in children if _is_said(child))
        title = _cut(group.title, _TITLE)
        fixed += self.cost(Group((), title=title, links=group.links)) + sum(map(self.cost, _named(parts)))
        left = room - fixed
        is_mixed = any(isinstance(part, Cells) for part in parts) and any(isinstance(part, Group) for part in parts)
        shares = {Cells: left // 2 if is_mixed else left, Group: left}
        kept: dict[int, Element] = {}
        for number, child in enumerate(children):
            if not isinstance(child, Cells | Group):
                kept[number] = child
                continue
            found = self._part(child, min(shares[type(child)], left))
            if found is None:
                shares[type(child)] = 0
                continue
            kept[number], taken = found
            left -= taken
            shares[type(child)] -= taken
        return replace(group, title=title, children=tuple(_with_names(children, kept)))

    def _kept(self, child: Element) -> Element:
        """Sentences and tables, as small as they get."""
        return self.smaller(_fewer_rows(child) if isinstance(child, Table) else child) if _is_said(child) else child

    def _part(self, part: Cells | Group, room: int) -> tuple[Element, int] | None:
        """The part, or of a group what has room, and its bytes; None where there is no room."""
        if room < _LEAST:
            return None
        if not isinstance(part, Group) or at_least(part, _LEAST_POSITIONS) <= room:
            small = self.smaller(part)
            taken = self.cost(small)
            if taken <= room:
                return small, taken
        if not isinstance(part, Group):
            return None
        inner = self.group(part, room)
        taken = self.cost(inner)
        return (inner, taken) if taken <= room else None


def _is_said(element: Element) -> bool:
    return isinstance(element, Text | Table)


def _with_names(children: Sequence[Element], kept: dict[int, Element]) -> Iterator[Element]:
    for is_kept, run in groupby(enumerate(children), lambda entry: entry[0] in kept):
        if is_kept:
            yield from (kept[number] for number, _ in run)
        else:
            yield from _named([child for _, child in run if isinstance(child, Cells | Group)])


def _named(parts: Sequence[Cells | Group]) -> list[Text]:
    """A line for the pictures that are not drawn, one for the objects."""
    pictures = [part.title.split(":")[0].split(",")[0] for part in parts if isinstance(part, Cells)]
    if len(pictures) > _NAMED_PICTURES + 1:
        others = f"{len(pictures) - _NAMED_PICTURES:,} other strips and grids"
        pictures = [*pictures[:_NAMED_PICTURES], others]
    titles = list(_titles(parts))
    if len(titles) > _WHOLE_TITLES:
        titles = [title.split(": ")[0] for title in titles]
    return [_not_drawn(names) for names in (pictures, titles) if any(names)]


def _titles(parts: Sequence[Element]) -> Iterator[str]:
    """Of the groups; of one without a title, what is in it."""
    for part in parts:
        if isinstance(part, Group) and part.title:
            yield part.title
        elif isinstance(part, Group):
            yield from _titles(part.children)


def _not_drawn(names: Sequence[str]) -> Text:
    """All names, some in a piece of text: a renderer cuts a long one."""
    pieces = ["… "]
    for number, name in enumerate(filter(None, names)):
        words = f"{', ' if number else ''}{_cut(name, _TITLE)}"
        if len(pieces[-1]) + len(words) > MOST_CHARACTERS:
            pieces.append(words)
        else:
            pieces[-1] += words
    return Text((*(Span(piece, "dim") for piece in pieces), Span(" not drawn …", "dim")))


def _fewer_rows(table: Table) -> Table:
    if len(table.rows) <= _ROWS:
        return table
    told = f"… {len(table.rows) - _ROWS + 1:,} more rows …"
    row = (Cell(Span(told, "dim")), *(Cell(Span("")) for _ in table.head[1:]))
    return Table(table.head, (*table.rows[: _ROWS - 6], row, *table.rows[-5:]))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _short(span: Span, most: int) -> Span:
    words = str(span.text)
    return span if len(words) <= most else replace(span, text=_cut(words, most))


def _short_cell(cell: Cell, most: int) -> Cell:
    return replace(cell, span=_short(cell.span, most), note=_cut(cell.note, most))


def _fewer(cells: Cells, most: int, words: int) -> Cells:
    kept, gaps = [], []
    for axis, room in enumerate(_rooms(cells, most)):
        places, hidden = _narrowed(cells, axis, room)
        kept.append(places)
        gaps += [(axis, before, count) for before, count in hidden.items()]
    found = _of_grid(cells, kept) if _is_grid(cells) else _of_strips(cells, kept)
    texts = tuple(cell if len(str(cell.span.text)) <= words else _short_cell(cell, words) for cell in found)
    return replace(cells, shape=tuple(map(len, kept)), cells=texts, gaps=tuple(gaps))


def _is_grid(cells: Cells) -> bool:
    return len(cells.shape) > 1 and not cells.names


def _rooms(cells: Cells, most: int) -> list[int]:
    """Entries along each axis at most; all rows of strips in step stay."""
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
