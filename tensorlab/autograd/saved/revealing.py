"""Slots of nodes that hide what they save, where a recording saw the call that made them."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from tensorlab.autograd.saved.record import Owner, State
from tensorlab.dispatch.hiding import by_node, hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.autograd.saved.record import SavedColumns
    from tensorlab.dispatch.hiding import Hidden
    from tensorlab.dispatch.tracer import Tracer

_STATES: tuple[State, ...] = get_args(State)
_HELD, _FREED, _UNKNOWN = map(_STATES.index, ("held", "freed", "unknown"))
_OWNERS: tuple[Owner, ...] = get_args(Owner)
_ACTIVATION = _OWNERS.index("activation")
_NODE = 6
"""Its place in an event."""
_BY_SLOT = ("nodes", "names", "states", "forms", "storages", "sources", "versions", "then")
_BY_STORAGE = ("places", "extents", "addresses", "owners")


def revealed(columns: SavedColumns, tracers: Sequence[Tracer], sequences: Sequence[int]) -> SavedColumns:
    """The columns with slots "hidden[0]", "hidden[1]" of such nodes, in the place of one that is unknown."""
    if _UNKNOWN not in columns.states:
        return columns
    book = _Book(columns)
    memories = [_Memory(tracer) for tracer in tracers]
    for place, state in enumerate(columns.states):
        found = _found(memories, sequences[columns.nodes[place]]) if state == _UNKNOWN else None
        if found is None:
            book.copy(place)
            continue
        tracer, tensors, freed = found
        for number, tensor in enumerate(tensors):
            book.add(columns.nodes[place], f"hidden[{number}]", None if freed else tensor, tracer)
    return book.columns()


class _Memory:
    """What a tracer remembers of hiding nodes, by their sequence numbers."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.calls = by_node(tracer)
        self._freed: set[int] | None = None

    def is_freed(self, sequence: int) -> bool:
        """Whether a backward that keeps nothing ran through the node."""
        if self._freed is None:
            frees = [run for run in self.tracer.backwards if not (run.retain or (run.retain is None and run.create))]
            ran = (event[_NODE] for run in frees for event in self.tracer.events[run.at : run.until])
            self._freed = {node[1] for node in ran if node is not None}
        return sequence in self._freed


def _found(memories: Sequence[_Memory], sequence: int) -> tuple[Tracer, tuple[Hidden, ...], bool] | None:
    for memory in memories:
        tensors = hidden(memory.tracer, sequence, memory.calls) if sequence >= 0 else None
        if tensors is not None:
            return memory.tracer, tensors, memory.is_freed(sequence)
    return None


class _Book:
    """Columns that grow."""

    def __init__(self, columns: SavedColumns) -> None:
        self._old = columns
        self._slots: list[list[int]] = [[] for _ in _BY_SLOT]
        self._storages = [list(getattr(columns, name)) for name in _BY_STORAGE]
        self._words = {word: place for place, word in enumerate(columns.words)}
        self._layouts = list(columns.layouts)
        self._devices = list(columns.devices)
        self._known = {address: n for n, address in enumerate(columns.addresses) if address > 0}

    def copy(self, place: int) -> None:
        """A slot as it was."""
        for column, name in zip(self._slots, _BY_SLOT, strict=True):
            cells = getattr(self._old, name)
            column.append(cells[place] if cells else -1)

    def add(self, node: int, slot: str, tensor: Hidden | None, tracer: Tracer) -> None:
        """A slot of a node that hides it; None for one that backward has freed."""
        row = [node, self._words.setdefault(slot, len(self._words)), _FREED, -1, -1, -1, -1, -1]
        if tensor is not None:
            self._layouts.append(replace(tensor.memory, storage=None))
            row[2:6] = [_HELD, len(self._layouts) - 1, self._storage(tensor, tracer), node if tensor.made else -1]
        for column, cell in zip(self._slots, row, strict=True):
            column.append(cell)

    def _storage(self, tensor: Hidden, tracer: Tracer) -> int:
        """The number of its storage in the graph; a new one where no slot that shows lies there."""
        made = tensor.memory.storage
        seen = None if tensor.storage is None else tracer.identities.storage(tensor.storage)
        address = -1 if seen is None or seen.address is None else seen.address
        if address in self._known:
            return self._known[address]
        device = "cpu" if seen is None else seen.device
        if device not in self._devices:
            self._devices.append(device)
        extent = seen.nbytes if seen is not None else None if made is None else made.nbytes
        row = (
            self._devices.index(device),
            -1 if extent is None else extent,
            address,
            _ACTIVATION if tensor.made else -1,
        )
        for column, cell in zip(self._storages, row, strict=True):
            column.append(cell)
        number = len(self._storages[0]) - 1
        if address > 0:
            self._known[address] = number
        return number

    def columns(self) -> SavedColumns:
        """All of it."""
        slots = {name: array("q", column) for name, column in zip(_BY_SLOT, self._slots, strict=True)}
        storages = {name: array("q", column) for name, column in zip(_BY_STORAGE, self._storages, strict=True)}
        columns: dict[str, Any] = {**slots, **storages}
        words, layouts, devices = tuple(self._words), tuple(self._layouts), tuple(self._devices)
        return replace(self._old, words=words, layouts=layouts, devices=devices, **columns)
