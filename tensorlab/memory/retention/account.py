"""From what was found in an object to what it keeps alive: grouped by storage, used against kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.covered import covered
from tensorlab.memory.grouping.extents import covered_together
from tensorlab.memory.grouping.members import members
from tensorlab.memory.grouping.storages import by_storage
from tensorlab.memory.record import Doubt
from tensorlab.memory.retention.record import Member, Retention, StorageGroup
from tensorlab.memory.totals import unique_bytes
from tensorlab.quantity import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.record import MemoryMap, Storage
    from tensorlab.memory.retention.record import SaveSize

_NAMED = 3
"""Tensors that a doubt names."""


def account(
    subject: str,
    named: Iterable[tuple[str, MemoryMap]],
    *,
    saved: SaveSize | None = None,
    skipped: int = 0,
    unseen: Sequence[str] = (),
) -> Retention:
    """What these named maps keep alive.

    Args:
        subject: Type of the object that they were found in, or the path of a file.
        named: Their names and memory; components are members of their own.
        saved: The size of its file, where it was asked for.
        skipped: Entries that have no elements.
        unseen: Types of the objects that were not looked into.

    >>> from tensorlab.memory.registry import describe
    >>> data = bytearray(100)
    >>> print(account("dict", [("v", describe(memoryview(data)[:10]))]))
    v uses 10 B, retains 100 B (10.0x); copy what is used to let the rest go
    """
    placed, unplaced, doubts = [], [], []
    for name, memory in named:
        found = [_member(leaf_name, leaf) for leaf_name, leaf in members(name, memory)]
        placed += found
        if not found:
            unplaced.append(_member(name, memory))
        if "non-leaf" in memory.traits:
            doubts.append(name or "it")
    groups = sorted(_groups(placed), key=lambda group: (not group.held, -group.waste, -(group.kept or 0)))
    held = [group for group in groups if group.held]
    return Retention(
        subject=subject,
        groups=tuple(groups),
        used=sum(group.used for group in held),
        kept=unique_bytes(_storage(m) for group in held for m in group.members),
        exact=all(group.exact for group in held),
        unplaced=tuple(unplaced),
        skipped=skipped,
        saved=saved,
        doubts=(*_doubts(doubts, unplaced), *_unseen(unseen)),
    )


def _member(name: str, memory: MemoryMap) -> Member:
    if memory.layout is None:
        return Member(name=name, memory=memory, used=None, exact=False)
    used = covered(memory.layout)
    return Member(name=name, memory=memory, used=used.nbytes, exact=used.exact)


def _storage(member: Member) -> Storage:
    assert member.memory.storage is not None, "leaves have a storage"
    return member.memory.storage


def _groups(placed: Sequence[Member]) -> list[StorageGroup]:
    storages = [_storage(member) for member in placed]
    return [_group([placed[n] for n in numbers]) for numbers in by_storage(storages)]


def _group(together: Sequence[Member]) -> StorageGroup:
    storages = [_storage(member) for member in together]
    kept = None if any(storage.nbytes is None for storage in storages) else unique_bytes(storages)
    used, exact = _used(together, kept)
    return StorageGroup(
        members=tuple(together),
        used=used,
        kept=kept,
        device=storages[0].device,
        exact=exact,
        held=any(storage.address is not None for storage in storages) or kept == 0,
    )


def _used(together: Sequence[Member], kept: int | None) -> tuple[int, bool]:
    """Bytes that some member covers, and whether that is exact; one without a layout may use all."""
    if any(member.used is None for member in together):
        return kept or 0, False
    if len(together) == 1:
        used, exact = together[0].used or 0, together[0].exact
    else:
        placed = ((_storage(m).address or 0, m.memory.layout) for m in together)
        used, exact = covered_together((start, layout) for start, layout in placed if layout is not None)
    return (used, exact) if kept is None else (min(used, kept), exact)


def _doubts(computed: Sequence[str], unplaced: Sequence[Member]) -> tuple[Doubt, ...]:
    doubts = []
    if computed:
        words = listed(computed, _NAMED)
        verb = "has" if len(computed) == 1 else "have"
        text = f"{words} {verb} an autograd graph, which keeps more alive than can be seen here"
        doubts.append(Doubt("graph", text, "detach() what is kept for its values alone"))
    if unplaced:
        words = listed([member.label for member in unplaced], _NAMED)
        doubts.append(Doubt("no-storage", f"no storage is told for {words}: what is kept there is not counted"))
    return tuple(doubts)


def _unseen(types: Sequence[str]) -> tuple[Doubt, ...]:
    if not types:
        return ()
    words = f"{counted(len(types), 'object')} not looked into: {listed(sorted(set(types)), _NAMED)}"
    return (Doubt("not-looked-into", words, "give what they hold by itself"),)
