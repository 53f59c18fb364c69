"""What is drawn of an object in memory: which cells, their values, its components, what its pointers lead to."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from tensorlab.diagram.memory import PARTS, Shown
from tensorlab.layout.record import Layout
from tensorlab.layout.window import window, windows
from tensorlab.memory.boxed import boxed
from tensorlab.memory.values import read_bytes, read_values

if TYPE_CHECKING:
    from tensorlab.diagram.filling import Content
    from tensorlab.layout.window import Window
    from tensorlab.memory.boxed import Numbers
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.values import Value

_LIMITS = (1, 2, 3, 8, 16)
_PART_LIMITS = (1, 2, 4, 8)
"""Of a component, and of more axes than two whose elements are not all drawn; a flat one shows four times the last."""
_CROWD_LIMITS = (1, 1, 2, 4)
"""Of each of very many objects."""
_FEW, _MANY = 4, 12
"""Objects in one picture that are drawn as each alone is, and as components are."""
_MOST_WITH_SLACK = 3 * _LIMITS[-2] * _LIMITS[-1]
"""Cells of all blocks, where no axis hides so little that it could as well be drawn."""
_MOST_CELLS = _LIMITS[-2] * _LIMITS[-1]
"""Of an object whose elements are not all drawn: what a picture takes grows with its cells, not with the object."""


def shown_map(memory: MemoryMap, cells: Content, *, objects: int = 1) -> Shown:
    """The cells of an object of which only the record is there: no value can be read.

    The more ``objects`` there are in the picture, the fewer cells each has.
    """
    return _cells_of(memory, "index" if cells == "value" else cells, objects)


def _cells_of(memory: MemoryMap, cells: Content, objects: int) -> Shown:
    """A nested list is one grid, not one a row."""
    limits = _LIMITS if objects <= _FEW else _PART_LIMITS if objects <= _MANY else _CROWD_LIMITS
    parts = () if memory.library == "python" else memory.parts[:PARTS]
    return Shown(memory, _axes(memory, limits), cells, parts=tuple((name, _part(part, cells)) for name, part in parts))


def shown_object(
    thing: object, memory: MemoryMap, cells: Content, *, objects: int = 1, numbers: Numbers | None = None
) -> Shown:
    """The cells of an object that is there, so that what is drawn of it can be read.

    Args:
        thing: The object.
        memory: What it is in memory.
        cells: What stands in them.
        objects: How many the picture has.
        numbers: Those that boxes of the picture have.
    """
    shown = _cells_of(memory, cells, objects)
    wanted = memory.library == "python" if memory.layout is None else cells == "value"
    values = read_values(thing, memory, shown.axes) if wanted and memory.sizes is not None else ()
    reader = (lambda index: read_values(thing, memory, _only(index))[0].word) if cells == "value" else None
    followed = boxed(thing, memory, numbers)
    return replace(shown, values=_words(values), exact=_exact(values), boxed=followed, element=reader)


def _part(memory: MemoryMap, cells: Content) -> Shown:
    """A component in fewer cells, with its values where they were asked for and can be read."""
    axes = _axes(memory, _PART_LIMITS)
    values = read_bytes(memory, axes) if cells == "value" and memory.layout is not None else ()
    parts = tuple((name, _part(part, cells)) for name, part in memory.parts[:PARTS])
    reader = (lambda index: read_bytes(memory, _only(index))[0].word) if values else None
    return Shown(memory, axes, cells, _words(values), parts, exact=_exact(values), element=reader)


def _only(index: tuple[int, ...]) -> tuple[Window, ...]:
    """A window on one element."""
    return tuple(window(1, 1, n) for n in index)


def _words(values: tuple[Value, ...]) -> tuple[str, ...]:
    return tuple(value.word for value in values)


def _exact(values: tuple[Value, ...]) -> tuple[str, ...]:
    return tuple(value.exact for value in values)


def _axes(memory: MemoryMap, limits: tuple[int, ...] = _LIMITS) -> tuple[Window, ...]:
    """Every block of a small object; of a large one the first and last along each axis."""
    shape = memory.sizes or ()
    if len(shape) == 1:
        return (window(shape[0], 4 * limits[-1], slack=True),)
    layout = Layout(shape, (0,) * len(shape))
    every_block = windows(layout, (_MOST_CELLS, *limits[-2:]), slack=True)
    if prod(axis.shown for axis in every_block) <= limits[-2] * limits[-1]:
        return every_block
    wide = windows(layout, limits, slack=True)
    if prod(axis.shown for axis in wide) > _MOST_WITH_SLACK:
        wide = windows(layout, limits)
    few = not any(axis.hidden for axis in wide) or prod(axis.shown for axis in wide) <= _MOST_CELLS
    return wide if few else windows(layout, _PART_LIMITS, slack=True)
