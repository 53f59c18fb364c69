"""Storages that hold the same bytes belong together, whichever library says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.record import Storage


def by_storage(storages: Sequence[Storage]) -> list[list[int]]:
    """The positions of the storages, in groups that share a byte, each in order; in the order of their first members.

    Runs of one device (or file) that overlap, directly or through others, are one group, since two libraries may each
    say how far they know the same bytes. Without an address a key tells; without either each is alone.

    >>> from tensorlab.memory.record import Storage
    >>> run = lambda start, size: Storage(device="cpu", address=start, nbytes=size, owner="")
    >>> by_storage([run(8, 8), run(40, 4), run(12, 20), run(16, 0)])
    [[0, 2, 3], [1]]
    """
    groups: dict[object, list[int]] = {}
    runs: dict[tuple[str, str | None], list[tuple[int, int, int]]] = {}
    for n, storage in enumerate(storages):
        if storage.address is not None:
            run = (storage.address, storage.address + (storage.nbytes or 0), n)
            runs.setdefault((storage.device, storage.path), []).append(run)
        else:
            groups.setdefault(("alone", n) if storage.key is None else (storage.device, storage.key), []).append(n)
    for place, found in runs.items():
        for number, together in enumerate(overlapping(found)):
            groups[place, number] = sorted(together)
    return sorted(groups.values())


def overlapping(runs: Iterable[tuple[int, int, int]]) -> list[list[int]]:
    """The third numbers of (start, stop, number), in groups whose runs touch a common byte; an empty run joins too.

    >>> overlapping([(0, 4, 7), (4, 8, 8), (3, 5, 9), (20, 20, 1)])
    [[7, 9, 8], [1]]
    """
    groups: list[list[int]] = []
    reached = -1
    begun = -1
    for start, stop, number in sorted(runs):
        if groups and (start < reached or start == begun):
            groups[-1].append(number)
        else:
            groups.append([number])
        begun, reached = start, max(reached, stop)
    return groups
