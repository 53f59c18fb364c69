"""When NumPy refuses a copy, or makes something else of it: casting, masks."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.memory.writes.buffer_rules import FREE, unreadable
from tensorlab.memory.writes.record import Refusal

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

_DTYPE: Any = np.ndarray.__dict__["dtype"].__get__
"""Past what a subclass makes of it."""
_FUNCTION: Any = np.ndarray.__array_function__


def array_copy_refusal(things: tuple[Any, Any], memories: tuple[MemoryMap, MemoryMap]) -> Refusal:
    """Whether ``np.copyto(dst, src)`` is refused; both arguments hold dst and src.

    >>> from tensorlab.memory.registry import describe
    >>> dst, src = np.zeros(3, "i4"), np.zeros(3)
    >>> array_copy_refusal((dst, src), (describe(dst), describe(src))).reason
    "float64 is not cast to int32 under 'same_kind'"
    """
    return unreadable(*memories) or _cast(things, memories[1])


def leaves_masked(thing: object) -> str:
    """A sentence of a masked array whose mask is hard: ``dst[...] = src`` leaves masked elements as they are.

    >>> leaves_masked(np.ma.array([1, 2], mask=[True, False], hard_mask=True))
    'the mask of dst is hard: np.copyto writes masked elements, dst[...] = src leaves them as they are'
    """
    if not isinstance(thing, np.ma.MaskedArray) or not vars(thing).get("_hardmask", False):
        return ""
    return "the mask of dst is hard: np.copyto writes masked elements, dst[...] = src leaves them as they are"


def _cast(things: tuple[Any, Any], read: MemoryMap) -> Refusal:
    dst, src = things
    if any(isinstance(x, np.ndarray) and getattr(type(x), "__array_function__", None) is not _FUNCTION for x in things):
        return Refusal(raises=None, reason="a subclass of an array has rules of its own")
    target, kind = _DTYPE(dst), _kind(src, read)
    if kind is None:
        return Refusal(raises=None, reason=f"how NumPy reads a {read.type} is not known")
    if not np.can_cast(kind, target, "same_kind"):
        return Refusal(raises=True, reason=f"{kind} is not cast to {target} under 'same_kind'", cure="src.astype(...)")
    if "T" in {kind.char, target.char} and kind != target:
        return Refusal(raises=None, reason="which strings of variable width are cast depends on their values")
    return FREE


def _kind(src: object, read: MemoryMap) -> np.dtype[Any] | None:
    """What NumPy reads it as; None where that is not known."""
    if isinstance(src, np.ndarray):
        found: np.dtype[Any] = _DTYPE(src)
        return found
    known = read.library == "torch" and read.layout is not None and read.storage is not None
    known = known and read.storage is not None and read.storage.device == "cpu"
    if not known and not isinstance(src, (bytearray, memoryview, array)):
        return None
    if read.dtype is None or read.dtype.swapped or read.dtype.fields:
        return None
    try:
        return np.dtype(read.dtype.name)
    except TypeError:
        return None
