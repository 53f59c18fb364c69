"""Writes among the calls that ran: to which memory, whether torch counted them, and which came first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.autograd.findings.lineage import plain_name
from tensorlab.autograd.findings.record import Write
from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.dispatch.record import OpCall
    from tensorlab.memory.record import MemoryMap

_NO_WRITES = frozenset({"detach_", "set_", "resize_", "requires_grad_", "rename_", "retain_grad_"})
_APART = "Tensor.data.__get__"
"""The call whose result counts its writes by itself."""


class _Written(NamedTuple):
    call: OpCall
    tensor: int
    memory: MemoryMap | None
    before: int
    after: int


class WriteLog:
    """Every write that was recorded, by the storage that was written.

    >>> WriteLog(()).counted(0, 3, (0, 1))
    ()
    """

    def __init__(self, calls: Sequence[OpCall]) -> None:
        self._by_storage: dict[int, list[_Written]] = {}
        self._apart = _counted_apart(calls)
        self._places: dict[int, tuple[int, int]] = {}
        for call in calls:
            self._take(call)

    def _take(self, call: OpCall) -> None:
        for place, (before, after) in enumerate(call.versions):
            if before is not None and not place and _surely_writes(call):
                after = max(after or 0, before + 1)  # noqa: PLW2901 - a view that is gone by now tells nothing: x[0] = 1
            if before is None or after is None or before == after:
                continue
            memory = call.inputs[place] if place < len(call.inputs) else None
            storage = call.storages[0][place]
            if memory is not None and memory.storage is not None and memory.storage.address:
                self._places[storage] = (memory.storage.address, memory.storage.nbytes or 0)
            written = _Written(call, call.tensors[0][place], memory, before, after)
            self._by_storage.setdefault(storage, []).append(written)

    def counted(self, storage: int, start: int, versions: tuple[int, int]) -> tuple[Write, ...]:
        """The writes that moved the count of a storage from the first version to the second.

        Args:
            storage: Its number.
            start: Number of the call from which on they are looked for.
            versions: When it was saved, and now.
        """
        found: list[Write] = []
        expected, now = versions
        for written in self._by_storage.get(storage, ()):
            later = written.call.number >= start and written.tensor not in self._apart
            if later and written.before == expected and expected < now:
                found.append(_told(written, (written.before, written.after)))
                expected = written.after
        return tuple(found)

    def uncounted(self, storage: int, memory: MemoryMap | None, start: int) -> tuple[Write, ...]:
        """Writes to a saved tensor whose count did not move; those to other bytes of its storage do no harm.

        Args:
            storage: Its number.
            memory: What was saved.
            start: Number of the call after which they are looked for.
        """
        found: list[Write] = []
        for number in self._same_memory(storage, memory):
            later = (written for written in self._by_storage[number] if written.call.number > start)
            found += [_told(written, None) for written in later if _meet(memory, written.memory)]
        return tuple(found)

    def _same_memory(self, storage: int, memory: MemoryMap | None) -> list[int]:
        """Storages that were written and lie in that memory: its own, and those that an array shares with it."""
        found = [storage] if storage in self._by_storage else []
        home = None if memory is None else memory.storage
        if home is None or home.address is None:
            return found
        low, high = home.address, home.address + (home.nbytes or 0)
        inside = (n for n, (start, size) in self._places.items() if start < high and low < start + size)
        return found + [number for number in inside if number != storage]


def _surely_writes(call: OpCall) -> bool:
    """Whether it is an operator that writes its first input in place, and nothing else about it."""
    words = call.name.split(".")
    return words[0] == "aten" and words[1].endswith("_") and words[1] not in _NO_WRITES


def _told(written: _Written, versions: tuple[int, int] | None) -> Write:
    return Write(op=plain_name(written.call), line=written.call.line, versions=versions)


def _meet(saved: MemoryMap | None, written: MemoryMap | None) -> bool:
    """Whether they may have a byte in common; where layouts are not known, they may."""
    homes = [None if one is None else one.storage for one in (saved, written)]
    if saved is None or written is None or saved.layout is None or written.layout is None or None in homes:
        return True
    first, second = (None if home is None else home.address for home in homes)
    if first is None or second is None:
        return True
    return overlap(saved.layout, written.layout, distance=second - first).answer is not Answer.NO


def _counted_apart(calls: Sequence[OpCall]) -> frozenset[int]:
    """Tensors whose writes are counted by themselves: what ``.data`` gave, and views of it."""
    found: set[int] = set()
    for call in calls:
        if _APART in {call.call, call.name}:
            found.update(call.tensors[1])
        elif found and not found.isdisjoint(call.tensors[0]):
            shared = {s for n, s in zip(call.tensors[0], call.storages[0], strict=False) if n in found}
            made = zip(call.tensors[1], call.storages[1], strict=False)
            found.update(number for number, storage in made if storage in shared)
    return frozenset(found)
