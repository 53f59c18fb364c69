"""Storages that a graph's tensors lie in, numbered as they are met."""

from __future__ import annotations

from array import array
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.internals import are_lazy, storage_key
from tensorlab.autograd.saved.recorded import owners_seen
from tensorlab.memory.internals import is_copy_on_write, shared_address
from tensorlab.memory.tensor_facts import device_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LARGEST = 2**63 - 1
_storage: Callable[[torch.Tensor], torch.UntypedStorage] = torch.Tensor.untyped_storage
_address: Callable[[torch.UntypedStorage], int] = torch.UntypedStorage.data_ptr
_extent: Callable[[torch.UntypedStorage], Any] = torch.UntypedStorage.nbytes
_device: Callable[[torch.UntypedStorage], torch.device] = attrgetter("device")


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
        if len(set(keys)) == len(keys) and self._known.keys().isdisjoint(keys):  # each result has one of its own
            self._add(storages, tensors)
            numbers = list(range(len(self._known), len(self._places)))
            self._known.update(zip(keys, numbers, strict=True))
            return numbers
        fresh = {key: at for at, key in enumerate(keys) if key not in self._known}
        self._add([storages[at] for at in fresh.values()], [tensors[at] for at in fresh.values()])
        self._known.update(zip(fresh, range(len(self._known), len(self._places)), strict=True))
        return list(map(self._known.__getitem__, keys))

    def _add(self, storages: Sequence[torch.UntypedStorage], tensors: Sequence[torch.Tensor]) -> None:
        if not storages:
            return
        if are_lazy(tensors):
            addresses = [_lazy_address(*pair) for pair in zip(storages, tensors, strict=True)]
        else:
            addresses = list(map(_address, storages))
        if min(addresses) == 0 or max(addresses) > _LARGEST:
            addresses = [address if 0 < address <= _LARGEST else -1 for address in addresses]
        extents = array("q", [*map(_extent, storages)])
        devices = list(map(_device, storages))
        places = {device: self._place(device) for device in set(devices)}
        alone = [*places.values()] * len(devices)
        self._addresses.extend(array("q", addresses))
        self._extents.extend(extents)
        self.held += storages
        self._places.fromlist(alone if len(places) == 1 else [places[device] for device in devices])

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


def _lazy_address(storage: torch.UntypedStorage, tensor: torch.Tensor) -> int:
    """Of a copy-on-write storage too: to ask it itself would make the copy."""
    return shared_address(tensor) if is_copy_on_write(tensor) else storage.data_ptr()
