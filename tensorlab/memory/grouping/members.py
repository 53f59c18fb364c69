"""The components of a map that have bytes of their own, each storage told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.totals import leaves

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap


def members(name: str, memory: MemoryMap) -> list[tuple[str, MemoryMap]]:
    """The map and its components with a storage, by name, without what says the same twice.

    A masked array lies in the storage of its data, a packed tensor in that of its bytes: the one with strides is told.

    >>> from tensorlab.memory.registry import describe
    >>> [found for found, _ in members("v", describe(b"abc"))]
    ['v']
    """
    found = list(leaves(memory, name))
    if memory.storage is None:
        return found
    same = [inner for _, inner in found[1:] if inner.storage == memory.storage]
    if memory.layout is None and same:
        return found[1:]
    return found[:1] + [(word, inner) for word, inner in found[1:] if inner.storage != memory.storage]
