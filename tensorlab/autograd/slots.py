"""What nodes save, in columns: no hook fires, no checkpoint runs again, nothing raises after a free or a write.

Nodes of one kind are read together, a step of the reading for all of them at once: the interpreter's own work on each
node would cost more than torch's.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import chain, compress
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.autograd.asides import packer, stashed
from tensorlab.autograd.forms import ODD, Forms
from tensorlab.autograd.internals import SAVED, is_gone, version
from tensorlab.autograd.numbers import are_numbers, is_number
from tensorlab.autograd.saved.record import SavedColumns
from tensorlab.memory.naming import FOREIGN
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.autograd.kinds import Kind
    from tensorlab.autograd.outputs import Outputs
    from tensorlab.autograd.storages import Storages
    from tensorlab.memory.record import MemoryMap

_HELD, _FREED, _PACKED, _UNKNOWN, _ASIDE, _NUMBER = range(6)
_NoneType = type(None)

_held = attrgetter("unpack_hook", "data")
_first, _second = itemgetter(0), itemgetter(1)
_maker = attrgetter("grad_fn")


class _Rows(NamedTuple):
    """Slots in columns, in any order."""

    nodes: Sequence[int]
    names: Sequence[int]
    states: Sequence[int]
    forms: Sequence[int]
    storages: Sequence[int]
    sources: Sequence[int]
    versions: Sequence[int]


class SlotReader:
    """Reads the slots of a graph's nodes.

    Args:
        storages: Where storages get their numbers.
        sources_of: Gives, of tensors and the nodes that made them, the numbers of these nodes, or of the leaves that
            they are; -1 for any other.
        outputs: Is told what shapes and dtypes the saved tensors have.
    """

    def __init__(
        self,
        storages: Storages,
        sources_of: Callable[[Sequence[torch.Tensor], Sequence[Any]], list[int]],
        outputs: Outputs,
    ) -> None:
        self._storages = storages
        self._outputs = outputs
        self._sources_of = sources_of
        self._words: dict[str, int] = {}
        self._forms = Forms(outputs)
        self._batch: list[_Rows] = []
        self._holding: set[int] = set()
        self._columns = {name: array("q") for name in _Rows._fields}
        self.packed: dict[int, str] = {}
        """What hooks made of what a node saved, in words."""

    def read(self, kind: Kind, numbers: Sequence[int], nodes: Sequence[Any]) -> None:
        """All slots of some nodes of one kind; ``flush`` brings those of several kinds in order."""
        if kind.is_function or kind.hides:
            for number, node in zip(numbers, nodes, strict=True):
                self._read_odd(number, node, kind)
            return
        for word, reader in kind.readers:
            found = _plain(reader, nodes)
            if found is not None:
                self._read_plain(word, numbers, nodes, found)
                continue
            for number, node in zip(numbers, nodes, strict=True):
                self._take(number, node, word, self._raw(number, node, word, reader))

    def _raw(self, number: int, node: object, word: str, reader: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as torch has it
        """What is in a slot; nothing where reading it raises, since it is freed."""
        try:
            return reader(node)
        except RuntimeError:
            self._add(number, word, _FREED)
            return None

    def flush(self) -> None:
        """Put what was read since the last time in the order of nodes, after all before."""
        columns: Sequence[Sequence[int]]
        if len(self._batch) == 1:
            columns = self._batch[0]
        else:
            whole = [list(chain.from_iterable(parts)) for parts in zip(*self._batch, strict=True)]
            order = sorted(range(len(whole[0])), key=whole[0].__getitem__) if whole else []
            columns = [[column[at] for at in order] for column in whole]
        for name, column in zip(_Rows._fields, columns, strict=False):
            self._columns[name].extend(array("q", column))
        self._batch.clear()
        self._holding.clear()

    def columns(self) -> SavedColumns:
        """What was read."""
        columns: dict[str, Any] = self._columns
        return SavedColumns(
            words=tuple(self._words), layouts=tuple(self._forms.layouts), **columns, **self._storages.columns()
        )

    def _read_plain(self, word: str, numbers: Sequence[int], nodes: Sequence[Any], found: list[Any]) -> None:
        """One slot of many nodes, none with a hook: those that hold a tensor together, the others one by one."""
        if _NoneType in set(map(type, found)):
            there = [data is not None for data in found]
            if not self._holding.issuperset(numbers):
                self._tell_gone(word, numbers, nodes, there)
            if not any(there):
                return
            numbers, found = list(compress(numbers, there)), list(compress(found, there))
        self._holding.update(numbers)
        facts = self._facts(found)
        if facts is not None:
            names, states = array("q", [self._word(word)]) * len(found), self._states(found, facts[0])
            self._batch.append(_Rows(numbers, names, states, *facts))
            return
        for number, tensor in zip(numbers, found, strict=True):
            self._add_tensor(number, word, tensor, _HELD)

    def _tell_gone(self, word: str, numbers: Sequence[int], nodes: Sequence[Any], there: Sequence[bool]) -> None:
        """That slots were freed, of those where nothing is: others never held anything."""
        for number, node, is_there in zip(numbers, nodes, there, strict=True):
            if not is_there and number not in self._holding and is_gone(node, word):
                self._add(number, word, _FREED)

    def _facts(self, tensors: Sequence[torch.Tensor]) -> tuple[Sequence[int], ...] | None:
        """Forms, storages, sources and versions of tensors; None where one is odd."""
        try:
            makers = list(map(_maker, tensors))
            forms = self._forms.places(tensors, makers)
            if ODD in forms:
                return None
            is_apart = self._forms.apart.issuperset(forms)
            sources = array("q", [-1]) * len(tensors) if is_apart else self._sources_of(tensors, makers)
            self._outputs.tell(sources, forms)
            return forms, self._storages.numbers(tensors), sources, list(map(version, tensors))
        except FOREIGN:
            return None

    def _states(self, tensors: Sequence[torch.Tensor], forms: Sequence[int]) -> Sequence[int]:
        """Of tensors that are there: numbers are told apart, as no pack hook is given one."""
        scalars = self._forms.scalars.intersection(forms) if self._forms.scalars else ()
        if not scalars:
            return array("q", [_HELD]) * len(forms)
        if len(scalars) == 1 and scalars.issuperset(forms):
            return [_NUMBER if number else _HELD for number in are_numbers(tensors)]
        pairs = zip(tensors, forms, strict=True)
        return [_NUMBER if form in scalars and is_number(tensor) else _HELD for tensor, form in pairs]

    def _take(self, number: int, node: object, word: str, raw: Any) -> None:  # noqa: ANN401 - what torch's getter gives
        """One slot: a saved tensor, or a list of them."""
        if isinstance(raw, (list, tuple)):
            found = [self._hold(number, f"{word}[{at}]", item) for at, item in enumerate(raw) if item is not None]
        else:
            found = [] if raw is None else [self._hold(number, word, raw)]
        if not any(found) and raw is not None and is_gone(node, word):
            self._add(number, word, _FREED)

    def _hold(self, number: int, word: str, raw: Any) -> bool:  # noqa: ANN401 - a saved tensor of torch's
        """Whether there is something in it."""
        hook, data = raw.unpack_hook, raw.data
        if hook is not None:
            self._add_packed(number, word, data)
        elif data is not None:
            self._add_tensor(number, word, data, _HELD)
        return hook is not None or data is not None

    def _read_odd(self, number: int, node: object, kind: Kind) -> None:
        for word, reader in kind.readers:
            try:
                raws = reader(node)
            except RuntimeError:  # of a Python Function, once backward has freed it
                self._add(number, f"saved_{word}", _FREED)
                continue
            for place, raw in enumerate(raws or ()):
                self._hold(number, f"saved_{word}[{place}]", raw)
        for name, tensor in stashed(node) if kind.is_function else ():
            self._add_tensor(number, name, tensor, _ASIDE)
        if kind.hides:
            self._add(number, "", _UNKNOWN)

    def _add_packed(self, number: int, word: str, data: Any) -> None:  # noqa: ANN401 - whatever a hook made
        self.packed[number] = packer(data)
        moved = isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], torch.device)
        inside = data[1] if moved else data
        if isinstance(inside, torch.Tensor):
            self._add_tensor(number, word, inside, _PACKED)
        else:
            self._add(number, word, _PACKED)

    def _add_tensor(self, number: int, word: str, tensor: torch.Tensor, state: int) -> None:
        """One tensor; an odd one is described for itself."""
        facts = self._facts([tensor])
        if facts is not None:
            told = self._states([tensor], facts[0])[0] if state == _HELD else state
            self._add(number, word, told, *(column[0] for column in facts))
            return
        memory = describe(tensor)
        storage = -1 if memory.storage is None else asked(self._storages.number, tensor)
        self._forms.layouts.append(_without_places(memory))
        state = _NUMBER if state == _HELD and asked(is_number, tensor) is True else state
        source = asked(lambda made: self._sources_of([made], [made.grad_fn])[0], tensor)
        self._add(number, word, state, len(self._forms.layouts) - 1, storage, source, asked(version, tensor))

    def _add(self, number: int, word: str, state: int, *rest: int) -> None:
        cells = (number, self._word(word), state, *(rest or (-1, -1, -1, -1)))
        self._batch.append(_Rows(*([cell] for cell in cells)))

    def _word(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))


def _plain(reader: Callable[[Any], Any], nodes: Sequence[Any]) -> list[Any] | None:
    """What a slot of nodes holds, None in it where that is nothing; None for a slot of another sort, or with hooks.

    Each saved tensor is let go before the next is read, so that all lie in the same place, which a cache knows.
    """
    try:
        if type(reader(nodes[0])) is not SAVED:
            return None
        held = list(map(_held, map(reader, nodes)))
    except (AttributeError, RuntimeError):  # what backward has freed
        return None
    return None if any(map(_first, held)) else list(map(_second, held))


def asked(function: Callable[[torch.Tensor], int], tensor: torch.Tensor) -> int:
    """What the function says of a tensor; -1 where an odd one raises instead."""
    try:
        return function(tensor)
    except FOREIGN:
        return -1


def _without_places(memory: MemoryMap) -> MemoryMap:
    """The same without addresses, which differ from run to run; a component's key tells its storage from others."""
    return replace(memory, storage=None, parts=tuple((name, _keyed(part)) for name, part in memory.parts))


def _keyed(memory: MemoryMap) -> MemoryMap:
    storage = memory.storage
    if storage is not None and storage.address is not None:
        storage = replace(storage, address=None, key=-storage.address)
    return replace(memory, storage=storage, parts=tuple((name, _keyed(part)) for name, part in memory.parts))
