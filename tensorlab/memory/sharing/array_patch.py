"""Where a plain NumPy array lies, read in about a microsecond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.memory.owners import last_owner, owned_bytes
from tensorlab.memory.sharing.patch import Patch

if TYPE_CHECKING:
    from tensorlab.memory.owners import Bytes

KINDS = frozenset({np.ndarray, np.memmap})
"""Exact types: a subclass may put its own answers before these."""
_OWN_MEMORY = (bytes, bytearray)
"""Owners whose bytes are never mapped at a second address."""


def patch(array: np.ndarray[Any, Any]) -> Patch | None:
    """None where it does not tell.

    >>> patch(np.zeros((2, 3))[1:])[:4]
    ((1, 3), (24, 8), 24, 8)
    """
    first, base = _address(array), array.base
    shape, strides, size = array.shape, array.strides, array.itemsize
    if base is None:
        return Patch(shape, strides, 0, size, "cpu", first)
    if type(base) is np.ndarray and base.base is None:
        start = _address(base)
        return Patch(shape, strides, first - start, size, "cpu", start)
    found = _owner(array)
    start = first if found is None else found.start
    return Patch(shape, strides, first - start, size, "cpu", start, None, array)


def may_be_mapped(array: np.ndarray[Any, Any]) -> bool:
    """Whether the bytes may belong to a file or a shared segment.

    >>> may_be_mapped(np.frombuffer(b"bytes", "u1"))
    False
    """
    try:
        owner = last_owner(array)
        return not isinstance(owner, _OWN_MEMORY) and not _owns_itself(owner)
    except Exception:  # noqa: BLE001 - a base may be any object, and its code raises what it likes
        return True


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _owner(array: np.ndarray[Any, Any]) -> Bytes | None:
    try:
        return owned_bytes(last_owner(array))
    except Exception:  # noqa: BLE001 - as above
        return None


def _owns_itself(owner: Any) -> bool:  # noqa: ANN401 - whatever exports a buffer
    """Whether it is an array or a tensor whose memory came from an allocator."""
    if isinstance(owner, np.ndarray):
        return owner.flags.owndata
    if not hasattr(type(owner), "untyped_storage"):
        return False
    storage = owner.untyped_storage()
    return bool(storage.resizable() and not storage.is_shared())
