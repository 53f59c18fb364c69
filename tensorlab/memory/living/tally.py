"""Live tensors by storage, and the bytes that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.grouping.storages import by_storage
from tensorlab.memory.living.record import LiveStorage
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.living.record import LiveTensor
    from tensorlab.memory.record import Storage


def storages_of(tensors: Sequence[LiveTensor]) -> tuple[LiveStorage, ...]:
    """Their storages, the largest first, with the tensors that index each.

    >>> from tensorlab.memory.living.record import LiveTensor
    >>> from tensorlab.memory.registry import describe
    >>> base = memoryview(bytearray(40))
    >>> pair = [LiveTensor(memory=describe(base)), LiveTensor(memory=describe(base[1:]))]
    >>> [(found.nbytes, found.members) for found in storages_of(pair)]
    [(40, (0, 1))]
    """
    placed = [
        (n, leaf.storage) for n, tensor in enumerate(tensors) for _, leaf in leaves(tensor.memory) if leaf.storage
    ]
    groups = by_storage([storage for _, storage in placed])
    found = [_storage([placed[n] for n in numbers]) for numbers in groups]
    return tuple(sorted(found, key=lambda storage: (not storage.held, -(storage.nbytes or 0))))


def _storage(placed: Sequence[tuple[int, Storage]]) -> LiveStorage:
    storages = [storage for _, storage in placed]
    known = all(storage.nbytes is not None for storage in storages)
    return LiveStorage(
        members=tuple(dict.fromkeys(n for n, _ in placed)),
        nbytes=unique_bytes(storages) if known else None,
        device=storages[0].device,
        held=any(storage.address is not None for storage in storages) or not any(s.nbytes for s in storages),
    )


def held_bytes(tensors: Iterable[LiveTensor]) -> int:
    """Bytes of their storages that are held, each byte once.

    >>> from tensorlab.memory.living.record import LiveTensor
    >>> from tensorlab.memory.registry import describe
    >>> held_bytes([LiveTensor(memory=describe(memoryview(bytearray(40))[:2]))])
    40
    """
    return unique_bytes(held_storages(tensors))


def held_storages(tensors: Iterable[LiveTensor]) -> list[Storage]:
    """The storages behind tensors that have bytes at an address.

    >>> held_storages([])
    []
    """
    found = (leaf.storage for tensor in tensors for _, leaf in leaves(tensor.memory))
    return [storage for storage in found if storage is not None and storage.address is not None]
