"""When a buffer refuses a write: what is read-only, and what has another shape or format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.memory.writes.record import Refusal

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

FREE = Refusal(raises=False)
_READ_ONLY = Refusal(raises=True, reason="it is read-only")


def array_refusal(written: MemoryMap) -> Refusal:
    """Whether a write in place is refused; a library that is known by a protocol alone may do as it likes.

    >>> from tensorlab.memory.registry import describe
    >>> array_refusal(describe(b"abc")).reason
    'it is read-only'
    """
    if "readonly" in written.traits:
        return _READ_ONLY
    return Refusal(raises=False if written.library in {"numpy", "buffer"} and written.layout is not None else None)


def unreadable(written: MemoryMap, read: MemoryMap) -> Refusal | None:
    """What forbids any copy between the two, whatever their dtypes; None where nothing does.

    >>> from tensorlab.memory.registry import describe
    >>> unreadable(describe(bytearray(3)), describe(b"abc")) is None
    True
    """
    found = array_refusal(written)
    if found.raises is not False:
        return found
    kept = sorted(read.traits & {"requires_grad", "conj", "neg"})
    return Refusal(raises=True, reason=f"a tensor with {kept[0]} is not read as an array") if kept else None


def buffer_refusal(things: tuple[Any, Any], memories: tuple[MemoryMap, MemoryMap]) -> Refusal:
    """Whether ``dst[:] = src`` is refused; both arguments hold dst and src.

    >>> from tensorlab.memory.registry import describe
    >>> dst, src = memoryview(bytearray(4)), memoryview(bytes(4)).cast("b")
    >>> buffer_refusal((dst, src), (describe(dst), describe(src))).reason
    "a memoryview takes the same shape and format, not 'b' of (4,)"
    """
    return unreadable(*memories) or _assigned(things, memories)


def _assigned(things: tuple[Any, Any], memories: tuple[MemoryMap, MemoryMap]) -> Refusal:
    """``dst[:] = src``, which takes what has the same shape and format, and changes no value."""
    written, read = memories
    if isinstance(things[0], memoryview):
        return _into_view(*things)
    alike = written.dtype is not None and written.dtype == read.dtype and written.sizes == read.sizes
    same = type(things[0]) is type(things[1]) or (isinstance(things[0], bytearray) and read.library == "buffer")
    if alike and same and len(written.sizes or ()) == 1:
        return FREE
    return Refusal(raises=None, reason=f"what a {written.type} makes of a {read.type} of {read.sizes} is not known")


def _into_view(dst: memoryview, src: object) -> Refusal:
    if dst.ndim != 1:
        return Refusal(raises=True, reason="a memoryview is written along one axis only")
    try:
        with memoryview(src) as view:  # type: ignore[arg-type]  # what is no buffer raises
            shape, marks = view.shape, view.format
    except Exception:  # noqa: BLE001 - a foreign object raises what it likes: it is no buffer
        return Refusal(raises=True, reason="src is no buffer")
    if shape != dst.shape or marks.removeprefix("@") != dst.format.removeprefix("@"):
        return Refusal(raises=True, reason=f"a memoryview takes the same shape and format, not {marks!r} of {shape}")
    if len(dst.format.removeprefix("@")) > 1:
        return Refusal(raises=None, reason=f"which formats a memoryview writes is not known; it has {marks!r}")
    return FREE
