"""Anything that exports Python's buffer protocol: array.array, bytes, bytearray, memoryview, mmap, ctypes arrays."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, DType, spelled
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.naming import FOREIGN, type_name
from tensorlab.memory.owners import Place, is_array, is_inside, last_owner, owned_bytes, place
from tensorlab.memory.record import Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_KINDS: dict[str, Kind] = {
    "?": "bool", "c": "void", "b": "int", "h": "int", "i": "int", "l": "int", "q": "int", "n": "int",
    "B": "uint", "H": "uint", "I": "uint", "L": "uint", "Q": "uint", "N": "uint", "P": "uint",
    "e": "float", "f": "float", "d": "float", "g": "float", "Zf": "complex", "Zd": "complex", "Zg": "complex",
    "F": "complex", "D": "complex", "G": "complex", "u": "text", "w": "text", "O": "object",
}  # fmt: skip
_NAMES = {"?": "bool", "e": "float16", "f": "float32", "d": "float64", "Zf": "complex64", "Zd": "complex128"}
_NAMES |= {"F": "complex64", "D": "complex128"}
_ODD = "uwO"
"""Formats with no entry in the table of dtypes: characters, objects."""
_LONG = {"g": ("longdouble", "long double"), "Zg": ("clongdouble", "long double _Complex")}
_LONG |= {"G": _LONG["Zg"]}
"""C's widest floats: NumPy's name for them, and C's. Where they are as wide as double, they are in the table."""
_SWAPPED = ">!" if sys.byteorder == "little" else "<"


def claims(thing: object) -> bool:
    """Whether this adapter describes the object.

    >>> claims(b"abc"), claims(3)
    (True, False)
    """
    try:
        memoryview(thing).release()  # type: ignore[arg-type]  # that is the question
    except FOREIGN:  # since Python 3.12 any class may export a buffer, by code of its own
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
        storage, offset, doubts = _indirect() if _is_indirect(view) else _place(view)
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
    if kind is None or itemsize == 0:
        return DType(code if itemsize else "void", itemsize, "void")
    swapped = itemsize > 1 and code[0] in _SWAPPED
    known = DTYPES.get(_NAMES.get(letter) or f"{kind}{8 * itemsize}")
    if known is not None and known.itemsize == itemsize:
        found = known if code[0] in "=<>!" else spelled(known, letter)
        return replace(found, swapped=True) if swapped else found
    if letter in _LONG:
        name, c_name = _LONG[letter]
        return DType(name, itemsize, kind, swapped=swapped, c_name=c_name)
    return DType(code, itemsize, kind if letter in _ODD else "void", swapped=swapped)


def _is_indirect(view: memoryview) -> bool:
    return any(step >= 0 for step in view.suboffsets or ())


def _indirect() -> tuple[None, None, tuple[Doubt, ...]]:
    return None, None, (Doubt("no-strides", "the rows lie behind pointers: no strides lead there"),)


def _layout(view: memoryview, offset: int) -> Layout:
    return Layout(tuple(view.shape or ()), tuple(view.strides or ()), offset, view.itemsize)


def _place(view: memoryview) -> Place:
    """The bytes of the object that owns them, and where in them element (0, ..., 0) lies."""
    covered = extent(_layout(view, 0))
    first = buffer_address(view)
    last = last_owner(view.obj)
    if first is None:
        size = covered.stop - covered.start
        storage = Storage(device="cpu", address=None, nbytes=size, owner=type_name(last))
        return Place(storage, -covered.start)
    found = owned_bytes(last)
    if found is not None and not is_array(view.obj) and not is_inside(found, first, covered):
        found = None  # it exports other bytes each time that it is asked
    return place(first, covered, last, found, writable=not view.readonly)
