"""Lists and tuples: a table of pointers, and the boxed objects that it points at."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.layout.dtype import POINTER
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import POINTER_BYTES, pointer_table
from tensorlab.memory.record import Boxes, Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Items: TypeAlias = "list[object] | tuple[object, ...]"
MOST_AXES = 32
FIRST = 8
_ROWS = 3
_SMALL_INTEGERS = range(-5, 257)


def claims(thing: object) -> bool:
    """Whether this adapter describes the object."""
    return isinstance(thing, (list, tuple))


def describe(items: Items) -> MemoryMap:
    """The memory of a list or tuple, nested or flat.

    A nested one has no strides: each row is a pointer table of its own, described in ``parts`` (the first few).
    Every object is visited once, so this takes time in proportion to the number of pointers.

    >>> map = describe([[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]])
    >>> map.shape, map.layout, map.boxes.count, map.boxes.unique
    ((3, 2), None, 9, 9)
    """
    memory = _describe_one(items)
    rows = _rows(items, memory.shape or ())
    return replace(memory, parts=tuple((f"[{n}]", _describe_one(row)) for n, row in enumerate(rows)))


def _describe_one(items: Items) -> MemoryMap:
    """All but the parts, so that a list which contains itself is described too."""
    shape, ragged = rectangle(items)
    doubts = (Doubt("ragged", ragged, "pad the rows to one length"),) if ragged else ()
    if len(shape) > 1:
        doubts = (Doubt("nested", "a nested list has no strides: every row is a pointer table of its own"), *doubts)
    return MemoryMap(
        type=type(items).__name__,
        library="python",
        shape=shape,
        dtype=POINTER,
        layout=Layout(shape, (POINTER_BYTES,), 0, POINTER_BYTES) if len(shape) == 1 else None,
        storage=_table(items),
        boxes=_boxes(items, len(shape)),
        traits=frozenset({"readonly"} if isinstance(items, tuple) else ()),
        doubts=doubts,
    )


def rectangle(items: Items) -> tuple[tuple[int, ...], str]:
    """The shape of nested lists, as deep as they form a rectangle, and a sentence where they stop doing so.

    >>> rectangle([[1, 2, 3], [4, 5, 6]]), rectangle([])
    (((2, 3), ''), ((0,), ''))
    >>> rectangle([[1, 2], [3]])
    ((2,), 'rows of axis 1 have 1 to 2 elements: ragged')
    """
    shape = [len(items)]
    level: Sequence[object] = items
    while level and len(shape) < MOST_AXES:
        rows = [row for row in level if isinstance(row, (list, tuple))]
        if not rows:
            break
        if len(rows) < len(level):
            return tuple(shape), f"axis {len(shape)} mixes rows with single elements: ragged"
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            return tuple(shape), f"rows of axis {len(shape)} have {min(lengths)} to {max(lengths)} elements: ragged"
        shape.append(lengths.pop())
        level = list(chain.from_iterable(rows))
    return tuple(shape), ""


def leaves(items: Items, depth: int) -> Iterable[object]:
    """The elements ``depth`` lists down, in C order.

    >>> list(leaves([[1, 2], [3, 4]], 2))
    [1, 2, 3, 4]
    """
    level: Iterable[object] = items
    for _ in range(depth - 1):
        level = chain.from_iterable(row for row in level if isinstance(row, (list, tuple)))
    return level


def _rows(items: Items, shape: tuple[int, ...]) -> list[Items]:
    if len(shape) == 1:
        return []
    return [row for row in islice(items, _ROWS) if isinstance(row, (list, tuple))]


def _table(items: Items) -> Storage:
    table = pointer_table(items)
    capacity = len(items) if table is None else table.capacity
    return Storage(
        device="cpu",
        address=None if table is None else table.address,
        nbytes=capacity * POINTER_BYTES,
        owner=type(items).__name__,
        writable=isinstance(items, list),
    )


def _boxes(items: Items, depth: int) -> Boxes:
    levels = [list(leaves(items, d + 1)) for d in range(depth)]
    unique = {id(thing): thing for thing in chain.from_iterable(levels)}
    sizes: Counter[str] = Counter()
    for thing in unique.values():
        sizes[type(thing).__name__] += sys.getsizeof(thing)
    counts = Counter(type(thing).__name__ for thing in unique.values())
    table = pointer_table(items)
    return Boxes(
        count=sum(map(len, levels)),
        unique=len(unique),
        nbytes=sizes.total(),
        interned=sum(map(_is_interned, chain.from_iterable(levels))),
        spare=0 if table is None else (table.capacity - len(items)) * POINTER_BYTES,
        types=tuple((name, counts[name], sizes[name]) for name, _ in counts.most_common()),
        addresses=tuple(id(thing) for thing in islice(levels[-1], FIRST)),
    )


def _is_interned(thing: object) -> bool:
    return thing is None or isinstance(thing, bool) or (type(thing) is int and thing in _SMALL_INTEGERS)
