"""Who owns the bytes of an array or a buffer, and where among them its elements lie. NumPy need not be loaded."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.mapped import backed_bytes
from tensorlab.memory.naming import type_name
from tensorlab.memory.record import Doubt, Storage

_LONGEST_CHAIN = 64
"""Of bases: NumPy collapses its own, but a holder may name itself."""


UNKNOWN_OWNER = Doubt("owner-unknown", "who owns the bytes is not known: the storage shown is what the elements cover")


class Bytes(NamedTuple):
    """The bytes of an owner."""

    start: int
    nbytes: int | None
    """None where it holds fewer than a view of it needs."""
    owner: str
    writable: bool


class Place(NamedTuple):
    """Where elements lie."""

    storage: Storage
    offset: int
    """The byte of the storage where element (0, ..., 0) lies."""
    doubts: tuple[Doubt, ...] = ()


def is_array(thing: object) -> bool:
    """Whether the object is a NumPy array, by its type.

    >>> is_array([1])
    False
    """
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(type(thing), numpy.ndarray)


def last_owner(thing: object) -> Any:  # noqa: ANN401 - whatever exports a buffer
    """The last of the bases. A memoryview stands for what it views; as_strided puts a holder object between.

    >>> last_owner(memoryview(memoryview(b"abc")[1:]))
    b'abc'
    """
    for _ in range(_LONGEST_CHAIN):
        below = _base(thing)
        if below is None:
            break
        thing = below
    return thing


def _base(thing: Any) -> object:  # noqa: ANN401 - whatever exports a buffer
    if is_array(thing):
        return sys.modules["numpy"].ndarray.base.__get__(thing)
    if type(thing) is memoryview:
        return thing.obj
    return getattr(thing, "base", None) if hasattr(thing, "__array_interface__") else None


def owned_bytes(last: Any) -> Bytes | None:  # noqa: ANN401 - whatever exports a buffer
    """The bytes of the last of the bases; None where it does not say how many there are.

    >>> owned_bytes(b"abc")[1:]
    (3, 'bytes', False)
    """
    try:
        if is_array(last):
            return _of_array(last)
        if hasattr(type(last), "untyped_storage"):
            storage = last.untyped_storage()
            return Bytes(storage.data_ptr(), storage.nbytes(), "torch", writable=True)
        with memoryview(last) as view:
            covered = covered_addresses(view)
            return Bytes(covered.start, covered.stop - covered.start, type_name(last), not view.readonly)
    except Exception:  # noqa: BLE001 - the owner may be any object, and its code raises what it likes
        return None


def _of_array(array: Any) -> Bytes | None:  # noqa: ANN401 - NumPy need not be loaded
    kind = sys.modules["numpy"].ndarray
    if not kind.flags.__get__(array).owndata:
        return None
    address, readonly = kind.view(array, kind).__array_interface__["data"]
    return Bytes(address, kind.nbytes.__get__(array), "numpy", not readonly)


def covered_addresses(view: memoryview) -> range:
    """The addresses from the lowest to the highest byte that it covers; counted from 0 where there are none.

    >>> len(covered_addresses(memoryview(b"abcdef")[::-2]))
    5
    """
    covered = extent(Layout(tuple(view.shape or ()), tuple(view.strides or ()), 0, view.itemsize))
    start = covered.start + (buffer_address(view) or -covered.start)
    return range(start, start + covered.stop - covered.start)


def place(first: int, covered: range, last: object, found: Bytes | None, *, writable: bool) -> Place:
    """The storage behind elements, where in it they lie, and what is doubtful about that.

    Args:
        first: The address of element (0, ..., 0).
        covered: The bytes that the elements cover, counted from there.
        last: The last of the bases, and ``found`` its bytes, None where it does not tell.
        found: See above.
        writable: Whether the elements are, for where the owner does not tell.
    """
    doubts: tuple[Doubt, ...] = ()
    if found is None:
        found = Bytes(first + covered.start, covered.stop - covered.start, "unknown", writable)
        doubts = (UNKNOWN_OWNER,)
    elif not is_inside(found, first, covered):
        text = f"elements lie outside the {found.nbytes:,} bytes of their owner ({found.owner}): data not readable"
        doubts = (Doubt("storage-too-small", text, "do not resize what others view"),)
        found = Bytes(first + covered.start, None, found.owner, found.writable)
    offset = first - found.start
    storage = Storage(
        device="cpu", address=found.start or None, nbytes=found.nbytes, owner=found.owner, writable=found.writable
    )
    return Place(storage, offset, (*doubts, *_shortage(last, found, range(offset, offset + covered.stop))))


def is_inside(found: Bytes, first: int, covered: range) -> bool:
    """Whether the bytes covered, counted from address ``first``, are the owner's.

    >>> is_inside(Bytes(100, 8, "bytes", False), 104, range(4)), is_inside(Bytes(100, 8, "bytes", False), 104, range(5))
    (True, False)
    """
    start = first - found.start
    inside = start + covered.start >= 0 and start + covered.stop <= (found.nbytes or 0)
    return start >= 0 and (inside or not covered)


def _shortage(last: object, found: Bytes, touched: range) -> tuple[Doubt, ...]:
    """A doubt where the owner maps a file that has become too short."""
    backed = backed_bytes(last, found.start)
    if backed is None or not touched or touched.stop <= backed:
        return ()
    text = f"the file was cut: it backs {backed:,} of the {touched.stop:,} mapped bytes needed: data not readable"
    return (Doubt("file-too-short", text, "write the file anew and map it again"),)
