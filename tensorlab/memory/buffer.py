"""Anything that exports Python's buffer protocol: array.array, bytes, bytearray, memoryview, mmap, ctypes arrays."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.naming import type_name
from tensorlab.memory.record import Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_KINDS: dict[str, Kind] = {
    "?": "bool", "c": "void", "b": "int", "h": "int", "i": "int", "l": "int", "q": "int", "n": "int",
    "B": "uint", "H": "uint", "I": "uint", "L": "uint", "Q": "uint", "N": "uint", "P": "uint",
    "e": "float", "f": "float", "d": "float", "g": "float", "Zf": "complex", "Zd": "complex", "F": "complex",
    "D": "complex", "u": "text", "w": "text", "O": "object",
}  # fmt: skip
_NAMES = {"?": "bool", "e": "float16", "f": "float32", "d": "float64", "Zf": "complex64", "Zd": "complex128"}
_NAMES |= {"F": "complex64", "D": "complex128"}
_ODD = "guwO"
"""Formats with no entry in the table of dtypes: long double, characters, objects."""
_SWAPPED = ">!" if sys.byteorder == "little" else "<"


def claims(thing: object) -> bool:
    """Whether this adapter describes the object.

    >>> claims(b"abc"), claims(3)
    (True, False)
    """
    try:
        memoryview(thing).release()  # type: ignore[arg-type]  # that is the question
    except Exception:  # noqa: BLE001 - since Python 3.12 any class may export a buffer, by code of its own
        return False
    return True


def describe(exporter: object) -> MemoryMap:
    """The memory of an object that exports a buffer.

    >>> from array import array
    >>> map = describe(memoryview(array("d", range(6)))[::-2])
    >>> map.shape, map.layout.strides, map.layout.offset, map.dtype.name, map.storage.nbytes
    ((3,), (-16,), 40, 'float64', 48)
    """
    with memoryview(exporter) as view:  # type: ignore[arg-type]  # claims() asked
        storage, offset, doubts = _indirect() if _is_indirect(view) else _storage(view)
        return MemoryMap(
            type=type_name(exporter),
            library="buffer",
            shape=tuple(view.shape or ()),
            dtype=element(view.format, view.itemsize),
            layout=None if offset is None else _layout(view, offset),
            storage=storage,
            traits=frozenset({"readonly"} if view.readonly else ()),
            doubts=doubts,
        )


def element(code: str, itemsize: int) -> DType:
    """The dtype for a format of the struct module; raw bytes where it is none of a single number.

    >>> element("d", 8).name, element(">i", 4).swapped, element("T{i:a:}", 4).kind
    ('float64', True, 'void')
    """
    letter = code.lstrip("@=<>!")
    kind = _KINDS.get(letter)
    if kind is None:
        return DType(code, itemsize, "void")
    known = DTYPES.get(_NAMES.get(letter) or f"{kind}{8 * itemsize}")
    if known is None or known.itemsize != itemsize:
        return DType(code, itemsize, kind if letter in _ODD else "void", swapped=itemsize > 1 and code[0] in _SWAPPED)
    return replace(known, swapped=itemsize > 1 and code[0] in _SWAPPED)


def _is_indirect(view: memoryview) -> bool:
    return any(step >= 0 for step in view.suboffsets or ())


def _indirect() -> tuple[None, None, tuple[Doubt, ...]]:
    return None, None, (Doubt("no-strides", "the rows lie behind pointers: no strides lead there"),)


def _layout(view: memoryview, offset: int) -> Layout:
    return Layout(tuple(view.shape or ()), tuple(view.strides or ()), offset, view.itemsize)


def _storage(view: memoryview) -> tuple[Storage, int, tuple[Doubt, ...]]:
    """The bytes of the object that owns them, and where in them element (0, ..., 0) lies."""
    owner: object = view.obj
    with memoryview(owner) as all_of_it:  # type: ignore[arg-type]  # a view's owner exports a buffer
        whole, writable = _bytes(all_of_it), not all_of_it.readonly
    covered = _bytes(view)
    doubts: tuple[Doubt, ...] = ()
    if not whole.start <= covered.start <= covered.stop <= whole.stop:
        whole = covered
        text = "who owns the bytes is not known: the storage shown is what the buffer covers"
        doubts = (Doubt("owner-unknown", text),)
    first = buffer_address(view)
    address = None if first is None else whole.start
    storage = Storage(device="cpu", address=address, nbytes=len(whole), owner=type_name(owner), writable=writable)
    return storage, 0 if first is None else first - whole.start, doubts


def _bytes(view: memoryview) -> range:
    """The addresses from the lowest to the highest byte that it covers; counted from 0 where there are none."""
    covered = extent(_layout(view, 0))
    first = buffer_address(view)
    start = covered.start + (first or -covered.start)
    return range(start, start + len(covered))
