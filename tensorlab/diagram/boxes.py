"""Pointers and the objects that they lead to: strips, and an arrow from each pointer to its box."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.quantity import Quantity, counted, listed
from tensorlab.scene.record import HUES, Cell, Cells, Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tensorlab.diagram.cells import Spot
    from tensorlab.memory.boxed import Box, Boxed
    from tensorlab.scene.record import Element, Tie

TABLES = 16
"""Lists and arrays of objects whose pointers are drawn in one picture."""
_POINTER = 8
"""Bytes."""


class _Drawn(NamedTuple):
    """A box, and who leads to it."""

    box: Box
    pointers: int
    hue: int | None


def boxes_scene(tables: Sequence[tuple[Boxed, Spot]]) -> Group:
    """The pointers of each list with the box that each leads to, and the boxes of all below.

    A box has a number of its own, and is marked where several of these pointers lead to it.

    >>> from tensorlab.diagram.cells import Spot
    >>> from tensorlab.memory.boxed import Box, Boxed
    >>> scene = boxes_scene([(Boxed(((0,), (1,)), (0, 8), (0, 0), (Box("1.5", "float", 24),), 0), Spot())])
    >>> scene.links
    ((('pointer', 0, 1), ('object', 0, 1)), (('pointer', 1, 2), ('object', 0, 1)))
    """
    drawn = tables[:TABLES]
    children: list[Element] = [_pointers(drawn)]
    if len(tables) > len(drawn):
        words = f"… the pointers of {counted(len(tables) - len(drawn), 'more object')} not drawn"
        children.append(Text((Span(words, "dim"),)))
    leads = [box for boxed, _ in drawn for box in boxed.leads]
    links = tuple((_pointer(n), _object(box)) for n, box in enumerate(leads))
    return Group((*children, _boxes(list(_led_to(drawn)))), links=links)


def _led_to(tables: Iterable[tuple[Boxed, Spot]]) -> Iterator[_Drawn]:
    """The boxes in the order of their numbers. Where colours tell objects apart, one that two share has none."""
    boxes: dict[int, Box] = {}
    hues: dict[int, set[int | None]] = {}
    pointers: Counter[int] = Counter()
    for boxed, spot in tables:
        pointers.update(boxed.leads)
        for box in boxed.boxes:
            boxes.setdefault(box.number, box)
            hues.setdefault(box.number, set()).add(box.number % HUES if spot.hue is None else spot.hue)
    for number in sorted(boxes):
        hue = hues[number].pop() if len(hues[number]) == 1 else None
        yield _Drawn(boxes[number], pointers[number], hue)


def pointers_tied(cells: Cells, boxed: Boxed, spot: Spot) -> Cells:
    """A strip or a grid of pointers, each tied to the box that it leads to; of one object, also of its hue.

    A pointer that is not followed has no hue: it would be that of a box which it does not lead to.
    """
    leads = {byte + spot.shift: box for byte, box in zip(boxed.bytes, boxed.leads, strict=True)}
    found = []
    for cell in cells.cells:
        box = leads.get(cell.ties[0][1]) if cell.span.role != "hole" else None
        ties = cell.ties if box is None else (*cell.ties, _box(box))
        found.append(replace(cell, ties=ties, hue=None if cell.span.role == "hole" else _hue(box, spot)))
    return replace(cells, cells=tuple(found))


def rows_told(cells: Cells, indices: list[tuple[int, ...]], boxed: Boxed, spot: Spot) -> Cells:
    """The grid of a nested list: an element lies in a box of its own, and its row in one of those that are drawn."""
    leads = {index[0]: box for index, box in zip(boxed.indices, boxed.leads, strict=True)}
    found = []
    for cell, index in zip(cells.cells, indices, strict=True):
        box = leads.get(index[0])
        note = f"{cell.note}   its row is box {label(box)}" if box is not None else cell.note
        found.append(replace(cell, note=note, hue=_hue(box, spot)))
    return replace(cells, cells=tuple(found))


def told_exactly(cells: Cells, exact: tuple[str, ...]) -> Cells:
    """The same boxes; the note of one whose value is rounded tells all digits."""
    if not any(exact):
        return cells
    found = (
        replace(cell, note=f"{cell.note}   exactly {full}") if full else cell
        for cell, full in zip(cells.cells, exact, strict=True)
    )
    return replace(cells, cells=tuple(found))


def label(number: int | None) -> str:
    """What a box is called; it cannot be taken for an index.

    >>> label(0)
    '#1'
    """
    return "" if number is None else f"#{number + 1}"


def _hue(box: int | None, spot: Spot) -> int | None:
    """That of the object, else of the box; None for a pointer that is not followed."""
    return spot.hue if spot.hue is not None or box is None else box % HUES


def _box(number: int) -> Tie:
    return ("box", number, number + 1)


def _pointer(number: int) -> Tie:
    """Of the drawn pointer alone, where an arrow begins."""
    return ("pointer", number, number + 1)


def _object(number: int) -> Tie:
    """Of the drawn box alone, where an arrow ends."""
    return ("object", number, number + 1)


def _pointers(tables: Sequence[tuple[Boxed, Spot]]) -> Cells:
    """One line of all pointers, those of one list beside those of another; dots stand for those that are hidden."""
    columns: list[tuple[Cell, Cell, Cell]] = []
    before = 0
    for boxed, spot in tables:
        found = [_column(boxed, spot, n, before) for n in range(len(boxed.leads))]
        if boxed.hidden:
            words = f"{_named(boxed)}{counted(boxed.hidden, 'more pointer')}, not drawn"
            dots = Cell(Span("…", "dim"), words, right=True)
            found.insert((len(found) + 1) // 2, (Cell(Span(boxed.name, "dim"), right=True), dots, dots))
        columns += found
        before += len(boxed.leads)
    several = any(boxed.name for boxed, _ in tables)
    rows = [list(row) for row in zip(*columns, strict=True)][0 if several else 1 :]
    names = [Span(word, "dim") for word in ("of", "byte", "pointer")][0 if several else 1 :]
    counts = [f"{_count(boxed)}{f' of {boxed.name}' if boxed.name else ''}" for boxed, _ in tables]
    return Cells(
        (len(rows), len(columns)),
        tuple(cell for row in rows for cell in row),
        title=f"{listed(counts, TABLES, last=' and ')} of {_POINTER} B, and the box that each leads to"
        if not several
        else f"{listed(counts, TABLES, last=' and ')}, each of {_POINTER} B, and the box that it leads to",
        labels=False,
        names=tuple(names),
    )


def _count(boxed: Boxed) -> str:
    """How many pointers are drawn, and of how many."""
    few = len(boxed.leads)
    return f"{few:,} of {counted(boxed.total, 'pointer')}" if boxed.hidden else counted(few, "pointer")


def _named(boxed: Boxed) -> str:
    return f"{boxed.name}, " if boxed.name else ""


def _column(boxed: Boxed, spot: Spot, n: int, before: int) -> tuple[Cell, Cell, Cell]:
    """Whose pointer it is, where it lies, and where it leads; ``before`` are drawn of other lists."""
    index, byte, number = boxed.indices[n], boxed.bytes[n], boxed.leads[n]
    box = next(box for box in boxed.boxes if box.number == number)
    words = f"index {index}   the pointer at byte {byte} leads to box {label(number)}: {box.exact or box.word}"
    ties = ((spot.space, byte + spot.shift, byte + spot.shift + _POINTER), _box(number), _pointer(before + n))
    return (
        Cell(Span(boxed.name, "dim"), right=True),
        Cell(Span(str(byte), "dim"), f"{_named(boxed)}byte {byte}", right=True),
        Cell(Span(f"→{label(number)}", "used"), _named(boxed) + words, right=True, ties=ties, hue=_hue(number, spot)),
    )


def _boxes(drawn: list[_Drawn]) -> Cells:
    numbers = [
        Cell(Span(label(box.number), "dim"), f"box {label(box.number)}", right=True, ties=(_box(box.number),))
        for box, _, _ in drawn
    ]
    objects = [
        Cell(
            Span(box.word, "reused" if pointers > 1 else "used"),
            f"box {label(box.number)}: {box.exact or box.word}, {box.type} of {Quantity(box.nbytes, 'B')};"
            f" {_led(pointers)}",
            right=True,
            ties=(_box(box.number), _object(box.number)),
            hue=hue,
        )
        for box, pointers, hue in drawn
    ]
    kinds = [Cell(Span(box.type, "dim"), right=True) for box, _, _ in drawn]
    is_shared = any(pointers > 1 for _, pointers, _ in drawn)
    return Cells(
        (3, len(drawn)),
        (*numbers, *objects, *kinds),
        title=f"{counted(len(drawn), 'object')} in boxes elsewhere",
        labels=False,
        legend=(Span("several of these pointers lead to it", "reused"),) if is_shared else (),
        names=(Span("box", "dim"), Span("object", "dim"), Span("type", "dim")),
    )


def _led(count: int) -> str:
    return f"{counted(count, 'pointer')} drawn here {'leads' if count == 1 else 'lead'} to it"
