"""Files of NumPy: a header that is a Python literal, then the elements. What is pickled is not read."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError, TensorlabError
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, nbytes
from tensorlab.memory.files.descr import of_descr
from tensorlab.memory.files.record import FileContent
from tensorlab.memory.record import Doubt, MemoryMap, Storage
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.files.source import Source

MAGIC = b"\x93NUMPY"
MOST_HEADER = 10_000
"""Letters; NumPy's own limit for headers that are not trusted."""
MOST_START = MOST_HEADER + 12
"""Bytes up to the first element, at most."""
_MOST_AXES = 64
_MOST_DEPTH = 32
_HOW = "is it whole, and an .npy file?"
_SIGNS = re.compile(r"[-+~]\s*[-+~]|\bnot\b|\*\*|<<")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the elements."""

    size: int
    """Bytes up to the first element."""
    dtype: DType
    shape: tuple[int, ...]
    fortran: bool

    @property
    def layout(self) -> Layout:
        """Of the elements, from the first on."""
        size = self.dtype.itemsize
        strides = canonical_strides(self.shape, size, "F" if self.fortran else "C")
        return Layout(self.shape, strides, itemsize=size)


def header(take: Callable[[int, int], bytes]) -> Header:
    """The header of a file whose bytes ``take(position, count)`` gives; fewer where it ends.

    Raises:
        StoreError: It is damaged, or longer than NumPy reads.

    >>> text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" + b" " * 57 + bytes([10])
    >>> data = MAGIC + bytes([1, 0]) + len(text).to_bytes(2, "little") + text
    >>> header(lambda position, count: data[position : position + count]).layout.strides
    (12, 4)
    """
    start = take(0, 12)
    version = tuple(start[6:8])
    if start[:6] != MAGIC or version not in {(1, 0), (2, 0), (3, 0)} or len(start) < 12:
        raise StoreError("it does not begin as an .npy file of version 1, 2 or 3 does")
    wide = 2 if version == (1, 0) else 4
    size = int.from_bytes(start[8 : 8 + wide], "little")
    if size > MOST_HEADER:
        raise StoreError(f"its header would be {size:,} B; NumPy reads no more than {MOST_HEADER:,} B")
    raw = take(8 + wide, size)
    if len(raw) < size:
        raise StoreError("it ends within its header")
    try:
        text = raw.decode("utf-8" if version == (3, 0) else "latin-1")
    except UnicodeDecodeError as error:
        raise StoreError("its header is no text") from error
    return _understood(_literal(text), 8 + wide + size)


def _literal(text: str) -> object:
    """The value of the header, which is a literal and no code; nested no deeper than any header is."""
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    if deepest > _MOST_DEPTH or _SIGNS.search(text):
        raise StoreError("its header is nested as no header is")
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise StoreError("its header is no Python literal") from error


def _understood(told: object, size: int) -> Header:
    if not isinstance(told, dict) or set(told) != {"descr", "fortran_order", "shape"}:
        raise StoreError("its header does not tell descr, fortran_order and shape")
    shape, fortran = told["shape"], told["fortran_order"]
    if not isinstance(shape, tuple) or len(shape) > _MOST_AXES or type(fortran) is not bool:
        raise StoreError(f"its header has the shape {str(shape)[:80]} and fortran_order {str(fortran)[:80]}")
    if not all(type(n) is int and 0 <= n < 2**62 for n in shape):
        raise StoreError(f"its header has the shape {str(shape)[:80]}")
    try:
        return Header(size, of_descr(told["descr"]), shape, fortran)
    except TensorlabError as error:
        raise StoreError(error.message) from error


def memory(told: Header, storage: Storage | None) -> MemoryMap:
    """The array that a header tells, over these bytes of the file.

    >>> from tensorlab.layout.dtype import dtype
    >>> memory(Header(128, dtype("int8"), (4,), False), None).shape
    (4,)
    """
    if told.dtype.kind == "object":
        doubt = Doubt("pickled", "its elements are pickled objects, and no pickle is read", "save numbers, not objects")
        return _map(told, None, storage, doubt)
    if storage is not None and storage.nbytes is not None and nbytes(told.layout) > storage.nbytes:
        needed = Quantity(nbytes(told.layout), "B")
        raise StoreError(f"it is cut: its elements need {needed}, {Quantity(storage.nbytes, 'B')} are there")
    return _map(told, told.layout, storage)


def _map(told: Header, layout: Layout | None, storage: Storage | None, *doubts: Doubt) -> MemoryMap:
    return MemoryMap(
        type="numpy.ndarray",
        library="file",
        shape=told.shape,
        dtype=told.dtype,
        layout=layout,
        storage=storage,
        doubts=doubts,
    )


def looks_like(source: Source) -> bool:
    """Whether a file begins as those of NumPy do.

    >>> from tensorlab.memory.files.source import opened
    >>> with opened(__file__) as source:
    ...     looks_like(source)
    False
    """
    return source.take(0, min(6, source.size)) == MAGIC


def read(source: Source) -> FileContent:
    """The array of the file.

    Raises:
        StoreError: It is cut or damaged.
    """
    try:
        told = header(lambda position, count: source.take(position, max(0, min(count, source.size - position))))
        rest = source.size - told.size
        found = memory(told, Storage(device="file", address=told.size, nbytes=rest, owner="data", path=source.path))
    except StoreError as error:
        raise source.refused(error.message, hint=error.hint or _HOW) from error
    size = rest if found.layout is None else nbytes(found.layout)
    storage = Storage(device="file", address=told.size, nbytes=size, owner="data", path=source.path)
    more = Storage(device="file", address=told.size + size, nbytes=rest - size, owner="trailing", path=source.path)
    doubts = (Doubt("trailing", f"{Quantity(rest - size, 'B')} behind the elements"),) if rest > size else ()
    return FileContent(
        path=source.path,
        kind="npy file",
        nbytes=source.size,
        tensors=(("", memory(told, storage)),),
        records=(storage, more) if rest > size else (storage,),
        doubts=doubts,
    )
