"""What a picture takes in bytes: estimated before it is measured and written, so that no time is lost."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

from tensorlab.quantity import counted
from tensorlab.render.svg_plan import plain
from tensorlab.render.svg_write import drawn, sorted_out
from tensorlab.render.width import MOST_CHARACTERS
from tensorlab.scene.record import Cells, Group, Table, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.render.svg_plan import Piece
    from tensorlab.scene.record import Element

MOST_BYTES = 64_000
"""Of a picture, where leaving out notes and boxes can bring it there; tables and texts are never cut."""
_NOTED, _OUTLINED = 70, 16
"""Bytes of a box at least, beside its note and its text: as an element, or as a part of a path."""
_WRITTEN = 25
"""Bytes of a text in a box at least, beside the text itself."""
_HATCHED = 30
"""Bytes of the lines through a hole at least."""
_FURTHER = 3
"""Digits that a place has more in the whole picture than in a part of it, at most."""
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


DETAILS = (Detail(), Detail(notes=False), Detail(notes=False, budget=60_000), Detail(notes=False, budget=48_000))
"""Tried in this order until the picture is small enough."""
STEPS = (None, 6, 4, 2)
"""Of a part that does not fit: positions along an axis, and lines of a strip, tried in this order."""


def turns(children: Sequence[Element]) -> list[int]:
    """In which order the parts of a group get their bytes: the first strip, the first object, the second of each.

    >>> from tensorlab.scene.record import Text
    >>> turns([Text(()), Cells((0,), ()), Cells((0,), ()), Group(()), Group(())])
    [0, 1, 3, 2, 4]
    """
    seen: Counter[type] = Counter()
    ranks = []
    for number, child in enumerate(children):
        is_part = isinstance(child, Group | Cells)
        ranks.append((seen[type(child)] + 1 if is_part else 0, number))
        seen[type(child)] += 1
    return [number for _, number in sorted(ranks)]


def kept_for_names(parts: int, budget: int) -> int:
    """Bytes that are kept back for the names of what is not drawn.

    >>> kept_for_names(10, 60_000), kept_for_names(4000, 60_000)
    (500, 40000)
    """
    return min(100 + 40 * parts, budget * 2 // 3)


def names(parts: Sequence[Element], most: int) -> str:
    """What is not drawn, by name: objects first, in as many words as there are bytes for; the rest is counted.

    >>> names([Cells((0,), (), title="storage 0 under A: 8 B"), Group((), title="A: a list")], 90)
    'A: a list; storage 0 under A: 8 B'
    >>> names([Cells((0,), (), title="storage 0 under A: 8 B"), Group((), title="A: a list")], 22)
    'A, storage 0 under A'
    >>> names([Group((), title=f"{name}: a list") for name in "ABCDE"], 6)
    'A, B and 3 more'
    """
    named = sorted((part for part in parts if getattr(part, "title", "")), key=lambda part: isinstance(part, Cells))
    titles = [plain(getattr(part, "title", "")) for part in named]
    nameless = len(parts) - len(titles)
    if sum(len(title.encode()) + 2 for title in titles) <= most:
        return "; ".join([*titles, *([counted(nameless, "more picture")] if nameless else [])])
    short = [title.partition(":")[0] for title in titles]
    ends = list(accumulate(len(name.encode()) + 2 for name in short))
    fit = max(1, bisect_right(ends, most))
    return ", ".join(short[:fit]) + (f" and {len(parts) - fit:,} more" if fit < len(parts) else "")


def at_least(element: Element, detail: Detail) -> int:
    """Bytes that the boxes of a scene take at least: where that is too much, nothing needs to be measured.

    >>> from tensorlab.scene.record import Cell, Span
    >>> boxes = Cells((2,), (Cell(Span("10"), note="byte 0"), Cell(Span("11"), note="byte 8")))
    >>> at_least(boxes, Detail()), at_least(boxes, Detail(notes=False))
    (206, 86)
    """
    if isinstance(element, Group):
        kept = [child for child in element.children if detail.budget is None or not isinstance(child, Group | Cells)]
        return _said(element.title) + sum(at_least(child, detail) for child in kept)
    if isinstance(element, Text):
        return sum(_said(str(span.text)) for span in element.spans)
    if isinstance(element, Table):
        return sum(_said(str(cell.span.text)) for row in element.rows for cell in row)
    return _said(element.title) + _boxes_at_least(element, detail)


def _said(text: str) -> int:
    """Of words at least; spaces may be where lines end."""
    return len(text[:MOST_CHARACTERS].replace(" ", ""))


def _boxes_at_least(element: Cells, detail: Detail) -> int:
    if detail.most is not None:
        is_grid = len(element.shape) > 1 and not element.names
        places = prod(min(n, detail.most - 1) for n in element.shape) if is_grid else min(len(element.cells), _LINES)
        return places * (_OUTLINED + _WRITTEN)
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
    written = "\n".join(drawn(sorted_out(piece), (), notes=False))
    return len(written.encode()) + _FURTHER * (written.count("M") + written.count("<text") + 1)
