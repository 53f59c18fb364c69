"""Where CPython keeps things: the pointer table of a list, the bytes of a boxed object, the address of a buffer.

Offsets come from ``__basicsize__`` so that they hold for the default and the free-threaded build alike. On another
interpreter every answer is None.
"""

from __future__ import annotations

import ctypes
import gc
import struct
import sys
from typing import Any, NamedTuple

POINTER_BYTES = struct.calcsize("P")
_CPYTHON = sys.implementation.name == "cpython"
_HEADER = object.__basicsize__
_FULL_READ_ONLY = 0x011C
"""PyBUF_FULL_RO of CPython's pybuffer.h: shape, strides and suboffsets wanted, need not be writable."""


class Table(NamedTuple):
    """The pointer table of a list or a tuple."""

    address: int
    capacity: int
    """Pointers that fit before it must grow; never fewer than there are (a list being sorted reports -1)."""


class BoxedBytes(NamedTuple):
    """The bytes of one boxed object, read where it lies."""

    raw: bytes
    refcount: int
    """As stored; an immortal object holds a large constant."""
    type_address: int
    payload: bytes


class _Buffer(ctypes.Structure):
    """Py_buffer, part of the stable ABI since Python 3.11."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


_GET = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int)
_get = _GET(("PyObject_GetBuffer", ctypes.pythonapi)) if _CPYTHON else None
"""Made once: that takes longer than the call."""


def plain_type(items: list[object] | tuple[object, ...]) -> type[Any]:
    """``list`` or ``tuple``, whichever it is beneath its subclasses; ``__class__`` is not asked, since it may lie.

    >>> plain_type([]), plain_type(sys.version_info)
    (<class 'list'>, <class 'tuple'>)
    """
    return tuple if issubclass(type(items), tuple) else list


def length(items: list[object] | tuple[object, ...]) -> int:
    """Pointers in the table, whatever ``__len__`` of a subclass says.

    >>> length((1, 2))
    2
    """
    number: int = plain_type(items).__len__(items)
    return number


def pointer_table(items: list[object] | tuple[object, ...]) -> Table | None:
    """Where the pointers of a list or tuple lie, and how many fit.

    >>> grown = [1, 2, 3]; grown.append(4)
    >>> table = pointer_table(grown)
    >>> table is None or table.capacity >= 4
    True
    """
    if not _CPYTHON:
        return None
    if plain_type(items) is tuple:
        return Table(id(items) + tuple.__basicsize__, length(items))
    start = id(items) + _HEADER + POINTER_BYTES
    address, capacity = struct.unpack("Pn", ctypes.string_at(start, 2 * POINTER_BYTES))
    return Table(address, max(capacity, length(items)))


def tuple_items(items: tuple[object, ...]) -> list[tuple[int, object]]:
    """The items of a tuple with their positions, also of one that is still being built: its empty places are left out.

    To read such a place as an object ends the process; what the garbage collector finds was never empty.

    >>> tuple_items(("a", ["b"]))
    [(0, 'a'), (1, ['b'])]
    """
    table = pointer_table(items)
    if table is None:
        return list(enumerate(tuple.__iter__(items)))
    there = {id(item): item for item in gc.get_referents(items)}
    pointers = struct.unpack(f"{length(items)}P", bytes_at(table.address, length(items) * POINTER_BYTES))
    return [(n, there[pointer]) for n, pointer in enumerate(pointers) if pointer in there]


def boxed_bytes(value: float) -> BoxedBytes | None:
    """The real bytes of a boxed float: reference count, type pointer, and the C double.

    >>> box = boxed_bytes(0.5)
    >>> box is None or (box.type_address == id(float), box.payload == struct.pack("d", 0.5))
    (True, True)
    """
    if not _CPYTHON or _HEADER != 2 * POINTER_BYTES:
        return None
    raw = ctypes.string_at(id(value), float.__basicsize__)
    refcount, type_address = struct.unpack_from("nP", raw)
    return BoxedBytes(raw, refcount, type_address, raw[_HEADER:])


def buffer_address(exporter: object) -> int | None:
    """The address of element (0, ..., 0) of anything that exports a buffer, read-only or strided.

    >>> buffer_address(b"") is None or isinstance(buffer_address(b"abc"), int)
    True
    """
    if _get is None or not _CPYTHON:
        return None
    view = _Buffer()
    there = ctypes.byref(view)
    _get(exporter, there, _FULL_READ_ONLY)
    address: int | None = view.buf
    ctypes.pythonapi.PyBuffer_Release(there)
    return address


def bytes_at(address: int, count: int) -> bytes:
    """A copy of the bytes that lie there. The caller holds what owns them, and has checked that they are inside it.

    >>> owner = bytearray(b"abc")
    >>> start = buffer_address(owner)
    >>> start is None or bytes_at(start + 1, 2) == b"bc"
    True
    """
    return ctypes.string_at(address, count)


def long_double(raw: bytes) -> float:
    """C's long double, rounded to a Python float.

    >>> long_double(bytes(ctypes.c_longdouble(0.5)))
    0.5
    """
    return ctypes.c_longdouble.from_buffer_copy(raw).value
