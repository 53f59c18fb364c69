"""Where a plain NumPy array lies, read in about a microsecond."""

from __future__ import annotations

from mmap import mmap
from typing import Any

import numpy as np

from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.owners import last_owner, owned_bytes
from tensorlab.memory.sharing.buffer_patch import OWNERS
from tensorlab.memory.sharing.patch import Patch

KINDS = frozenset({np.ndarray, np.memmap})
"""Exact types: a subclass may put its own answers before these."""
_EXPORTERS = OWNERS | {mmap}
"""Types that end the chain of bases, and export all their bytes."""
_DEEPEST = 64
"""Bases that are followed: a holder may name itself."""


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
    try:
        start = _start(_root(base), first)
    except Exception:  # noqa: BLE001 - a base may be any object, and its code raises what it likes
        start = first
    return Patch(shape, strides, first - start, size, "cpu", start, None, array)


def may_be_mapped(array: np.ndarray[Any, Any]) -> bool:
    """Whether the bytes may belong to a file or a shared segment.

    >>> may_be_mapped(np.frombuffer(b"bytes", "u1"))
    False
    """
    try:
        owner = last_owner(array)
        return type(owner) not in OWNERS and not isinstance(owner, (bytes, bytearray)) and not _owns_itself(owner)
    except Exception:  # noqa: BLE001 - as above
        return True


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _root(thing: Any) -> Any:  # noqa: ANN401 - whatever exports a buffer
    """The last of the bases; those of the common types are followed at once."""
    for _ in range(_DEEPEST):
        kind = type(thing)
        if kind not in KINDS and kind is not memoryview:
            return thing if kind in _EXPORTERS else last_owner(thing)
        below = thing.obj if kind is memoryview else thing.base
        if below is None:
            break
        thing = below
    return thing


def _start(root: Any, first: int) -> int:  # noqa: ANN401 - as above
    """The address of its first byte; ``first`` where it does not tell."""
    if type(root) in _EXPORTERS:
        return buffer_address(root) or first
    found = owned_bytes(root)
    return first if found is None else found.start


def _owns_itself(owner: Any) -> bool:  # noqa: ANN401 - whatever exports a buffer
    """Whether it is an array or a tensor whose memory came from an allocator."""
    if isinstance(owner, np.ndarray):
        return owner.flags.owndata
    if not hasattr(type(owner), "untyped_storage"):
        return False
    storage = owner.untyped_storage()
    return bool(storage.resizable() and not storage.is_shared())
