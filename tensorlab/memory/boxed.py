"""What the drawn pointers of a list, a tuple or an array of objects lead to: each object once, in order."""

from __future__ import annotations

import sys
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.layout.window import visible_indices, window
from tensorlab.memory.cpython import POINTER_BYTES, length, plain_type
from tensorlab.memory.naming import FOREIGN, short_name
from tensorlab.memory.pylist import claims, size_of
from tensorlab.memory.values import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.layout.window import Window
    from tensorlab.memory.record import MemoryMap

MOST = 12
"""Pointers that are followed."""


class Box(NamedTuple):
    """An object that pointers lead to. Where it lies differs from run to run, and is not told."""

    word: str
    """Its value, as it stands in a cell."""
    type: str
    nbytes: int


class Boxed(NamedTuple):
    """Some pointers, and the objects that they lead to."""

    indices: tuple[tuple[int, ...], ...]
    """Of the pointers, in order: one number each for the outer table of a nested list."""
    bytes: tuple[int, ...]
    """Where in the storage each pointer lies."""
    leads: tuple[int, ...]
    """Which box each leads to."""
    boxes: tuple[Box, ...]
    hidden: int
    """Pointers between the first and the last of these, that are not followed."""


def boxed(thing: object, memory: MemoryMap, axes: tuple[Window, ...]) -> Boxed | None:
    """What the first and last pointers lead to; None for an object that holds none, or none that can be read.

    >>> from tensorlab.memory.registry import describe
    >>> one = 1.5
    >>> found = boxed([one, "a", one], describe([one, "a", one]), (window(3, 3),))
    >>> found.leads, [(box.word, box.type) for box in found.boxes]
    ((0, 1, 0), [('1.5', 'float'), ("'a'", 'str')])
    """
    if claims(thing):
        count = length(thing)
        rows = window(count, MOST)
        positions = tuple(rows.positions())
        things: Iterable[object] = (plain_type(thing).__getitem__(thing, n) for n in positions)
        where = [n * POINTER_BYTES for n in positions]
        return _numbered([(n,) for n in positions], where, list(things), rows.hidden)
    if memory.library == "numpy" and memory.layout is not None and memory.readable and _is_object(memory):
        indices = list(islice(visible_indices(axes), MOST))
        strides, offset = memory.layout.strides, memory.layout.offset
        where = [offset + sum(n * s for n, s in zip(index, strides, strict=True)) for index in indices]
        with suppress(*FOREIGN):
            return _numbered(indices, where, _items(thing, indices), 0)
    return None


def _is_object(memory: MemoryMap) -> bool:
    return memory.dtype is not None and memory.dtype.name == "object"


def _items(array: Any, indices: list[tuple[int, ...]]) -> list[object]:  # noqa: ANN401 - an array of NumPy
    """The objects themselves, whatever a subclass makes of a subscript."""
    plain: Any = sys.modules["numpy"].ndarray
    return [plain.item(array, *index) for index in indices]


def _numbered(indices: list[tuple[int, ...]], where: list[int], things: list[object], hidden: int) -> Boxed | None:
    unique = {id(thing): thing for thing in things}
    numbers = {key: number for number, key in enumerate(unique)}
    boxes = tuple(Box(word(thing), short_name(thing), size_of(thing)) for thing in unique.values())
    leads = tuple(numbers[id(thing)] for thing in things)
    return Boxed(tuple(indices), tuple(where), leads, boxes, hidden) if boxes else None
