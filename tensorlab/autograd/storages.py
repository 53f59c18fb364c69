"""Storages that a graph's tensors lie in, numbered as they are met."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from tensorlab.autograd.internals import storage_key
from tensorlab.autograd.saved.recorded import owners_seen
from tensorlab.memory.internals import is_copy_on_write, shared_address
from tensorlab.memory.tensor_facts import device_name

if TYPE_CHECKING:
    import torch

_LARGEST = 2**63 - 1


class Storages:
    """Numbers for storages, which live as long as somebody looks at them here.

    >>> import torch
    >>> storages, base = Storages(), torch.ones(3)
    >>> storages.number(base), storages.number(torch.ones(2)), storages.number(base[1:]), list(storages.extents)
    (0, 1, 0, [12, 8])
    """

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._devices: dict[str, int] = {}
        self._held: list[torch.UntypedStorage] = []
        self.places = array("q")
        self.extents = array("q")
        self.addresses = array("q")

    def number(self, tensor: torch.Tensor) -> int:
        """Of the tensor's storage; an odd tensor raises what it likes."""
        storage = tensor.untyped_storage()
        found = self._numbers.get(storage_key(storage))
        return self._added(tensor, storage) if found is None else found

    def _added(self, tensor: torch.Tensor, storage: torch.UntypedStorage) -> int:
        address = shared_address(tensor) if is_copy_on_write(tensor) else storage.data_ptr()
        extent = storage.nbytes()
        device = device_name(storage.device)
        number = len(self._held)
        self.extents.append(extent if type(extent) is int else -1)
        self.addresses.append(address if 0 < address <= _LARGEST else -1)
        self.places.append(self._devices.setdefault(device, len(self._devices)))
        self._held.append(storage)
        self._numbers[storage_key(storage)] = number
        return number

    def columns(self) -> dict[str, Any]:
        """As a graph holds them."""
        return {
            "devices": tuple(self._devices),
            "places": self.places,
            "extents": self.extents,
            "addresses": self.addresses,
            "owners": owners_seen(self._held),
        }
