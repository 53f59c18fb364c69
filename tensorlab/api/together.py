"""Several objects in one picture: each as it would be drawn alone, and who of them shares bytes with whom."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice
from math import comb
from typing import TYPE_CHECKING

from tensorlab.api.drawing import shown_map, shown_object
from tensorlab.api.records import draw
from tensorlab.diagram.several import Several, names, several_scene
from tensorlab.errors import TensorlabError
from tensorlab.memory.boxed import MOST, Numbers, targets
from tensorlab.memory.pylist import claims
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.memory.sharing.answers import shares
from tensorlab.memory.sharing.verdict import unknown
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.diagram.filling import Content
    from tensorlab.diagram.memory import Shown
    from tensorlab.memory.sharing.record import Sharing
    from tensorlab.scene.record import Group

_MOST_PAIRS = 300
"""That are compared."""
_LEAST = 2
"""Pointers that are followed of each of very many lists."""


def together(things: Sequence[object], cells: Content) -> Figure:
    """The picture of several objects and records; its data are those that each would have alone.

    Raises:
        UnsupportedError: One of them has no elements in memory.

    >>> figure = together([b"abc", bytearray(3)], "index")
    >>> [memory.type for memory in figure.data]
    ['bytes', 'bytearray']
    """
    data: list[object] = []
    records: list[Group] = []
    shown: list[tuple[object, Shown]] = []
    numbers = Numbers(max(_LEAST, MOST // max(sum(map(claims, things)), 1)))
    for thing in things:
        figure = None if type(thing) is MemoryMap else draw(thing)
        if figure is None:
            memory, view = _seen(thing, cells, len(things), numbers)
            shown.append((thing, view))
            data.append(memory)
        else:
            data.append(figure.data)
            records.append(figure.scene)
    objects = [(name, thing, _named(view, name)) for name, (thing, view) in zip(names(), shown, strict=False)]
    pairs = list(islice(combinations(objects, 2), _MOST_PAIRS))
    several = Several(
        tuple((name, view) for name, _, view in objects),
        tuple(replace(_answer(a[1], b[1]), names=(a[0], b[0])) for a, b in pairs),
        comb(len(objects), 2) - len(pairs),
        tuple(records),
        tuple(_common(objects)),
    )
    return Figure(tuple(data), several_scene(several))


def _seen(thing: object, cells: Content, objects: int, numbers: Numbers) -> tuple[MemoryMap, Shown]:
    if type(thing) is MemoryMap:
        return thing, shown_map(thing, cells, objects=objects)
    memory = describe(thing)
    return memory, shown_object(thing, memory, cells, objects=objects, numbers=numbers)


def _named(shown: Shown, name: str) -> Shown:
    """Its pointers bear the name of the object."""
    return shown if shown.boxed is None else replace(shown, boxed=shown.boxed._replace(name=name))


def _common(objects: Sequence[tuple[str, object, Shown]]) -> Iterator[tuple[str, str, int]]:
    """Pairs whose pointers lead to the same objects, and to how many."""
    found = [(name, targets(thing, view.memory)) for name, thing, view in objects if view.boxed is not None]
    for (one, first), (other, second) in islice(combinations(found, 2), _MOST_PAIRS):
        count = len(first & second) if first is not None and second is not None else 0
        if count:
            yield one, other, count


def _answer(first: object, second: object) -> Sharing:
    """Whether two objects share a byte; not known where one does not tell."""
    try:
        return shares(first, second)
    except TensorlabError as error:
        return unknown(error.message)
