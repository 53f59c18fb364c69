"""Pointers and the objects that they lead to: two strips, and an arrow from each pointer to its box."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import HUES, Cell, Cells, Group, Span

if TYPE_CHECKING:
    from tensorlab.diagram.cells import Spot
    from tensorlab.memory.boxed import Boxed
    from tensorlab.scene.record import Tie

_POINTER = 8
"""Bytes."""


def boxes_scene(boxed: Boxed, spot: Spot) -> Group:
    """Each pointer with the number of its box, and the boxes below; a box with several pointers is marked.

    >>> from tensorlab.diagram.cells import Spot
    >>> from tensorlab.memory.boxed import Box, Boxed
    >>> scene = boxes_scene(Boxed(((0,), (1,)), (0, 8), (0, 0), (Box("1.5", "float", 24),), 0), Spot())
    >>> scene.links
    ((('pointer', 0, 1), ('object', 0, 1)), (('pointer', 1, 2), ('object', 0, 1)))
    """
    links = tuple((_pointer(n), _object(box)) for n, box in enumerate(boxed.leads))
    return Group((_pointers(boxed, spot), _boxes(boxed)), links=links)


def pointers_tied(cells: Cells, boxed: Boxed, spot: Spot) -> Cells:
    """A strip or a grid of pointers, each tied to the box that it leads to, and of its hue."""
    leads = {byte + spot.shift: box for byte, box in zip(boxed.bytes, boxed.leads, strict=True)}
    return _tied(cells, [leads.get(cell.ties[0][1]) if cell.span.role != "hole" else None for cell in cells.cells])


def rows_tied(cells: Cells, indices: list[tuple[int, ...]], boxed: Boxed) -> Cells:
    """The grid of a nested list, each element tied to the box of its row."""
    leads = {index[0]: box for index, box in zip(boxed.indices, boxed.leads, strict=True)}
    return _tied(cells, [leads.get(index[0]) for index in indices])


def _tied(cells: Cells, boxes: list[int | None]) -> Cells:
    found = (
        cell if box is None else replace(cell, ties=(*cell.ties, _box(box)), hue=box % HUES)
        for cell, box in zip(cells.cells, boxes, strict=True)
    )
    return replace(cells, cells=tuple(found))


def _box(number: int) -> Tie:
    return ("box", number, number + 1)


def _pointer(number: int) -> Tie:
    """Of the drawn pointer alone, where an arrow begins."""
    return ("pointer", number, number + 1)


def _object(number: int) -> Tie:
    """Of the drawn box alone, where an arrow ends."""
    return ("object", number, number + 1)


def _pointers(boxed: Boxed, spot: Spot) -> Cells:
    count = len(boxed.leads)
    numbers = [Cell(Span(str(byte), "dim"), f"byte {byte} of {spot.space}", right=True) for byte in boxed.bytes]
    pointers = [
        Cell(
            Span(f"→{box}", "used"),
            f"index {index}   the pointer at byte {byte} leads to box {box}: {boxed.boxes[box].word}",
            right=True,
            ties=((spot.space, byte + spot.shift, byte + spot.shift + _POINTER), _box(box), _pointer(n)),
            hue=box % HUES,
        )
        for n, (index, byte, box) in enumerate(zip(boxed.indices, boxed.bytes, boxed.leads, strict=True))
    ]
    return Cells(
        (2, count),
        (*numbers, *pointers),
        gaps=((1, (count + 1) // 2, boxed.hidden),) if boxed.hidden else (),
        title=f"{counted(count, 'pointer')} of {_POINTER} B, and the number of the box that each leads to",
        labels=False,
        names=(Span("byte", "dim"), Span("pointer", "dim")),
    )


def _boxes(boxed: Boxed) -> Cells:
    pointers = Counter(boxed.leads)
    numbers = [Cell(Span(str(n), "dim"), f"box {n}", right=True, ties=(_box(n),)) for n in range(len(boxed.boxes))]
    objects = [
        Cell(
            Span(box.word, "reused" if pointers[n] > 1 else "used"),
            f"box {n}: {box.word}, {box.type} of {Quantity(box.nbytes, 'B')}; {_led(pointers[n])}",
            right=True,
            ties=(_box(n), _object(n)),
            hue=n % HUES,
        )
        for n, box in enumerate(boxed.boxes)
    ]
    kinds = [Cell(Span(box.type, "dim"), right=True) for box in boxed.boxes]
    shared = (Span("several of these pointers lead to it", "reused"),) if max(pointers.values()) > 1 else ()
    return Cells(
        (3, len(boxed.boxes)),
        (*numbers, *objects, *kinds),
        title=f"{counted(len(boxed.boxes), 'object')} in boxes elsewhere",
        labels=False,
        legend=shared,
        names=(Span("box", "dim"), Span("object", "dim"), Span("type", "dim")),
    )


def _led(count: int) -> str:
    return f"{counted(count, 'pointer')} drawn here {'leads' if count == 1 else 'lead'} to it"
