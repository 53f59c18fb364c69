"""What the drawn pointers of a list, a tuple or an array of objects lead to: each object once, in order."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.layout.window import window
from tensorlab.memory.cpython import POINTER_BYTES, length, plain_type
from tensorlab.memory.naming import FOREIGN, short_name
from tensorlab.memory.pylist import claims, entries, size_of
from tensorlab.memory.spelling import exact, word

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

MOST = 10
"""Pointers of one object that are followed."""
_MOST_COMPARED = 1_000_000
"""Pointers of one object whose targets are compared with those of others."""


class Box(NamedTuple):
    """An object that pointers lead to. Where it lies differs from run to run, and is not told."""

    word: str
    """Its value, as it stands in a cell."""
    type: str
    nbytes: int
    number: int = 0
    """In the picture: an object that pointers of two lists lead to has one number."""
    exact: str = ""
    """Its value to the last digit, where the word is rounded."""


class Boxed(NamedTuple):
    """Some pointers, and the objects that they lead to."""

    indices: tuple[tuple[int, ...], ...]
    """Of the pointers, in order: one number each for the outer table of a nested list."""
    bytes: tuple[int, ...]
    """Where in the storage each pointer lies."""
    leads: tuple[int, ...]
    """The number of the box that each leads to."""
    boxes: tuple[Box, ...]
    """In the order in which the pointers lead to them."""
    hidden: int
    """Pointers between the first and the last of these, that are not followed."""
    name: str = ""
    """Of the object that holds the pointers, where there are several in one picture."""

    @property
    def total(self) -> int:
        """Pointers in all."""
        return len(self.leads) + self.hidden


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the boxes of one picture, given in the order in which they are asked for."""

    most: int = MOST
    """Pointers of one object that are followed."""
    _given: dict[int, tuple[int, object]] = field(default_factory=dict)
    """Of an object by its identity, with the object, so that no other can take that identity."""

    def of(self, thing: object) -> int:
        """The number of this object.

        >>> numbers, row = Numbers(), [1.5]
        >>> numbers.of(row), numbers.of([1.5]), numbers.of(row)
        (0, 1, 0)
        """
        return self._given.setdefault(id(thing), (len(self._given), thing))[0]


def boxed(thing: object, memory: MemoryMap, numbers: Numbers | None = None) -> Boxed | None:
    """What the first and last pointers lead to; None for an object that holds none, or none that can be read.

    Args:
        thing: What holds the pointers.
        memory: What it is in memory.
        numbers: Those that the boxes of other objects in the same picture have.

    >>> from tensorlab.memory.registry import describe
    >>> one = 1.5
    >>> found = boxed([one, "a", one], describe([one, "a", one]))
    >>> found.leads, [(box.word, box.type) for box in found.boxes]
    ((0, 1, 0), [('1.5', 'float'), ("'a'", 'str')])
    """
    numbers = numbers or Numbers()
    with suppress(*FOREIGN):  # an array of a class of the user's, or a list that another thread makes shorter
        if claims(thing):
            rows = window(length(thing), numbers.most)
            positions = tuple(rows.positions())
            things: list[object] = [plain_type(thing).__getitem__(thing, n) for n in positions]
            where = [n * POINTER_BYTES for n in positions]
            return _numbered([(n,) for n in positions], where, things, rows.hidden, numbers)
        if _holds_objects(memory):
            indices, hidden = _ends(memory.sizes or (), numbers.most)
            things = _items(thing, indices)
            return _numbered(indices, _where(memory, indices), things, hidden, numbers)
    return None


def targets(thing: object, memory: MemoryMap) -> frozenset[int] | None:
    """Which objects its pointers lead to, by their identity; None for what holds none, or too many to compare.

    >>> from tensorlab.memory.registry import describe
    >>> one = [2.5]
    >>> len(targets([one, one], describe([one, one])))
    1
    """
    with suppress(*FOREIGN):  # as above
        if claims(thing):
            return frozenset(map(id, entries(thing))) if length(thing) <= _MOST_COMPARED else None
        if _holds_objects(memory) and prod(memory.sizes or ()) <= _MOST_COMPARED:
            plain: Any = sys.modules["numpy"].ndarray
            return frozenset(map(id, plain.ravel(plain.view(thing, plain)).tolist()))
    return None


def _holds_objects(memory: MemoryMap) -> bool:
    is_object = memory.dtype is not None and memory.dtype.name == "object"
    return is_object and memory.library == "numpy" and memory.layout is not None and memory.readable


def _ends(shape: tuple[int, ...], most: int) -> tuple[list[tuple[int, ...]], int]:
    """The indices of the first and the last elements in C order, and how many are hidden between them."""
    flat = window(prod(shape), most)
    found = []
    for position in flat.positions():
        index, rest = [0] * len(shape), position
        for axis in reversed(range(len(shape))):
            rest, index[axis] = divmod(rest, shape[axis])
        found.append(tuple(index))
    return found, flat.hidden


def _where(memory: MemoryMap, indices: list[tuple[int, ...]]) -> list[int]:
    layout = memory.layout
    if layout is None:
        return []
    return [layout.offset + sum(n * s for n, s in zip(index, layout.strides, strict=True)) for index in indices]


def _items(array: Any, indices: list[tuple[int, ...]]) -> list[object]:  # noqa: ANN401 - an array of NumPy
    """The objects themselves, whatever a subclass makes of a subscript."""
    plain: Any = sys.modules["numpy"].ndarray
    return [plain.item(array, *index) for index in indices]


def _numbered(
    indices: list[tuple[int, ...]], where: list[int], things: list[object], hidden: int, numbers: Numbers
) -> Boxed | None:
    unique = {id(thing): thing for thing in things}
    boxes = tuple(
        Box(word(thing), short_name(thing), size_of(thing), numbers.of(thing), exact(thing))
        for thing in unique.values()
    )
    leads = tuple(numbers.of(thing) for thing in things)
    return Boxed(tuple(indices), tuple(where), leads, boxes, hidden) if boxes else None
