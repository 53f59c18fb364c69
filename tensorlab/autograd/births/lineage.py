"""Which call made what is not finite, and which later calls took it: over records of calls, without torch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tensorlab.dispatch.record import OpCall

Odd = tuple[int, int]
UNWRITTEN = ("empty", "new_empty", "empty_like", "empty_strided", "new_empty_strided", "resize_")
"""Operations that give memory as it is."""
OVERWRITING = ("fill_", "copy_", "zero_", "uniform_", "normal_", "random_", "bernoulli_", "exponential_", "set_")
"""Operations that write all of their first input, and read nothing of it."""


def short(name: str) -> str:
    """An operator's name, as one says it.

    >>> short("aten._softmax.default"), short("aten.div_.Tensor"), short("Tensor.item")
    ('softmax', 'div_', 'item')
    """
    parts = name.split(".")
    return (parts[1] if len(parts) > 1 else parts[0]).lstrip("_")


@dataclass(frozen=True, slots=True)
class Taint:
    """What one call had to do with what is not finite."""

    parents: set[int] = field(default_factory=set)
    """Calls that made what it was given."""
    came: list[tuple[int, Odd]] = field(default_factory=list)
    """Places of its inputs that no call made, and what they hold."""
    given: Odd = (0, 0)
    gave: Odd = (0, 0)
    place: int = 0
    """Which output it is that holds most."""
    root: int | None = None
    """The first call that made what it came from, or was given that from nowhere; None where none is known."""

    @property
    def makes(self) -> bool:
        """Whether something new is not finite: a NaN where none was given, an infinity where all was finite."""
        return (bool(self.gave[0]) and not self.given[0]) or (bool(self.gave[1]) and not any(self.given))


@dataclass(frozen=True, slots=True)
class Lineage:
    """All calls that had to do with it, by number."""

    taints: dict[int, Taint] = field(default_factory=dict)
    makers: dict[int, int] = field(default_factory=dict)
    """Number of a tensor -> the last call that made or wrote it."""
    writers: dict[int, int] = field(default_factory=dict)
    """Number of a storage -> the last call that wrote it, or the one that made it."""

    def follow(self, call: OpCall) -> None:
        """The next call."""
        counted = [place for place, (before, after) in enumerate(call.versions) if before != after]
        written = written_by(call)
        if call.name == call.call:  # it reached no operator: what it gives was there before
            self._wrote(call, counted)
            return
        reads = _reads(call)
        odd = [(place, both) for place, both in _odd(call, 0) if place in reads]
        gave = _odd(call, 1)
        if gave and not odd and is_view(call, written):
            odd = [(0, _sum(gave))]
        if odd or gave:
            self.taints[call.number] = self._taint(call, odd, gave)
        for number in call.tensors[1]:
            self.makers[number] = call.number
        for number in call.storages[1]:
            self.writers.setdefault(number, call.number)
        self._wrote(call, written)

    def _taint(self, call: OpCall, odd: list[tuple[int, Odd]], gave: list[tuple[int, Odd]]) -> Taint:
        taint = Taint(given=_sum(odd), gave=_sum(gave), place=max(gave, key=lambda one: one[1])[0] if gave else 0)
        for place, both in odd:
            self._source(call, place, both, taint)
        roots = [root for parent in taint.parents if (root := self.taints[parent].root) is not None]
        root = min(roots, default=call.number if taint.makes or taint.came else None)
        return replace(taint, root=root)

    def _source(self, call: OpCall, place: int, both: Odd, taint: Taint) -> None:
        """Who made an input: the last call that gave that tensor, or wrote its memory."""
        made = self.makers.get(call.tensors[0][place], -1)
        wrote = self.writers.get(call.storages[0][place], -1)
        maker = max(made, wrote)
        if maker < 0:
            taint.came.append((place, both))
            return
        taint.parents.add(maker)
        known = self.taints.get(maker)
        if known is None or not any(known.gave):  # an operator that gives nothing back wrote it
            root = maker if known is None or known.root is None else known.root
            self.taints[maker] = replace(known or Taint(), gave=both, root=root)

    def _wrote(self, call: OpCall, written: Iterable[int]) -> None:
        for place in written:
            self.makers[call.tensors[0][place]] = call.number
            self.writers[call.storages[0][place]] = call.number

    def ancestors(self, numbers: Iterable[int]) -> set[int]:
        """These calls, and all that what they were given came from."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number in found or number not in self.taints:
                continue
            found.add(number)
            waiting += self.taints[number].parents
        return found


def written_by(call: OpCall) -> list[int]:
    """Places of the inputs that it wrote: of a view that is gone, torch's count tells nothing any more.

    >>> from tensorlab.dispatch.record import OpCall
    >>> written_by(OpCall(number=0, name="aten.copy_.default", tensors=((0, 1), (0,)), versions=((0, 0), (0, 0))))
    [0]
    """
    found = [place for place, (before, after) in enumerate(call.versions) if before != after]
    return found or ([0] if short(call.name).endswith("_") and call.tensors[0] else [])


def is_view(call: OpCall, written: Collection[int]) -> bool:
    """Whether all that it gives lies in the memory that it was given, and none of that was written."""
    return bool(call.storages[1]) and not written and set(call.storages[1]) <= set(call.storages[0])


def _reads(call: OpCall) -> range:
    """Places of the inputs whose values matter to what it gives."""
    first = 1 if short(call.name) in OVERWRITING or short(call.name) in UNWRITTEN else 0
    return range(first, len(call.tensors[0]))


def _odd(call: OpCall, side: int) -> list[tuple[int, Odd]]:
    odd = call.odd[side] if call.odd != ((), ()) else ()
    return [(place, both) for place, both in enumerate(odd) if both is not None and any(both)]


def is_odd(call: OpCall, side: int) -> list[int]:
    """Places of its inputs (side 0) or outputs (side 1) that are not finite."""
    return [place for place, _ in _odd(call, side)]


def _sum(odd: Sequence[tuple[int, Odd]]) -> Odd:
    """Of the one that has most; -1, where that was not counted, counts as one."""
    return max((both for _, both in odd), key=lambda both: (both[0] != 0, abs(both[0]), abs(both[1])), default=(0, 0))


def lineage(calls: Iterable[OpCall]) -> Lineage:
    """What the calls had to do with NaN and infinities, in one pass over them.

    >>> from tensorlab.dispatch.record import OpCall
    >>> log = OpCall(number=0, name="aten.log.default", tensors=((0,), (1,)), storages=((0,), (1,)), versions=((0, 0),),
    ...              odd=(((0, 0),), ((1, 0),)))
    >>> lineage([log]).taints[0].makes
    True
    """
    found = Lineage()
    for call in calls:
        found.follow(call)
    return found
