"""From names down to what they refer to: every object that a variable leads to, on one short way."""

from __future__ import annotations

import gc
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_MOST_HOLDERS = 8
"""Of one object, before the best are chosen."""
_MOST_OBJECTS = 5_000_000


class Descent(NamedTuple):
    """What was reached from the names."""

    parents: dict[int, object]
    """Identity of an object -> what refers to it on the way from the nearest name; itself where a name refers to it."""
    holders: Mapping[int, list[object]]
    """Identity of an object that was looked for -> those that refer to it, the nearest to a name first."""


def descend(wanted: Collection[int], waves: Iterable[Sequence[object]], passed: frozenset[int]) -> Descent:
    """Breadth first from the objects that names refer to; each object is entered once, whatever is looked for.

    Args:
        wanted: Identities of the objects that are looked for.
        waves: Where to begin: all of the first is followed before any of the second.
        passed: Identities of types whose objects are not entered. Classes are not entered either, but where a wave has
            them.

    >>> thing = [[]]
    >>> found = descend({id(thing[0])}, [[{"x": thing}]], frozenset())
    >>> found.holders[id(thing[0])] == [thing]
    True
    """
    parents: dict[int, object] = {}
    holders: defaultdict[int, list[object]] = defaultdict(list)
    for wave in waves:
        level = [one for one in wave if id(one) not in parents]
        parents.update((id(one), one) for one in level)
        while level and len(parents) < _MOST_OBJECTS:
            level = [child for holder in level for child in _enter(holder, wanted, parents, holders, passed)]
    return Descent(parents, holders)


def _enter(
    holder: object,
    wanted: Collection[int],
    parents: dict[int, object],
    holders: defaultdict[int, list[object]],
    passed: frozenset[int],
) -> list[object]:
    """What it refers to and was not reached before."""
    new = []
    for child in gc.get_referents(holder):
        key = id(child)
        if key in wanted:
            known = holders[key]
            if len(known) < _MOST_HOLDERS and not (known and known[-1] is holder):
                known.append(holder)
        if key in parents or not gc.is_tracked(child):
            continue
        kind = type(child)
        if id(kind) not in passed and not issubclass(kind, type):
            parents[key] = holder
            new.append(child)
    return new
