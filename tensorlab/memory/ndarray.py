"""NumPy arrays: every dtype, any strides, and the bytes of whoever owns them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, POINTER, DType
from tensorlab.layout.record import Layout
from tensorlab.memory.naming import type_name
from tensorlab.memory.record import Doubt, MemoryMap, Storage

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_KINDS: dict[str, Kind] = {
    "b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex", "m": "time", "M": "time",
    "S": "text", "U": "text", "T": "text", "V": "void", "O": "object",
}  # fmt: skip


_BASE: Any = np.ndarray.base
_FLAGS: Any = np.ndarray.flags
_LONGEST_CHAIN = 64
"""Of bases: NumPy collapses its own, but a holder may name itself."""


class _Bytes(NamedTuple):
    start: int
    nbytes: int | None
    owner: str
    writable: bool


def claims(thing: object) -> bool:
    """Whether this adapter describes the object: by its type, since ``__class__`` may lie."""
    return issubclass(type(thing), (np.ndarray, np.generic))


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
    plain = _plain(array)
    storage, offset, doubts = _storage(plain)
    return MemoryMap(
        type=_type_name(array),
        library="numpy",
        shape=plain.shape,
        dtype=element(plain.dtype),
        layout=Layout(plain.shape, plain.strides, offset, plain.itemsize),
        storage=storage,
        traits=_traits(plain),
        doubts=doubts,
    )


def element(dtype: np.dtype[Any]) -> DType:
    """The dtype as a record: fields with their offsets, the byte order, the C type.

    >>> element(np.dtype(">f4")).swapped, element(np.dtype([("x", "<f8"), ("n", "u1")])).fields[1][::2]
    (True, ('n', 8))
    >>> element(np.dtype("U3")).name, element(np.dtype((">i2", (2,)))).name
    ('U3', 'int16[2]')
    """
    if dtype.fields is not None:
        fields = tuple((name, element(dtype.fields[name][0]), dtype.fields[name][1]) for name in dtype.names or ())
        inner = ", ".join(f"{name}: {kind.name}" for name, kind, _ in fields)
        return DType(f"struct{{{inner}}}", dtype.itemsize, "void", fields=fields)
    if dtype.subdtype is not None:
        inner_kind, shape = element(dtype.subdtype[0]), dtype.subdtype[1]
        name = f"{inner_kind.name}{list(shape)}"
        return DType(name, dtype.itemsize, "void", swapped=inner_kind.swapped, fields=inner_kind.fields)
    if dtype.kind == "O":
        return replace(POINTER, name="object")
    known = DTYPES.get(dtype.name)
    if known is not None and known.itemsize == dtype.itemsize:
        return replace(known, swapped=not dtype.isnative)
    return _uncommon(dtype)


def _uncommon(dtype: np.dtype[Any]) -> DType:
    names = {"g": "longdouble", "G": "clongdouble", "T": "StringDType"}
    spelled = dtype.str.lstrip("<>|=") if dtype.kind in "SUV" else dtype.name  # "U3", where name says "str96": bits
    name = names.get(dtype.char, spelled)
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
        if array.dtype.kind not in "biufc":
            kinds = {type(value): value for value in np.array(values, dtype=object).flat}
            raise _no_numbers(kinds)
    except (ValueError, TypeError, OverflowError, RuntimeError) as error:
        if isinstance(error, UnsupportedError):
            raise
        raise UnsupportedError(f"NumPy makes no array of these values: {error}") from error
    return array


def _no_numbers(kinds: dict[type, object]) -> UnsupportedError:
    others = sorted(kind.__name__ for kind in kinds if not issubclass(kind, int))
    if others:
        return UnsupportedError(f"numbers are needed; got elements of type {', '.join(others)}")
    return UnsupportedError("integers of at most 64 bits are needed; got longer ones", hint="convert them to float")


def _plain(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same memory without the properties that a subclass may have put in front of it."""
    return np.ndarray.view(array, np.ndarray)


def _interface(array: np.ndarray[Any, Any]) -> tuple[int, bool]:
    """Address of element (0, ..., 0), and whether it may be written: asking the flags for that can warn."""
    address, readonly = array.__array_interface__["data"]
    return address, not readonly


def _storage(array: np.ndarray[Any, Any]) -> tuple[Storage, int, tuple[Doubt, ...]]:
    """The storage, the byte of it where element (0, ..., 0) lies, and what is doubtful about it."""
    first, writable = _interface(array)
    covered = extent(Layout(array.shape, array.strides, 0, array.itemsize))
    found = _owned(array)
    doubts: tuple[Doubt, ...] = ()
    if found is None:
        found = _Bytes(first + covered.start, len(covered), "unknown", writable)
        text = "who owns the bytes is not known: the storage shown is what the array covers"
        doubts = (Doubt("owner-unknown", text),)
    elif not _holds(found, first, covered):
        text = f"the array reaches outside the {found.nbytes:,} bytes of its owner ({found.owner}): data not readable"
        doubts = (Doubt("storage-too-small", text, "do not resize what others view"),)
        found = _Bytes(first + covered.start, None, found.owner, found.writable)
    storage = Storage(
        device="cpu",
        address=found.start or None,
        nbytes=found.nbytes,
        owner=found.owner,
        writable=found.writable,
    )
    return storage, first - found.start, doubts


def _holds(found: _Bytes, first: int, covered: range) -> bool:
    start = first - found.start
    inside = start + covered.start >= 0 and start + covered.stop <= (found.nbytes or 0)
    return start >= 0 and (inside or not covered)


def _owned(array: np.ndarray[Any, Any]) -> _Bytes | None:
    """The bytes of the last of the bases; None where it does not say how many there are."""
    try:
        last = _owner(array)
        if issubclass(type(last), np.ndarray):
            return _whole(_plain(last), "numpy") if _FLAGS.__get__(last).owndata else None
        if hasattr(type(last), "untyped_storage"):
            tensor_storage = last.untyped_storage()
            return _Bytes(tensor_storage.data_ptr(), tensor_storage.nbytes(), "torch", writable=True)
        return _whole(np.frombuffer(last, np.uint8), type_name(last))
    except Exception:  # noqa: BLE001 - the owner may be any object, and its code raises what it likes
        return None


def _whole(array: np.ndarray[Any, Any], owner: str) -> _Bytes:
    start, writable = _interface(array)
    return _Bytes(start, array.nbytes, owner, writable)


def _owner(array: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - whatever exports a buffer
    """The last of the bases. A memoryview stands for what it views; as_strided puts a holder object between."""
    thing: Any = array
    for _ in range(_LONGEST_CHAIN):
        below = _base(thing)
        if below is None:
            break
        thing = below
    return thing


def _base(thing: Any) -> object:  # noqa: ANN401 - whatever exports a buffer
    if issubclass(type(thing), np.ndarray):
        return _BASE.__get__(thing)
    if type(thing) is memoryview:
        return thing.obj
    return getattr(thing, "base", None) if hasattr(thing, "__array_interface__") else None


def _traits(array: np.ndarray[Any, Any]) -> frozenset[str]:
    flags = {"readonly": not _interface(array)[1], "unaligned": not array.flags.aligned}
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
