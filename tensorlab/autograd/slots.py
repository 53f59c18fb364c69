"""What nodes save, in columns: no hook fires, no checkpoint runs again, nothing raises after a free or a write."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.asides import packer, stashed
from tensorlab.autograd.internals import is_gone, version
from tensorlab.autograd.saved.record import SavedColumns
from tensorlab.memory.naming import FOREIGN
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.autograd.kinds import Kind
    from tensorlab.autograd.storages import Storages
    from tensorlab.memory.record import MemoryMap

_HELD, _FREED, _PACKED, _UNKNOWN = range(4)
_PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
_OF_STORAGES = frozenset({"shared", "pinned", "copy-on-write"})
"""Traits that tell of the storage, which slots of one form need not share."""
_ODD = -1
"""In the place of a form: tensors of this form are described one by one."""
_COLUMNS = ("nodes", "names", "states", "forms", "storages", "sources", "versions")


class SlotReader:
    """Reads slots of one node after the other.

    Args:
        storages: Where storages get their numbers.
        source_of: Gives the number of the node that made a tensor, or of the leaf that it is; -1 for any other.
    """

    def __init__(self, storages: Storages, source_of: Callable[[torch.Tensor], int]) -> None:
        self._storages = storages
        self._source_of = source_of
        self._words: dict[str, int] = {}
        self._forms: dict[Any, int] = {}
        self._layouts: list[MemoryMap] = []
        self._cells: list[int] = []
        self._node = 0
        self.packed: dict[int, str] = {}
        """What hooks made of what a node saved, in words."""

    def read(self, node: object, number: int, kind: Kind) -> None:
        """All slots of a node; numbers come in ascending order."""
        self._node = number
        if kind.is_plain:
            for word, reader in kind.readers:
                self._take(node, word, reader(node))
        else:
            self._read_odd(node, kind)

    def columns(self) -> SavedColumns:
        """What was read."""
        cells, width = self._cells, len(_COLUMNS)
        columns: dict[str, Any] = {name: array("q", cells[place::width]) for place, name in enumerate(_COLUMNS)}
        return SavedColumns(
            words=tuple(self._words), layouts=tuple(self._layouts), **columns, **self._storages.columns()
        )

    def _take(self, node: object, word: str, raw: Any) -> None:  # noqa: ANN401 - what torch's getter gives
        """One slot: a saved tensor, or a list of them."""
        if isinstance(raw, (list, tuple)):
            self._take_list(node, word, raw)
        elif raw is not None and not self._hold(word, raw) and is_gone(node, word):
            self._add(word, _FREED)

    def _take_list(self, node: object, word: str, raws: Sequence[Any]) -> None:
        found = [self._hold(f"{word}[{place}]", raw) for place, raw in enumerate(raws) if raw is not None]
        if not any(found) and is_gone(node, word):
            self._add(word, _FREED)

    def _hold(self, word: str, raw: Any) -> bool:  # noqa: ANN401 - a saved tensor of torch's
        """Whether there is something in it."""
        hook, data = raw.unpack_hook, raw.data
        if hook is not None:
            self._add_packed(word, data)
        elif data is not None:
            self._add_tensor(word, data, _HELD)
        return hook is not None or data is not None

    def _read_odd(self, node: object, kind: Kind) -> None:
        for word, reader in kind.readers:
            try:
                raws = reader(node)
            except RuntimeError:  # of a Python Function, once backward has freed it
                self._add(f"saved_{word}" if kind.is_function else word, _FREED)
                continue
            for place, raw in enumerate(raws or ()):
                self._hold(f"saved_{word}[{place}]", raw)
        for name, tensor in stashed(node) if kind.is_function else ():
            self._add_tensor(name, tensor, _HELD)
        if kind.hides:
            self._add("", _UNKNOWN)

    def _add_packed(self, word: str, data: Any) -> None:  # noqa: ANN401 - whatever a hook made
        self.packed[self._node] = packer(data)
        moved = isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], torch.device)
        inside = data[1] if moved else data
        if isinstance(inside, torch.Tensor):
            self._add_tensor(word, inside, _PACKED)
        else:
            self._add(word, _PACKED)

    def _add(self, word: str, state: int) -> None:
        self._cells += (self._node, self._word(word), state, -1, -1, -1, -1)

    def _word(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def _add_tensor(self, word: str, tensor: torch.Tensor, state: int) -> None:
        """A tensor by the form that it shares with others; an odd one is described for itself."""
        try:
            needs = tensor.requires_grad
            leaf = needs and tensor.is_leaf
            place = (tensor.shape, tensor.stride(), tensor.storage_offset())
            key = (place, tensor.dtype, type(tensor), needs, leaf, tensor.is_neg())
            form = self._forms.get(key)
            if form is None:
                form = self._form(key, tensor)
            if form < 0:
                self._add_odd(word, tensor, state)
                return
            source = self._source_of(tensor) if needs else -1
            row = (self._node, self._word(word), state, form, self._storages.number(tensor), source, version(tensor))
        except FOREIGN:
            self._add_odd(word, tensor, state)
            return
        self._cells += row

    def _form(self, key: Any, tensor: torch.Tensor) -> int:  # noqa: ANN401 - what tells forms apart
        """The place of a new form; -1, remembered too, for one of which each tensor is described."""
        memory = describe(tensor)
        form = _ODD
        if type(tensor) in _PLAIN and memory.storage and memory.layout and not memory.parts and not memory.doubts:
            form = len(self._layouts)
            self._layouts.append(replace(memory, storage=None, traits=memory.traits - _OF_STORAGES))
        self._forms[key] = form
        return form

    def _add_odd(self, word: str, tensor: torch.Tensor, state: int) -> None:
        memory = describe(tensor)
        storage = -1 if memory.storage is None else asked(self._storages.number, tensor)
        self._layouts.append(_without_places(memory))
        source, written = asked(self._source_of, tensor), asked(version, tensor)
        self._cells += (self._node, self._word(word), state, len(self._layouts) - 1, storage, source, written)


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
