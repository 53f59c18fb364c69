"""Anything that exports Python's buffer protocol: array.array, bytes, bytearray, memoryview, mmap, ctypes arrays."""

from __future__ import annotations

import sys
from dataclasses import replace

from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.record import Layout
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.record import MemoryMap, Storage

_KINDS = {
    "?": "bool", "c": "void", "b": "int", "h": "int", "i": "int", "l": "int", "q": "int", "n": "int",
    "B": "uint", "H": "uint", "I": "uint", "L": "uint", "Q": "uint", "N": "uint", "P": "uint",
    "e": "float", "f": "float", "d": "float", "Zf": "complex", "Zd": "complex",
}  # fmt: skip
_NAMES = {"?": "bool", "e": "float16", "f": "float32", "d": "float64", "Zf": "complex64", "Zd": "complex128"}
_SWAPPED = ">!" if sys.byteorder == "little" else "<"


def claims(thing: object) -> bool:
    """Whether this adapter describes the object.

    >>> claims(b"abc"), claims(3)
    (True, False)
    """
    try:
        memoryview(thing).release()  # type: ignore[arg-type]  # that is the question
    except (TypeError, BufferError, ValueError):
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
        storage, offset = _storage(exporter, view)
        shape, strides = tuple(view.shape or ()), tuple(view.strides or ())
        return MemoryMap(
            type=_type_name(exporter),
            library="buffer",
            shape=shape,
            dtype=element(view.format, view.itemsize),
            layout=Layout(shape, strides, offset, view.itemsize),
            storage=storage,
            traits=frozenset({"readonly"} if view.readonly else ()),
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
    if known is None:
        return DType(code, itemsize, "void")
    return replace(known, swapped=itemsize > 1 and code[0] in _SWAPPED)


def _storage(exporter: object, view: memoryview) -> tuple[Storage, int]:
    """The bytes of the object that owns them, and where in them element (0, ..., 0) lies."""
    owner: object = view.obj
    with memoryview(owner) as whole:  # type: ignore[arg-type]  # a view's owner exports a buffer
        start, nbytes = buffer_address(owner), whole.nbytes
    first = buffer_address(exporter)
    offset = 0 if start is None or first is None else first - start
    return (
        Storage(device="cpu", address=start, nbytes=nbytes, owner=_type_name(owner), writable=not view.readonly),
        offset,
    )


def _type_name(thing: object) -> str:
    kind = type(thing)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
