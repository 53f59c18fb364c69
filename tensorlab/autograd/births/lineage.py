"""Which call made what is not finite, and which later calls took it: over records of calls, without torch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tensorlab.autograd.births.record import NanBirth

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.autograd.births.record import Source
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
    """Number of a storage -> the last call that wrote it."""

    def follow(self, call: OpCall) -> None:
        """The next call."""
        reads = _reads(call)
        odd = [(place, both) for place, both in _odd(call, 0) if place in reads]
        gave = _odd(call, 1)
        if odd or gave:
            taint = Taint(given=_sum(odd), gave=_sum(gave), place=max(gave, key=lambda one: one[1])[0] if gave else 0)
            for place, both in odd:
                self._source(call, place, both, taint)
            self.taints[call.number] = taint
        self._made(call)

    def _source(self, call: OpCall, place: int, both: Odd, taint: Taint) -> None:
        """Who made an input: the last call that gave that tensor, or wrote its memory."""
        made = self.makers.get(call.tensors[0][place], -1)
        wrote = self.writers.get(call.storages[0][place], -1)
        maker = max(made, wrote)
        if maker < 0:
            taint.came.append((place, both))
            return
        taint.parents.add(maker)
        known = self.taints.setdefault(maker, Taint())
        if not any(known.gave):  # an operator that gives nothing back wrote it
            self.taints[maker] = replace(known, gave=both)

    def _made(self, call: OpCall) -> None:
        for number in call.tensors[1]:
            self.makers[number] = call.number
        for place, (before, after) in enumerate(call.versions):
            if before != after:
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


def _reads(call: OpCall) -> range:
    """Places of the inputs whose values matter to what it gives."""
    first = 1 if short(call.name) in OVERWRITING or short(call.name) in UNWRITTEN else 0
    return range(first, len(call.tensors[0]))


def _odd(call: OpCall, side: int) -> list[tuple[int, Odd]]:
    odd = call.odd[side] if call.odd != ((), ()) else ()
    return [(place, both) for place, both in enumerate(odd) if both is not None and any(both)]


def _sum(odd: Sequence[tuple[int, Odd]]) -> Odd:
    """Of the one that has most; -1, where that was not counted, counts as one."""
    return max((both for _, both in odd), key=lambda both: (both[0] != 0, abs(both[0]), abs(both[1])), default=(0, 0))


def lineage(calls: Iterable[OpCall]) -> Lineage:
    """What the calls had to do with NaN and infinities.

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


def birth(call: OpCall, taint: Taint, of: str = "") -> NanBirth:
    """A call that made one, as a record."""
    name = short(call.name)
    source: Source = "uninitialised" if name in UNWRITTEN else "infinite" if of else "op"
    maps = call.outputs or call.inputs
    layout = maps[min(taint.place, len(maps) - 1)].layout if maps else None
    numel = 0
    if layout is not None:
        numel = 1
        for length in layout.shape:
            numel *= length
    return NanBirth(
        op=_user_words(call, name),
        source=source,
        line=call.line,
        module=call.module,
        call=call.number,
        nans=taint.gave[0],
        infinities=taint.gave[1],
        numel=numel,
        of=of,
    )


def _user_words(call: OpCall, name: str) -> str:
    """As the user called it, where that is one operator's name; else the operator, within what was called."""
    called = call.call.rpartition(".")[2]
    plain = called.strip("_")
    if not called or name.rstrip("_") in {plain, called} or name.startswith((plain, called)):
        return name
    return f"{name} (in {called})"
