"""What of an object lies where: its components, each with its own memory or the reason why that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.overlap import ends
from tensorlab.memory.pylist import claims
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.memory.sharing.patch import Patch
from tensorlab.memory.sharing.tables import path, rows, table
from tensorlab.memory.totals import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.record import Layout
    from tensorlab.memory.pylist import Items
    from tensorlab.memory.record import Storage
    from tensorlab.memory.sharing.tables import Rows

_NO_MEMORY = frozenset({"boxed", "computed", "fake", "other-ranks", "uninitialized"})
"""Doubts of an object that holds no bytes here which another could view."""
_INCOMPLETE = frozenset({"more-parts", "too-deep"})
"""Doubts of an object that has more components than are described. (One that its library gives to nobody, "hidden", is
no other object's memory.)"""
_NEVER_MAPPED = frozenset({"array.array", "bytes", "bytearray", "list", "numpy", "tuple"})
"""Owners whose bytes come from an allocator, so that they have one address each."""


class _Way(NamedTuple):
    """To a row of a nested list: written only where it is asked for, since a deep one is long."""

    found: Rows
    key: int

    def __str__(self) -> str:
        return path(self.found, self.key)


class Piece(NamedTuple):
    """One component."""

    way: str | _Way
    shape: tuple[int, ...] | None = None
    """None where a side of it is no number."""
    layout: Layout | None = None
    """Also where there is no address; None where its strides are not known."""
    patch: Patch | None = None
    """None where it has no bytes, or it is not known which."""
    storage: Storage | None = None
    why: str = ""
    """Why it has no patch."""
    known: bool = True
    """Whether it is known where its bytes are, or that it has none."""

    @property
    def name(self) -> str:
        """The way to it: "values" of a CSR, "[1]" of a nested list; empty for the object itself."""
        return str(self.way)


def pieces(thing: object) -> tuple[Piece, ...]:
    """The components of an object, or of the record of one, in order.

    Raises:
        UnsupportedError: It has no memory that an adapter can read.

    >>> [(piece.name, piece.patch.shape) for piece in pieces([[1, 2], [3, 4]])]
    [('', (2,)), ('[0]', (2,)), ('[1]', (2,))]
    """
    if claims(thing):
        return tuple(_of_list(thing))
    return tuple(_of_map(thing if type(thing) is MemoryMap else describe(thing)))


def _of_list(items: Items) -> Iterator[Piece]:
    found = rows(items)
    for key, row in found.known.items():
        here = table(row)
        if here is None:
            yield Piece(_Way(found, key), why="empty: no pointers in the list")
        else:
            yield Piece(_Way(found, key), here.shape, None, here)


def _of_map(memory: MemoryMap) -> Iterator[Piece]:
    for name, part in leaves(memory):
        yield _stored(Piece(name, part.sizes, part.layout, storage=part.storage), part)
    for name, part in _without_storage(memory, ""):
        yield _elsewhere(Piece(name, part.sizes, part.layout), part)


def _without_storage(memory: MemoryMap, name: str) -> Iterator[tuple[str, MemoryMap]]:
    if memory.storage is None and not memory.parts:
        yield name, memory
    elif any(doubt.code in _INCOMPLETE for doubt in memory.doubts):
        yield name, replace(memory, layout=None, shape=None)
    for part, inner in memory.parts:
        yield from _without_storage(inner, f"{name}.{part}" if name else part)


def _elsewhere(piece: Piece, memory: MemoryMap) -> Piece:
    """A component of which no storage is known: it has none, or does not tell."""
    codes = {doubt.code for doubt in memory.doubts}
    why = _doubts(memory) or "its library does not tell where it lies"
    if _is_empty(piece):
        return piece._replace(why="empty: no elements")
    if codes and codes <= _NO_MEMORY:
        return piece._replace(why=f"no memory: {why}")
    return piece._replace(why=why, known=False)


def _stored(piece: Piece, memory: MemoryMap) -> Piece:
    storage, layout = piece.storage, piece.layout
    if storage is None or _is_empty(piece):
        return piece._replace(why="empty: no elements")
    if storage.address is None:
        return piece._replace(why=f"no address: nothing is stored on {storage.device}")
    if layout is None:
        return piece._replace(why=_doubts(memory) or "its library gives no strides", known=False)
    device, nbytes = storage.device, storage.nbytes or 0
    holder = memory if device == "cpu" and storage.owner not in _NEVER_MAPPED else None
    where = (layout.offset, layout.itemsize, device, storage.address, nbytes, holder)
    return piece._replace(patch=Patch(layout.shape, layout.strides, *where))


def _is_empty(piece: Piece) -> bool:
    """Whether it has no bytes, whatever its storage."""
    return 0 in (piece.shape or ()) or (piece.layout is not None and ends(piece.layout) is None)


def _doubts(memory: MemoryMap) -> str:
    return "; ".join(doubt.text for doubt in memory.doubts)
