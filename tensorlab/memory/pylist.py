"""Lists and tuples: a table of pointers, and the boxed objects that it points at."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from tensorlab.layout.dtype import POINTER
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import POINTER_BYTES, length, plain_type, pointer_table
from tensorlab.memory.naming import FOREIGN, short_name
from tensorlab.memory.record import Boxes, Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Items: TypeAlias = "list[object] | tuple[object, ...]"
MOST_AXES = 32
FIRST = 8
_ROWS = 3
_SMALL_INTEGERS = range(-5, 257)
_NEVER_INTERNED = frozenset(map(id, (float, complex, list, dict, set, bytearray)))
_PLAIN = _NEVER_INTERNED | frozenset(map(id, (int, str, bytes, bool, tuple)))
"""Identities of types whose size is told by nobody else's code."""
_BASIC_SIZE: Any = type.__dict__["__basicsize__"]


def claims(thing: object) -> TypeGuard[Items]:
    """Whether this adapter describes the object: by its type, since ``__class__`` may lie and the table is read raw."""
    return issubclass(type(thing), (list, tuple))


def describe(items: Items) -> MemoryMap:
    """The memory of a list or tuple, nested or flat.

    A nested one has no strides: each row is a pointer table of its own, described in ``parts`` (the first few).
    Every object is visited once, so this takes time in proportion to the number of pointers.

    >>> map = describe([[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]])
    >>> map.shape, map.layout, map.boxes.count, map.boxes.unique
    ((3, 2), None, 9, 9)
    """
    memory = _describe_one(items)
    rows = _rows(items, memory.sizes or ())
    return replace(memory, parts=tuple((f"[{n}]", _describe_one(row)) for n, row in enumerate(rows)))


def _describe_one(items: Items) -> MemoryMap:
    """All but the parts, so that a list which contains itself is described too."""
    levels, doubt = tables(items)
    shape = _shape(levels)
    doubts = () if doubt is None else (doubt,)
    if len(shape) > 1:
        doubts = (Doubt("nested", "a nested list has no strides: every row is a pointer table of its own"), *doubts)
    return MemoryMap(
        type=short_name(items),
        library="python",
        shape=shape,
        dtype=POINTER,
        layout=Layout(shape, (POINTER_BYTES,), 0, POINTER_BYTES) if len(shape) == 1 else None,
        storage=_table(items),
        boxes=_boxes(items, levels if doubt is None else [_reachable(items)], len(levels)),
        traits=frozenset({"readonly"} if plain_type(items) is tuple else ()),
        doubts=doubts,
    )


def rectangle(items: Items) -> tuple[tuple[int, ...], str]:
    """The shape of nested lists, as deep as they form a rectangle, and a sentence where they stop doing so.

    >>> rectangle([[1, 2, 3], [4, 5, 6]]), rectangle([])
    (((2, 3), ''), ((0,), ''))
    >>> rectangle([[1, 2], [3]])
    ((2,), 'rows of axis 1 have 1 to 2 elements: ragged')
    """
    levels, doubt = tables(items)
    return _shape(levels), "" if doubt is None else doubt.text


def tables(items: Items) -> tuple[list[list[Items]], Doubt | None]:
    """The different rows on each axis, as deep as they form a rectangle, and why they stop doing so.

    A row that many pointers share is there once, so that ``[[0] * 1000] * 1000`` costs two rows.

    >>> tables([[1, 2]] * 3)
    ([[[[1, 2], [1, 2], [1, 2]]], [[1, 2]]], None)
    """
    levels: list[list[Items]] = [[items]]
    above = {id(items)}
    while True:
        kinds = {type(thing) for thing in _entries(levels[-1])}
        if not any(issubclass(kind, (list, tuple)) for kind in kinds):
            return levels, None
        rows = {id(thing): thing for thing in _entries(levels[-1]) if claims(thing)}
        doubt = _why_no_rectangle(kinds, rows, above, len(levels))
        if doubt is not None:
            return levels, doubt
        levels.append(list(rows.values()))
        above |= rows.keys()


def _why_no_rectangle(kinds: set[type], rows: dict[int, Items], above: set[int], axis: int) -> Doubt | None:
    """Why the rows below an axis make no further axis."""
    if not all(issubclass(kind, (list, tuple)) for kind in kinds):
        text = f"axis {axis} mixes rows with single elements: ragged"
        return Doubt("mixed-depth", text, "an array needs every number at the same depth")
    lengths = {length(row) for row in rows.values()}
    if len(lengths) > 1:
        text = f"rows of axis {axis} have {min(lengths)} to {max(lengths)} elements: ragged"
        return Doubt("ragged", text, "an array needs rows of one length: pad them")
    if rows.keys() & above:
        text = f"axis {axis} holds a list that lies on an outer axis too: no rectangle"
        return Doubt("cyclic", text, "a list may lie on one axis only: take the inner one out")
    if axis == MOST_AXES:
        text = f"lists nested deeper than {MOST_AXES} axes: not followed"
        return Doubt("too-deep", text, "take outer lists off that hold a single row, or flatten inner ones")
    return None


def entries(items: Items) -> Iterator[object]:
    """What the table points at, whatever ``__iter__`` of a subclass says.

    >>> list(entries((1, 2)))
    [1, 2]
    """
    found: Iterator[object] = plain_type(items).__iter__(items)
    return found


def _entries(rows: Iterable[Items]) -> Iterator[object]:
    return chain.from_iterable(map(entries, rows))


def _shape(levels: list[list[Items]]) -> tuple[int, ...]:
    return tuple(length(rows[0]) for rows in levels)


def leaves(items: Items, depth: int) -> Iterable[object]:
    """The elements ``depth`` lists down, in C order, where the rows above form a rectangle.

    Each costs a step an axis at most: rows of no elements are not walked, however often they are pointed at.

    >>> list(leaves([[1, 2], [3, 4]], 2)), list(leaves([[[]] * 10**6] * 10**6, 3))
    ([1, 2, 3, 4], [])
    """
    row: object = items
    for _ in range(depth - 1):
        row = next(entries(row), None) if claims(row) else None
    if not claims(row) or not length(row):
        return ()
    level = entries(items)
    for _ in range(depth - 1):
        level = _entries(filter(claims, level))
    return level


def _rows(items: Items, shape: tuple[int, ...]) -> list[Items]:
    if len(shape) == 1:
        return []
    return list(filter(claims, islice(entries(items), _ROWS)))


def _table(items: Items) -> Storage:
    table = pointer_table(items)
    capacity = length(items) if table is None else table.capacity
    return Storage(
        device="cpu",
        address=None if table is None else table.address or None,
        nbytes=capacity * POINTER_BYTES,
        owner=short_name(items),
        writable=plain_type(items) is list,
    )


def _reachable(items: Items) -> list[Items]:
    """Every row at any depth, once, where they form no rectangle."""
    found = {id(items): items}
    newest = [items]
    while newest:
        below = {id(thing): thing for thing in _entries(newest) if claims(thing)}
        newest = [row for key, row in below.items() if key not in found]
        found |= below
    return list(found.values())


def _boxes(items: Items, levels: list[list[Items]], depth: int) -> Boxes:
    rows = list(chain.from_iterable(levels))
    pointers = list(_entries(rows))
    unique = dict(zip(map(id, pointers), pointers, strict=True))
    kinds = dict(zip(map(id, map(type, unique.values())), unique.values(), strict=True))  # a class may have no hash
    counts, sizes = _tally(list(unique.values()), kinds)
    table = pointer_table(items)
    return Boxes(
        count=sum(map(length, rows)),
        unique=len(unique),
        nbytes=sizes.total(),
        interned=0 if _NEVER_INTERNED.issuperset(kinds) else sum(map(_is_interned, pointers)),
        spare=0 if table is None else (table.capacity - length(items)) * POINTER_BYTES,
        types=tuple((name, count, sizes[name]) for name, count in counts.most_common()),
        addresses=tuple(id(thing) for thing in islice(leaves(items, depth), FIRST)),
    )


def _tally(things: list[object], kinds: dict[int, object]) -> tuple[Counter[str], Counter[str]]:
    """How many of each type, by its name, and their bytes; the interpreter adds up what is all of one plain type."""
    if len(kinds) == 1 and _PLAIN.issuperset(kinds):
        name = short_name(things[0])
        return Counter({name: len(things)}), Counter({name: sum(map(sys.getsizeof, things))})
    names = {kind: short_name(thing) for kind, thing in kinds.items()}
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for thing in things:
        name = names[id(type(thing))]
        counts[name] += 1
        sizes[name] += size_of(thing)
    return counts, sizes


def size_of(thing: object) -> int:
    """Bytes of an object, as it says; of its type alone where it raises.

    >>> size_of(1.5)
    24
    """
    try:
        return sys.getsizeof(thing)
    except FOREIGN:  # __sizeof__ is the object's own code and raises what it likes
        return int(_BASIC_SIZE.__get__(type(thing)))


def _is_interned(thing: object) -> bool:
    kind = type(thing)  # isinstance would ask ``__class__``, which may be code of the object's own
    if kind is int:
        return thing in _SMALL_INTEGERS
    return thing is None or thing is Ellipsis or kind is bool or (kind in {str, bytes, tuple} and not thing)
