"""NumPy arrays: every dtype, any strides, and the bytes of whoever owns them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, POINTER, DType
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.dtype import Kind

_KINDS: dict[str, Kind] = {
    "b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex", "m": "time", "M": "time",
    "S": "text", "U": "text", "T": "text", "V": "void", "O": "object",
}  # fmt: skip


class _Bytes(NamedTuple):
    start: int
    nbytes: int
    owner: str


def claims(thing: object) -> bool:
    """Whether this adapter describes the object."""
    return isinstance(thing, (np.ndarray, np.generic))


def describe(array: np.ndarray[Any, Any] | np.generic) -> MemoryMap:
    """The memory of an array, read from its metadata alone; no element is touched.

    >>> a = np.arange(12, dtype=np.int16).reshape(3, 4)
    >>> map = describe(a[::-1, 1:])
    >>> map.layout
    Layout(shape=(3, 3), strides=(-8, 2), offset=18, itemsize=2)
    >>> map.storage.nbytes, map.storage.owner
    (24, 'numpy')
    """
    if isinstance(array, np.generic):
        return _describe_scalar(array)
    storage, offset, doubts = _storage(array)
    return MemoryMap(
        type=_type_name(array),
        library="numpy",
        shape=array.shape,
        dtype=element(array.dtype),
        layout=Layout(array.shape, array.strides, offset, array.itemsize),
        storage=storage,
        traits=_traits(array),
        doubts=doubts,
    )


def element(dtype: np.dtype[Any]) -> DType:
    """The dtype as a record: fields with their offsets, the byte order, the C type.

    >>> element(np.dtype(">f4")).swapped, element(np.dtype([("x", "<f8"), ("n", "u1")])).fields[1][::2]
    (True, ('n', 8))
    """
    if dtype.fields is not None:
        fields = tuple((name, element(dtype.fields[name][0]), dtype.fields[name][1]) for name in dtype.names or ())
        inner = ", ".join(f"{name}: {kind.name}" for name, kind, _ in fields)
        return DType(f"struct{{{inner}}}", dtype.itemsize, "void", fields=fields)
    if dtype.kind == "O":
        return replace(POINTER, name="object")
    known = DTYPES.get(dtype.name)
    if known is not None and known.itemsize == dtype.itemsize:
        return replace(known, swapped=not dtype.isnative)
    return _uncommon(dtype)


def _uncommon(dtype: np.dtype[Any]) -> DType:
    names = {"g": "longdouble", "G": "clongdouble", "T": "StringDType"}
    name = names.get(dtype.char, dtype.name)
    c_name = {"g": "long double", "G": "long double _Complex"}.get(dtype.char)
    return DType(name, dtype.itemsize, _KINDS.get(dtype.kind, "void"), swapped=not dtype.isnative, c_name=c_name)


def from_values(values: object) -> np.ndarray[Any, Any]:
    """The numbers of a list, nested or flat, as a fresh array of the dtype that NumPy gives them.

    Raises:
        UnsupportedError: They are no numbers, or do not fit 64 bits.

    >>> from_values([[1, 2], [3, 4]]).dtype.name
    'int64'
    >>> from_values(["one", "two"])
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: numbers are needed; got elements of type str
    """
    try:
        array = np.array(values)
    except (ValueError, TypeError, OverflowError) as error:
        raise UnsupportedError(f"NumPy makes no array of these values: {error}") from error
    if array.dtype.kind not in "biufc":
        first = next(iter(np.array(values, dtype=object).flat), None)
        raise UnsupportedError(f"numbers are needed; got elements of type {type(first).__name__}")
    return array


def _storage(array: np.ndarray[Any, Any]) -> tuple[Storage, int, tuple[Doubt, ...]]:
    """The storage, the byte of it where element (0, ..., 0) lies, and what is doubtful about it."""
    first = array.__array_interface__["data"][0]
    relative = extent(Layout(array.shape, array.strides, 0, array.itemsize))
    found = _owned(array)
    doubts: tuple[Doubt, ...] = ()
    if found is None or first < found.start:
        found = _Bytes(first + relative.start, len(relative), "unknown")
        doubts = (
            Doubt("owner-unknown", "who owns the bytes is not known: the storage shown is what the array covers"),
        )
    storage = Storage(
        device="cpu",
        address=found.start,
        nbytes=found.nbytes,
        owner=found.owner,
        writable=array.flags.writeable,
    )
    return storage, first - found.start, doubts


def _owned(array: np.ndarray[Any, Any]) -> _Bytes | None:
    last = list(_bases(array))[-1]
    if isinstance(last, np.ndarray):
        return _Bytes(last.__array_interface__["data"][0], last.nbytes, "numpy") if last.base is None else None
    if hasattr(last, "untyped_storage"):
        tensor_storage = last.untyped_storage()
        return _Bytes(tensor_storage.data_ptr(), tensor_storage.nbytes(), "torch")
    try:
        whole = np.frombuffer(last, np.uint8)  # type: ignore[call-overload]  # whether it has a buffer is the question
    except (TypeError, ValueError, BufferError):
        return None
    return _Bytes(whole.__array_interface__["data"][0], whole.nbytes, type(last).__name__)


def _bases(array: np.ndarray[Any, Any]) -> Iterator[object]:
    """The array and what it is based on, down to the owner; as_strided puts a holder object between."""
    thing: object = array
    while thing is not None:
        yield thing
        is_link = isinstance(thing, np.ndarray) or hasattr(thing, "__array_interface__")
        thing = getattr(thing, "base", None) if is_link else None


def _traits(array: np.ndarray[Any, Any]) -> frozenset[str]:
    flags = {"readonly": not array.flags.writeable, "unaligned": not array.flags.aligned}
    return frozenset(name for name, on in flags.items() if on)


def _describe_scalar(scalar: np.generic) -> MemoryMap:
    return MemoryMap(
        type=_type_name(scalar),
        library="numpy",
        shape=(),
        dtype=element(scalar.dtype),
        doubts=(Doubt("boxed", "a NumPy scalar is a boxed value: it has no storage that could be viewed"),),
    )


def _type_name(thing: object) -> str:
    kind = type(thing)
    return f"numpy.{kind.__name__}" if kind.__module__.startswith("numpy") else f"{kind.__module__}.{kind.__name__}"
