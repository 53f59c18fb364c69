"""Storages that a graph's tensors lie in, numbered as they are met."""

from __future__ import annotations

from array import array
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.internals import addresses, storage_key
from tensorlab.autograd.saved.recorded import owners_seen
from tensorlab.memory.tensor_facts import device_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LARGEST = 2**63 - 1
_storage: Callable[[torch.Tensor], torch.UntypedStorage] = torch.Tensor.untyped_storage
_extent: Callable[[torch.UntypedStorage], Any] = torch.UntypedStorage.nbytes
_is_near: Callable[[torch.Tensor], bool] = attrgetter("is_cpu")


class Storages:
    """Numbers for storages, which live as long as somebody looks at them here.

    >>> storages, base = Storages(), torch.ones(3)
    >>> storages.numbers([base, base[1:]]), list(storages.columns()["extents"])
    ([0, 0], [12])
    """

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        self._devices: dict[str, int] = {}
        self.held: list[torch.UntypedStorage] = []
        """By their numbers."""
        self._places = array("q")
        self._extents = array("q")
        self._addresses = array("q")

    def number(self, tensor: torch.Tensor) -> int:
        """Of one tensor's storage; an odd tensor raises what it likes."""
        return self.numbers([tensor])[0]

    def numbers(self, tensors: Sequence[torch.Tensor]) -> list[int]:
        """Of each tensor's storage; where one is odd it raises what it likes, and none is remembered."""
        storages = list(map(_storage, tensors))
        keys = list(map(storage_key, storages))
        before = len(self._known)
        if self._known.keys().isdisjoint(keys) and len(set(keys)) == len(keys):  # each result has one of its own
            self._add(storages, tensors)
            numbers = range(before, before + len(keys))
            self._known.update(zip(keys, numbers, strict=True))
            return list(numbers)
        fresh = {key: at for at, key in enumerate(keys) if key not in self._known}
        self._add([storages[at] for at in fresh.values()], [tensors[at] for at in fresh.values()])
        self._known.update(zip(fresh, range(before, before + len(fresh)), strict=True))
        return list(map(self._known.__getitem__, keys))

    def _add(self, storages: Sequence[torch.UntypedStorage], tensors: Sequence[torch.Tensor]) -> None:
        if not storages:
            return
        found = addresses(tensors)
        if min(found) == 0 or max(found) > _LARGEST:
            found = [address if 0 < address <= _LARGEST else -1 for address in found]
        extents = array("q", list(map(_extent, storages)))
        near = all(map(_is_near, tensors))
        self._places.fromlist([self._place(storage.device) for storage in storages[: 1 if near else None]])
        if near:
            self._places.extend(self._places[-1:] * (len(storages) - 1))
        self._addresses.fromlist(found)
        self._extents.extend(extents)
        self.held += storages

    def _place(self, device: torch.device) -> int:
        return self._devices.setdefault(device_name(device), len(self._devices))

    def columns(self) -> dict[str, Any]:
        """As a graph holds them."""
        return {
            "devices": tuple(self._devices),
            "places": self._places,
            "extents": self._extents,
            "addresses": self._addresses,
            "owners": owners_seen(self.held),
        }
