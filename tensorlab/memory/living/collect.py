"""Finds every live tensor of the process, describes it, and says what its device holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.internals import without_overrides
from tensorlab.memory.living.heap import tracked
from tensorlab.memory.living.record import DeviceTotal, LiveTensor
from tensorlab.memory.living.referrers import ranked, referrers
from tensorlab.memory.living.roots import find_roots
from tensorlab.memory.living.tally import held_storages
from tensorlab.memory.registry import describe
from tensorlab.memory.retention.tensors import gradient
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.living.record import Referrer

_REQUIRES_GRAD: Any = torch.Tensor.requires_grad
_IS_LEAF: Any = torch.Tensor.is_leaf


def live_tensors(device: str | None = None) -> tuple[list[torch.Tensor], list[LiveTensor]]:
    """Every tensor that the garbage collector tracks, and the gradients of those that are leaves.

    Found by their real type; neither ``__class__`` nor any method of a subclass is asked. The first list refers to the
    tensors and should not outlive its use.

    Args:
        device: Only those there; of all its devices where it has no number.

    >>> kept = torch.ones(3)
    >>> any(tensor is kept for tensor in live_tensors("cpu")[0])
    True
    """
    roots = find_roots()
    everything = tracked()
    tensors: list[Any] = [thing for thing in everything if issubclass(type(thing), torch.Tensor)]
    found = referrers(tensors, everything, roots)
    del everything
    _add_gradients(tensors, found)
    pairs = []
    for tensor, named in zip(tensors, found, strict=True):
        record = LiveTensor(memory=describe(tensor), referrers=named, graph=_has_graph(tensor))
        if device is None or _is_on(record, device):
            pairs.append((tensor, record))
    return [tensor for tensor, _ in pairs], [record for _, record in pairs]


def _has_graph(tensor: Any) -> bool:  # noqa: ANN401 - as torch tells it: a subclass is not asked
    with without_overrides():
        return bool(_REQUIRES_GRAD.__get__(tensor)) and not _IS_LEAF.__get__(tensor)


def _is_on(tensor: LiveTensor, device: str) -> bool:
    devices = {leaf.storage.device for _, leaf in leaves(tensor.memory) if leaf.storage is not None}
    return any(name == device or name.startswith(f"{device}:") for name in devices)


def _add_gradients(tensors: list[torch.Tensor], found: list[tuple[Referrer, ...]]) -> None:
    """C++ holds them, so that the garbage collector need not know them."""
    places = {id(tensor): n for n, tensor in enumerate(tensors)}
    for n, tensor in enumerate(list(tensors)):
        grad = gradient(tensor)
        if grad is None:
            continue
        named = tuple(replace(referrer, path=f"{referrer.path}.grad") for referrer in found[n])
        known = places.get(id(grad))
        if known is None:
            tensors.append(grad)
            found.append(named)
        else:
            found[known] = ranked((*found[known], *named))


def device_totals(tensors: Iterable[LiveTensor]) -> tuple[DeviceTotal, ...]:
    """What is held on each device; on CUDA beside what torch's allocator says, if the device is in use at all.

    >>> [total.device for total in device_totals([LiveTensor(memory=describe(torch.zeros(10)))])]
    ['cpu']
    """
    devices: defaultdict[str, list[LiveTensor]] = defaultdict(list)
    for tensor in tensors:
        for name in {leaf.storage.device for _, leaf in leaves(tensor.memory) if leaf.storage is not None}:
            devices[name].append(tensor)
    names = sorted({*devices, *_allocators()})
    return tuple(_total(name, devices[name]) for name in names)


def _uses_cuda() -> bool:
    return bool(torch.cuda.is_initialized())  # type: ignore[no-untyped-call]  # torch leaves it untyped


def _allocators() -> list[str]:
    """CUDA devices of which torch holds memory; CUDA is never initialised for that."""
    if not _uses_cuda():
        return []
    return [f"cuda:{n}" for n in range(torch.cuda.device_count()) if torch.cuda.memory_reserved(n)]


def _total(name: str, tensors: Sequence[LiveTensor]) -> DeviceTotal:
    on_cuda = name.startswith("cuda") and _uses_cuda()
    return DeviceTotal(
        device=name,
        tensors=len(tensors),
        nbytes=unique_bytes(storage for storage in held_storages(tensors) if storage.device == name),
        allocated=torch.cuda.memory_allocated(name) if on_cuda else None,
        reserved=torch.cuda.memory_reserved(name) if on_cuda else None,
    )
