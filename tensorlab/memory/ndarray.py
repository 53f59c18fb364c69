"""NumPy arrays: every dtype, any strides, and the bytes of whoever owns them."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.errors import UnavailableError, UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DTYPES, POINTER, DType, spelled
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.memory.naming import class_name, module_of, reason, short_name
from tensorlab.memory.owners import is_array, last_owner, owned_bytes, place
from tensorlab.memory.pointer_slots import finds_pointers
from tensorlab.memory.record import Doubt, MemoryMap

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind
    from tensorlab.memory.owners import Place

_KINDS: dict[str, Kind] = {
    "b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex", "m": "time", "M": "time",
    "S": "text", "U": "text", "T": "text", "V": "void", "O": "object",
}  # fmt: skip

_C_NAMES = {"g": "long double", "G": "long double _Complex", "m": "int64_t", "M": "int64_t"}
"""Of what is not in the table of dtypes, by NumPy's character."""


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
    memory = _describe_plain(array, _plain(array))
    return memory if type(array) is np.ndarray else replace(memory, parts=_masked_parts(array, memory))


def _describe_plain(array: np.ndarray[Any, Any] | np.generic, plain: np.ndarray[Any, Any]) -> MemoryMap:
    """The memory of an array, named by its type, or by that of the scalar which is a view of it."""
    storage, offset, doubts = _place(plain)
    layout = Layout(plain.shape, plain.strides, offset, plain.itemsize)
    return MemoryMap(
        type=_type_name(array),
        library="numpy",
        shape=plain.shape,
        dtype=element(plain.dtype),
        layout=layout,
        storage=storage,
        traits=_traits(plain),
        doubts=(*doubts, *_strays(plain, layout)),
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
        found = spelled(known, dtype.char)
        return found if dtype.isnative else replace(found, swapped=True)
    return _uncommon(dtype)


def _uncommon(dtype: np.dtype[Any]) -> DType:
    names = {"g": "longdouble", "G": "clongdouble", "T": "StringDType"}
    spelled = dtype.str.lstrip("<>|=") if dtype.kind in "SUV" else dtype.name  # "U3", where name says "str96": bits
    name = names.get(dtype.char, spelled)
    c_name = _C_NAMES.get(dtype.char) or (f"char[{dtype.itemsize}]" if dtype.char == "S" else None)
    return DType(name, dtype.itemsize, _KINDS.get(dtype.kind, "void"), swapped=not dtype.isnative, c_name=c_name)


def from_values(values: object) -> np.ndarray[Any, Any]:
    """The numbers of a list, nested or flat, as a fresh array of the dtype that NumPy gives them.

    Raises:
        UnsupportedError: They are no numbers, do not fit 64 bits, or raise an error of their own.
        UnavailableError: They do not fit the free memory.

    >>> from_values([[1, 2], [3, 4]]).dtype.name
    'int64'
    >>> from_values(["one", "two"])
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: numbers are needed; got elements of type str
    """
    array = _made(values)
    if array.dtype.kind not in "biufc":
        raise _no_numbers({type(value) for value in _made(values, object).flat})
    return array


def _made(values: object, kind: type[object] | None = None) -> np.ndarray[Any, Any]:
    try:
        return np.array(values, kind)
    except MemoryError as error:
        raise UnavailableError(f"an array of these values does not fit the free memory: {reason(error)}") from error
    except Exception as error:
        raise UnsupportedError(f"NumPy makes no array of these values: {reason(error)}") from error


def _no_numbers(kinds: set[type]) -> UnsupportedError:
    others = sorted(class_name(kind) for kind in kinds if not issubclass(kind, int))
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


def _place(array: np.ndarray[Any, Any]) -> Place:
    """The storage, the byte of it where element (0, ..., 0) lies, and what is doubtful about it."""
    first, writable = _interface(array)
    covered = extent(Layout(array.shape, array.strides, 0, array.itemsize))
    last = _last_owner(array)
    return place(first, covered, last, owned_bytes(last), writable=writable)


def _last_owner(array: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - whatever exports a buffer
    """None where a base does not tell what is below it."""
    try:
        return last_owner(array)
    except Exception:  # noqa: BLE001 - a base may be any object, and its code raises what it likes
        return None


def _strays(array: np.ndarray[Any, Any], layout: Layout) -> tuple[Doubt, ...]:
    """A doubt where bytes that are no pointers would be followed as if they were."""
    if not array.dtype.hasobject or numel(array.shape) == 0:
        return ()
    last = _last_owner(array)
    if is_array(last) and finds_pointers(layout, array.dtype, _plain(last).dtype):
        return ()
    text = "elements do not lie where their owner keeps its objects: what they hold is no pointer, and not read"
    return (Doubt("stray-pointers", text, "make strides and offset whole elements of the owner"),)


def _traits(array: np.ndarray[Any, Any]) -> frozenset[str]:
    flags = {"readonly": not _interface(array)[1], "unaligned": not array.flags.aligned}
    return frozenset(name for name, on in flags.items() if on)


def _masked_parts(array: np.ndarray[Any, Any], memory: MemoryMap) -> tuple[tuple[str, MemoryMap], ...]:
    """Of a masked array: its data, which is all that is drawn of it alone, its mask, and what fills masked places.

    Neither mask nor filling is asked for by its property, since that would make one where there is none yet.
    """
    masked = sys.modules.get("numpy.ma")
    if masked is None or not issubclass(type(array), masked.MaskedArray):
        return ()
    inside: dict[str, Any] = vars(array)
    found: list[tuple[str, Any]] = [
        (name, inside.get(key)) for name, key in (("mask", "_mask"), ("fill_value", "_fill_value"))
    ]
    arrays = [(name, _plain(part)) for name, part in found if is_array(part)]
    data = replace(memory, type="numpy.ndarray")
    return (("data", data), *((name, _describe_plain(part, part)) for name, part in arrays))


def _describe_scalar(scalar: np.generic) -> MemoryMap:
    if issubclass(type(scalar), np.void) and np.void.base.__get__(scalar) is not None:  # a row of a structured array
        return _describe_plain(scalar, _plain(np.asarray(scalar)))
    return MemoryMap(
        type=_type_name(scalar),
        library="numpy",
        shape=(),
        dtype=element(scalar.dtype),
        doubts=(Doubt("boxed", "a NumPy scalar is a boxed value: it has no storage that could be viewed"),),
    )


def _type_name(thing: object) -> str:
    module = module_of(type(thing))
    return f"{'numpy' if module.startswith('numpy') else module}.{short_name(thing)}"
