"""The only place that adds up storages: which components a map has, and how many bytes they keep, each counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.grouping.extents import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tensorlab.memory.record import MemoryMap, Storage


def leaves(memory: MemoryMap, name: str = "") -> Iterator[tuple[str, MemoryMap]]:
    """The maps with a storage of their own: itself and its components, with their dotted names ("" for itself).

    >>> from tensorlab.memory.registry import describe
    >>> [(name, map.type) for name, map in leaves(describe(b"abc"))]
    [('', 'bytes')]
    """
    if memory.storage is not None:
        yield name, memory
    for part, inner in memory.parts:
        yield from leaves(inner, f"{name}.{part}" if name else part)


def unique_bytes(storages: Iterable[Storage]) -> int:
    """Bytes of all storages, each byte of a device once, however many storages hold it.

    Those without an address are told apart by their key; one without either counts as one of its own, and one of
    unknown extent as none.

    >>> from tensorlab.memory.record import Storage
    >>> whole = Storage(device="cpu", address=4096, nbytes=100, owner="torch")
    >>> inside = Storage(device="cpu", address=4146, nbytes=60, owner="numpy")
    >>> unique_bytes([whole, inside]), unique_bytes([whole, whole]), unique_bytes([])
    (110, 100, 0)
    """
    runs: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    keyed: dict[tuple[str, int], int] = {}
    single = 0
    for storage in storages:
        size = storage.nbytes or 0
        if storage.address is not None:
            runs.setdefault((storage.device, storage.path), []).append((storage.address, storage.address + size))
        elif storage.key is not None:
            keyed[storage.device, storage.key] = size
        else:
            single += size
    together = sum(stop - start for found in runs.values() for start, stop in merged(found))
    return together + sum(keyed.values()) + single
