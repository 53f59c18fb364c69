"""Storages that a graph's tensors lie in, numbered as they are met."""

from __future__ import annotations

from array import array
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.internals import addresses, storage_keys
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
        self._tensors: list[torch.Tensor] = []
        """One in each storage: a storage that was freed would give its key to another."""
        self._places = array("q")
        self._extents = array("q")
        self._addresses = array("q")

    @property
    def held(self) -> list[torch.UntypedStorage]:
        """By their numbers."""
        return list(map(_storage, self._tensors))

    def number(self, tensor: torch.Tensor) -> int:
        """Of one tensor's storage; an odd tensor raises what it likes."""
        return self.numbers([tensor])[0]

    def numbers(self, tensors: Sequence[torch.Tensor]) -> Sequence[int]:
        """Of each tensor's storage; where one is odd it raises what it likes, and none is remembered."""
        keys = storage_keys(tensors)
        before = len(self._known)
        numbers = range(before, before + len(keys))
        each = dict(zip(keys, numbers, strict=True))
        if len(each) == len(keys) and self._known.keys().isdisjoint(each.keys()):  # each result has one of its own
            self._add(tensors)
            self._known |= each
            return numbers
        fresh = {key: at for at, key in enumerate(keys) if key not in self._known}
        self._add([tensors[at] for at in fresh.values()])
        self._known.update(zip(fresh, range(before, before + len(fresh)), strict=True))
        return list(map(self._known.__getitem__, keys))

    def _add(self, tensors: Sequence[torch.Tensor]) -> None:
        if not tensors:
            return
        extents = array("q", list(map(_extent, map(_storage, tensors))))
        found = addresses(tensors)
        if min(found) == 0 or max(found) > _LARGEST:
            found = [address if 0 < address <= _LARGEST else -1 for address in found]
        near = all(map(_is_near, tensors))
        places = [self._place(_storage(tensor).device) for tensor in tensors[: 1 if near else None]]
        self._places.extend(array("q", places) * (len(tensors) if near else 1))
        self._addresses.fromlist(found)
        self._extents.extend(extents)
        self._tensors += tensors

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
