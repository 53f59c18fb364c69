"""Lists and tuples: the pointer tables of all rows at any depth, and which of them are the same."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.cpython import POINTER_BYTES, length, pointer_table
from tensorlab.memory.pylist import claims, entries
from tensorlab.memory.sharing.patch import Patch
from tensorlab.memory.sharing.record import Sharing

if TYPE_CHECKING:
    from tensorlab.memory.pylist import Items


_TABLE = "byte 0 of one pointer table on cpu"
_FIRST_POINTER = Overlap(Answer.YES, "bounds", ((0,), (0,)), 0)


class Row(NamedTuple):
    """A list or tuple, and the way to it."""

    items: Items
    above: int | None
    """The key of the row that it was first found in; None for the outermost."""
    position: int
    """Its place in that one."""


class Rows(NamedTuple):
    """Every row of a nested list, once."""

    known: dict[int, Row]
    """By identity, the outer ones first."""
    again: tuple[int, int, int] | None
    """Key of the first row that was found a second time, of the row where, and its place in that one."""


def rows(items: Items) -> Rows:
    """Every row at any depth, each visited once; a list that contains itself has an end too.

    >>> found = rows([[1, 2], [3]])
    >>> [path(found, key) for key in found.known]
    ['', '[0]', '[1]']
    """
    known = {id(items): Row(items, None, 0)}
    again: tuple[int, int, int] | None = None
    left: deque[Items] = deque([items])
    while left:
        row = left.popleft()
        for position, thing in enumerate(entries(row)):
            if not claims(thing):
                continue
            if id(thing) not in known:
                known[id(thing)] = Row(thing, id(row), position)
                left.append(thing)
            elif again is None and length(thing):
                again = (id(thing), id(row), position)
    return Rows(known, again)


def path(found: Rows, key: int) -> str:
    """How one writes the way to a row: "[1][0]"; empty for the outermost."""
    words: list[str] = []
    row = found.known[key]
    while row.above is not None:
        words.append(f"[{row.position}]")
        row = found.known[row.above]
    return "".join(reversed(words))


def table(row: Row) -> Patch | None:
    """The pointers of a row, as elements; None where it has none, or the interpreter does not tell where."""
    place, count = pointer_table(row.items), length(row.items)
    if place is None or not count:
        return None
    return Patch((count,), (POINTER_BYTES,), 0, POINTER_BYTES, "cpu", place.address)


def rows_beside(first: Items, second: Items) -> Sharing:
    """Whether a list, or a row of one at any depth, is part of both.

    >>> row = [1, 2]
    >>> print(rows_beside([[0], row], [row]))
    YES: a[1][0] and b[0][0] are the same byte 0 of one pointer table on cpu
    >>> print(rows_beside([1, 2], [1, 2]))
    NO (bounds): no list is part of both
    """
    ours, others = rows(first), rows(second)
    for key, row in ours.known.items():
        if key in others.known and length(row.items):
            return Sharing(_FIRST_POINTER, _TABLE, (path(ours, key), path(others, key)))
    return Sharing(Overlap(Answer.NO, "bounds"), "bounds: no list is part of both")


def rows_alone(items: Items) -> Sharing:
    """Whether two pointers of a nested list lead to one row.

    >>> print(rows_alone([[0] * 3] * 2))
    YES: x[0][0] and x[1][0] are the same byte 0 of one pointer table on cpu
    """
    found = rows(items)
    if found.again is None:
        return Sharing(Overlap(Answer.NO, "bounds"), "bounds: no row is there twice", names=("x", "x"))
    key, row, position = found.again
    return Sharing(_FIRST_POINTER, _TABLE, (path(found, key), f"{path(found, row)}[{position}]"), ("x", "x"))
