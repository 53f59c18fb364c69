"""Scenes of which as much is drawn as so many bytes hold: parts made smaller, and last replaced by their names."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from html import escape
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.quantity import counted
from tensorlab.render.trim import cut_short, rooms, trimmed
from tensorlab.render.width import MOST_CHARACTERS
from tensorlab.scene.record import Cell, Cells, Diagram, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.scene.record import Element

_ROWS = 40
"""Of a table, when much has to go."""
_WHOLE_TITLES = 100
"""Objects not drawn that are named with their type and shape, at most."""
_NAMED_PICTURES = 4
"""Strips and grids not drawn that are named beside one another, at most; objects are named as far as a third of the
room holds their names."""
_NAME, _SAID, _SHORTEST = 28, 60, 32
"""Bytes of the name of a row at least; characters of words, and of those in a box, beyond which they may be cut."""
_LEAST = 500
"""Bytes below which no part is begun."""
_LEAST_SHARE = 20
"""Of the room, the part that one may take as long as it is there: of many parts, the first are drawn and not none."""
_MOST_TRIED = 8
"""Parts that did not fit, after which the others are only named."""
_PLOT = 2_000
"""Bytes of a plot without its points."""
_TITLE = 200
"""Characters of a title where there is no room."""


def pictures(element: Element) -> Iterator[Cells]:
    """The strips and grids of a scene.

    >>> [cells.title for cells in pictures(Group((Group((Cells((0,), (), title="a"),)), Cells((0,), (), title="b"))))]
    ['a', 'b']
    """
    if isinstance(element, Cells):
        yield element
    elif isinstance(element, Group):
        for child in element.children:
            yield from pictures(child)


class Least(NamedTuple):
    """Bytes that something takes at least in a form of picture."""

    box: int = 9
    tied: int = 19
    """More where a box has ties."""
    text: int = 2
    """More where a box has a text; with it, where it is known."""
    note: int | None = None
    """More for the note of a box, with it; None where notes are not drawn."""
    entry: int = 9
    """Of a table, without its words."""
    picture: int = 90
    """A strip, grid or table without its boxes."""


LEAST = Least()
"""Of HTML without notes."""


def at_least(
    element: Element,
    most: int | None = None,
    least: Least = LEAST,
    enough: int = 10**9,
) -> int:
    """Bytes that a scene, trimmed, takes at least: what is too much need not be drawn. None are added beyond enough.

    Boxes of one picture are taken to be alike where it is trimmed, as those of figures are.

    >>> two = Cells((2,), tuple(Cell(Span("10"), ties=(("box", n, n + 1),)) for n in range(2)))
    >>> at_least(two), at_least(two, 8), at_least(Group((two,), title="boxes"), 8)
    (154, 150, 155)
    """
    if isinstance(element, Group):
        total = _said(element.title)
        for child in element.children:
            total += at_least(child, most, least, enough) if total <= enough else 0
        return total
    if isinstance(element, Text | Diagram | Plot):
        return _of_words(element, least)
    if isinstance(element, Table):
        rows = element.rows if most is None else element.rows[:_ROWS]
        return least.picture + sum(least.entry + _said(str(cell.span.text)) for row in rows for cell in row)
    around = least.picture + _NAME * (len(element.names) + len(element.legend)) + _said(element.title)
    if most is None:
        return around + sum(_of_box(cell, least) for cell in element.cells)
    kept = min(prod(map(min, element.shape, (room - 1 for room in rooms(element, most)))), len(element.cells))
    if not kept:
        return around
    last = element.cells[-1]
    return around + kept * (least.box + least.tied * bool(last.ties) + least.text * bool(last.span.text))


def _of_words(element: Text | Diagram | Plot, least: Least) -> int:
    """Nothing of a diagram is left out where it is drawn: whoever made it has folded it before."""
    if isinstance(element, Text):
        return sum(_said(str(span.text)) for span in element.spans)
    if isinstance(element, Plot):
        return _PLOT + sum(len(points) for _, points in element.series)
    return least.picture + sum(least.box + _said(str(cell.span.text)) for cell in element.nodes)


def _of_box(cell: Cell, least: Least) -> int:
    size = len(str(cell.span.text)[:_SHORTEST])
    noted = 0 if least.note is None else least.note + len(cell.note)
    return least.box + least.tied * bool(cell.ties) + (least.text + size if size else 0) + noted


def _said(words: str) -> int:
    """Spaces may be where lines end."""
    return len(words[:_SAID].replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Form:
    """What parts take where they are drawn, and how small they may get."""

    cost: Callable[[Element], int]
    """Bytes of an element."""
    sizes: Sequence[tuple[int, int]]
    """Positions along an axis and characters of words at most, tried in this order until a strip or grid fits."""
    least: Least = LEAST


def planned(scene: Group, room: int, form: Form) -> Group:
    """The scene with as many of its parts as have room; a line at the end of a group names the others.

    Parts get their share in turns: the first strip, the first object, the second of each. What is left at the end goes
    to the first that needed more. Sentences are kept, and the tables too, up to 40 rows of each.

    >>> from tensorlab.scene.record import Cell, Cells, Group, Span
    >>> parts = tuple(Group((Cells((2,), (Cell(Span("7")),) * 2),), title=f"{name}: 2 boxes") for name in "AB")
    >>> cost = lambda element: 300 if isinstance(element, Group | Cells) else 30
    >>> [span.text for span in planned(Group(parts), 400, Form(cost, [(4, 120)])).children[-1].spans]
    ['… A: 2 boxes, B: 2 boxes', ' not drawn …']
    """
    return _Budget(form, room // _LEAST_SHARE).group(scene, room)[0]


@dataclass(frozen=True, slots=True)
class _Budget:
    """What parts may take."""

    form: Form
    share: int
    """Bytes that a part may take as long as they are there."""

    def group(self, group: Group, room: int) -> tuple[Group, int]:
        """What has room, and its bytes: first in turns, each its share; then what did not fit, of what is left."""
        parts = {n: child for n, child in enumerate(group.children) if isinstance(child, Cells | Group)}
        kept = {n: self._said(child) for n, child in enumerate(group.children) if n not in parts}
        title, names = cut_short(group.title, _TITLE), room // 3
        taken = self.form.cost(replace(group, title=title, children=tuple(kept.values())))
        left = room - taken - sum(map(self.form.cost, _named(list(parts.values()), names)))
        waiting = _turns(parts)
        for is_last in (False, True):
            missing: list[int] = []
            for place, number in enumerate(waiting):
                share = left if is_last else max(left // (len(waiting) - place), min(left, self.share))
                found = self._part(parts[number], share) if len(missing) < _MOST_TRIED else None
                if found is None:
                    missing.append(number)
                else:
                    kept[number] = found[0]
                    taken += found[1]
                    left -= found[1]
            waiting = missing
        told = _named([parts[number] for number in sorted(waiting)], names)
        children = (*(kept[number] for number in sorted(kept)), *told)
        return replace(group, title=title, children=children), taken + sum(map(self.form.cost, told))

    def _said(self, child: Element) -> Element:
        """Sentences and tables, as small as they get."""
        return trimmed(_fewer_rows(child) if isinstance(child, Table) else child, *self.form.sizes[-1])

    def _part(self, part: Cells | Group, room: int) -> tuple[Element, int] | None:
        """The part, or of a group what has room, and its bytes; None where there is no room."""
        if room < _LEAST:
            return None
        if isinstance(part, Group):
            inner, taken = self.group(part, room)
            return (inner, taken) if taken <= room else None
        before, taken = 1, 0
        for most, words in self.form.sizes:
            least = at_least(part, most, self.form.least)
            if before != least <= room and taken * least <= room * before:  # boxes are most of what it takes
                before, small = least, trimmed(part, most, words)
                taken = self.form.cost(small)
                if taken <= room:
                    return small, taken
        return None


def _turns(parts: dict[int, Cells | Group]) -> list[int]:
    """The first strip, the first object, the second of each."""
    seen: Counter[type] = Counter()
    ranks = []
    for number, part in parts.items():
        seen[type(part)] += 1
        ranks.append((seen[type(part)], number))
    return [number for _, number in sorted(ranks)]


def _named(parts: Sequence[Cells | Group], most: int) -> list[Text]:
    """A line for the pictures that are not drawn, one for the objects; what has no name is counted."""
    found = [part.title.split(":")[0].split(",")[0] for part in parts if isinstance(part, Cells)]
    if len(found) > _NAMED_PICTURES + 1:
        found[_NAMED_PICTURES:] = [f"{len(found) - _NAMED_PICTURES:,} other strips and grids"]
    titles = [cut_short(title, _TITLE) for part in parts if isinstance(part, Group) for title in _titles(part)]
    nameless = (found + titles).count("")
    told = [
        *_fitting([title for title in titles if title], most),
        *[counted(nameless, "more picture")] * (nameless > 0),
    ]
    return [_not_drawn(names) for names in ([*filter(None, found)], told) if names]


def _titles(group: Group) -> list[str]:
    """Of the group; of one without a title, those of what is in it."""
    inner = [title for child in group.children if isinstance(child, Group) for title in _titles(child)]
    return [group.title] if group.title else [*filter(None, inner)] or [""]


def _fitting(titles: list[str], most: int) -> list[str]:
    """Titles, or the names that they begin with, as far as so many bytes hold them; the others are counted."""
    if len(titles) > _WHOLE_TITLES or sum(map(_taken, titles)) > most:
        titles = [title.split(": ")[0] for title in titles]
    fit = max(1, bisect_right(list(accumulate(map(_taken, titles))), most))
    return titles if fit >= len(titles) else [*titles[:fit], f"{len(titles) - fit:,} more"]


def _taken(name: str) -> int:
    return len(escape(name).encode(errors="replace")) + 2


def _not_drawn(names: Sequence[str]) -> Text:
    """All names, some in a piece of text: a renderer cuts a long one."""
    pieces = ["… "]
    for number, name in enumerate(names, 1):
        words = f"{cut_short(name, _TITLE)}{', ' if number < len(names) else ''}"
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
