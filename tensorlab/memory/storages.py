"""Storages of torch themselves, untyped and typed: all of their bytes, as one axis."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.internals import without_overrides
from tensorlab.memory.naming import type_name
from tensorlab.memory.tensor import describe as described

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

_UNTYPED: Any = torch.TypedStorage.untyped


def claims(thing: object) -> bool:
    """Whether this adapter describes the object, by its type.

    >>> claims(torch.zeros(3).untyped_storage()), claims(torch.zeros(3))
    (True, False)
    """
    return issubclass(type(thing), (torch.UntypedStorage, torch.TypedStorage))


def describe(storage: Any) -> MemoryMap:  # noqa: ANN401 - either kind of storage
    """The memory of a storage: as a tensor that covers it would have it, one element after another.

    >>> map = describe(torch.zeros(10**6).untyped_storage())
    >>> map.type, map.shape, map.storage.nbytes
    ('torch.storage.UntypedStorage', (4000000,), 4000000)
    """
    with without_overrides(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # typed storages are deprecated, and say so whenever they are asked
        kind = torch.uint8
        inner = storage
        if issubclass(type(storage), torch.TypedStorage):
            kind, inner = storage.dtype, _UNTYPED(storage)
        try:
            cover = torch.empty(0, dtype=kind, device=inner.device).set_(inner)
        except RuntimeError:  # no plain tensor has elements of that kind
            cover = torch.empty(0, dtype=torch.uint8, device=inner.device).set_(inner)
    return replace(described(cover), type=type_name(storage))
