"""Writes among what ran: to which memory, whether torch counted them, and which came first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

from tensorlab.autograd.findings.lineage import plain
from tensorlab.autograd.findings.record import Write
from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer

if TYPE_CHECKING:
    from tensorlab.dispatch.identities import Look
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.memory.record import MemoryMap

_NO_WRITES = frozenset({"detach_", "set_", "resize_", "requires_grad_", "rename_", "retain_grad_"})
_APART = "Tensor.data.__get__"
"""The call whose result counts its writes by itself."""


class _Written(NamedTuple):
    number: int
    """Of the call."""
    tensor: int
    storage: int
    look: Look
    before: int
    after: int


class WriteLog:
    """Every write that was recorded, by the memory that was written. Each call is looked at once, as it comes.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> WriteLog(Tracer()).counted(0, 3, (0, 1))
    ()
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = ref(tracer)
        self._seen = 0
        self._by_storage: dict[int, list[_Written]] = {}
        self._by_address: dict[int, list[_Written]] = {}
        self._addresses: list[int] = []
        """Where the storages begin that were written, in order."""
        self._homes: dict[int, tuple[int, int]] = {}
        """Of each of them, where it begins and ends."""
        self._longest = 0
        self._apart: set[int] = set()
        self.catch_up()

    def catch_up(self) -> None:
        """Take what ran since."""
        tracer = self._living()
        tracer.settle()
        for number in range(self._seen, len(tracer.events)):
            self._take(tracer, number)
        self._seen = len(tracer.events)

    def _living(self) -> Tracer:
        tracer = self._tracer()
        assert tracer is not None  # who asks has it
        return tracer

    def _take(self, tracer: Tracer, number: int) -> None:
        name, site, looks, gave, versions = tracer.events[number][:5]
        self._count_apart(name if site < 0 else tracer.sites[site][0], name, looks, gave)
        moved = tracer.written.get(number)
        surely = _surely_writes(name)
        if moved is None and not surely:
            return
        for place, (look, before, after) in enumerate(zip(looks, versions, moved or versions, strict=True)):
            if before is not None and not place and surely:
                after = max(after or 0, before + 1)  # noqa: PLW2901 - a view that is gone by now tells nothing: x[0] = 1
            if before is None or after is None or before == after:
                continue
            self._keep(tracer, _Written(number, look[0], look[1], look, before, after))
            if not place and gave and gave[0][1] != look[1]:  # set_ gave the tensor another storage
                self._keep(tracer, _Written(number, look[0], gave[0][1], gave[0], before, after))

    def _keep(self, tracer: Tracer, written: _Written) -> None:
        self._by_storage.setdefault(written.storage, []).append(written)
        if written.storage not in self._homes:
            self._homes[written.storage] = self._home(tracer, written.storage)
        begin, end = self._homes[written.storage]
        if begin:
            if begin not in self._by_address:
                insort(self._addresses, begin)
            self._longest = max(self._longest, end - begin)
            self._by_address.setdefault(begin, []).append(written)

    @staticmethod
    def _home(tracer: Tracer, storage: int) -> tuple[int, int]:
        home = None if storage < 0 else tracer.identities.storage(storage)
        return (0, 0) if home is None or not home.address else (home.address, home.address + (home.nbytes or 0))

    def _count_apart(self, call: str, name: str, looks: tuple[Look, ...], gave: tuple[Look, ...]) -> None:
        """Tensors whose writes are counted by themselves: what ``.data`` gave, and views of it."""
        if _APART in {call, name}:
            self._apart.update(look[0] for look in gave)
        elif self._apart:
            shared = {look[1] for look in looks if look[0] in self._apart}
            self._apart.update(look[0] for look in gave if look[1] in shared)

    def counted(self, storage: int, start: int, versions: tuple[int, int]) -> tuple[Write, ...]:
        """The writes that moved the count of a storage from the first version to the second.

        Args:
            storage: Its number.
            start: Number of the call from which on they are looked for.
            versions: When it was saved, and now.
        """
        found: list[Write] = []
        expected, now = versions
        known = self._by_storage.get(storage, [])
        for written in known[bisect_left(known, start, key=_number) :]:
            if written.tensor not in self._apart and written.before == expected < now:
                found.append(self._told(written, (written.before, written.after)))
                expected = written.after
        return tuple(found)

    def uncounted(self, storage: int, memory: MemoryMap | None, start: int) -> tuple[Write, ...]:
        """Writes to a saved tensor whose count did not move; those to other bytes of its storage do no harm.

        Args:
            storage: Its number.
            memory: What was saved.
            start: Number of the call after which they are looked for.
        """
        found = _after(self._by_storage.get(storage, []), start)
        found += [written for written in self._beside(memory, start) if written.storage != storage]
        looks = self._living().identities
        meeting = (written for written in sorted(found, key=_number) if _meet(memory, looks.map(written.look)))
        return tuple(self._told(written, None) for written in meeting)

    def _beside(self, memory: MemoryMap | None, start: int) -> list[_Written]:
        """Writes to other storages in the same memory: those that an array shares with it."""
        home = None if memory is None else memory.storage
        if home is None or not home.address:
            return []
        low, high = home.address, home.address + (home.nbytes or 0)
        first, last = bisect_left(self._addresses, low - self._longest), bisect_left(self._addresses, high)
        found = []
        for address in self._addresses[first:last]:
            found += [one for one in _after(self._by_address[address], start) if self._homes[one.storage][1] > low]
        return found

    def _told(self, written: _Written, versions: tuple[int, int] | None) -> Write:
        tracer = self._living()
        return Write(
            op=plain(tracer.events[written.number][0]), line=line_of_call(tracer, written.number), versions=versions
        )


def line_of_call(tracer: Tracer, number: int) -> str:
    """Where the user called that; of what ran in backward, where its node was made. No record is made of it.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     exec(compile("torch.zeros(3)", "train.py", "exec"))
    >>> line_of_call(tracer, 0)
    'train.py:1'
    """
    event = tracer.events[number]
    node: Any = event[6]
    origin = None if node is None else tracer.origin(node[1])
    return tracer.told(event[1])[1] if origin is None else origin.line


def _number(written: _Written) -> int:
    return written.number


def _after(writes: list[_Written], start: int) -> list[_Written]:
    return writes[bisect_right(writes, start, key=_number) :]


@lru_cache(maxsize=10_000)
def _surely_writes(name: str) -> bool:
    """Whether it is an operator that writes its first input in place, and nothing else about it."""
    words = name.split(".")
    return words[0] == "aten" and words[1].endswith("_") and words[1] not in _NO_WRITES


def _meet(saved: MemoryMap | None, written: MemoryMap | None) -> bool:
    """Whether they may have a byte in common; where layouts are not known, they may."""
    homes = [None if one is None else one.storage for one in (saved, written)]
    if saved is None or written is None or saved.layout is None or written.layout is None or None in homes:
        return True
    first, second = (None if home is None else home.address for home in homes)
    if first is None or second is None:
        return True
    return overlap(saved.layout, written.layout, distance=second - first).answer is not Answer.NO
