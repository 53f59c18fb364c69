"""Objects with ``__array_interface__`` or ``__cuda_array_interface__``: a dictionary, which may say anything."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES, POINTER, DType
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.memory.cpython import buffer_address
from tensorlab.memory.export import Export, checked, number, numbers
from tensorlab.memory.naming import FOREIGN, reason, short_name

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

HOST, CUDA = "__array_interface__", "__cuda_array_interface__"
_TYPESTR = re.compile(r"([<>|=]?)(?:([tbiufcmMSUV])(\d{1,18})|(O)(\d{0,18}))(\[[^\]]*\])?")
_KINDS: dict[str, Kind] = {
    "t": "void", "b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex", "m": "time", "M": "time",
    "O": "object", "S": "text", "U": "text", "V": "void",
}  # fmt: skip
_UNICODE_BYTES = 4
_MOST_FIELDS = 1000
"""Of a structure and all structures inside it; each of those counts as many as ``_NESTED``."""
_NESTED = 10


def export(thing: Any, name: str) -> Export:  # noqa: ANN401 - any object with that attribute
    """What the object says in its dictionary. No element is read.

    Raises:
        UnsupportedError: The dictionary is none, lacks what it must hold, or holds what cannot be.

    >>> class Grid:
    ...     __array_interface__ = {"shape": (2, 3), "typestr": "<i2", "data": (4096, False), "version": 3}
    >>> export(Grid(), "__array_interface__").strides
    (6, 2)
    """
    try:
        told = getattr(thing, name)
    except FOREIGN as error:
        raise UnsupportedError(f"{name} failed: {short_name(error)}: {reason(error)}") from error
    if type(told) is not dict:
        raise UnsupportedError(f"{name} must be a dict; got one of type {short_name(told)}")
    missing = [key for key in ("shape", "typestr") if key not in told]
    if missing:
        raise UnsupportedError(f"{name} lacks {' and '.join(map(repr, missing))}")
    kind = element(told["typestr"], told.get("descr"), name)
    shape = numbers(_sequence(told["shape"], f"'shape' of {name}"), f"'shape' of {name}", least=0)
    first, readonly, keep = _data(thing, told, name)
    return checked(
        Export(
            name,
            first,
            shape,
            _strides(told.get("strides"), shape, kind, name),
            kind,
            "cpu" if name == HOST else "cuda",
            readonly=readonly,
            keep=keep,
            mask=told.get("mask"),
        )
    )


def _sequence(value: object, what: str) -> tuple[object, ...]:
    if type(value) not in {tuple, list}:
        raise UnsupportedError(f"{what} must be a tuple; got one of type {short_name(value)}")
    return tuple(value)  # type: ignore[arg-type]  # it is one, as was just asked


def _strides(told: object, shape: tuple[int, ...], kind: DType, name: str) -> tuple[int, ...] | None:
    """In bytes; None where the elements are bits."""
    if kind.lanes > 1:
        return None
    if told is None:
        return canonical_strides(shape, kind.itemsize)
    strides = numbers(_sequence(told, f"'strides' of {name}"), f"'strides' of {name}", least=-(2**63))
    if len(strides) != len(shape):
        raise UnsupportedError(f"{name} gives {len(strides)} strides for the {len(shape)} axes of shape {shape}")
    return strides


def _data(thing: object, told: dict[str, Any], name: str) -> tuple[int | None, bool, object]:
    """The address of the first element, whether it is read-only, and the buffer that holds it."""
    data: Any = told.get("data")
    if type(data) in {tuple, list} and len(data) == 2:
        first = number(data[0] or 0, f"the address in 'data' of {name}", least=0, stop=2**64)
        return first or None, bool(data[1]), None
    if name == CUDA:
        raise UnsupportedError(f"'data' of {name} must be an address and a bool; got one of type {short_name(data)}")
    return _buffer(thing if data is None else data, told, name)


def _buffer(exporter: Any, told: dict[str, Any], name: str) -> tuple[int | None, bool, object]:  # noqa: ANN401 - as above
    """Bytes by the buffer protocol, from an offset on."""
    offset = number(told.get("offset", 0), f"'offset' of {name}", least=0)
    try:
        held = memoryview(exporter)
        start = buffer_address(held)
    except FOREIGN as error:
        kind = short_name(exporter)
        raise UnsupportedError(
            f"'data' of {name} must be an address and a bool, or a buffer; got one of type {kind}: {reason(error)}"
        ) from error
    if not held.contiguous or offset > held.nbytes:
        raise UnsupportedError(f"'offset' of {name} is {offset:,}, and its buffer holds {held.nbytes:,} bytes in a row")
    return None if start is None else start + offset, held.readonly, held


def element(typestr: object, descr: object = None, name: str = HOST) -> DType:
    """The dtype for a type string, and the fields that ``descr`` tells of a structure.

    Raises:
        UnsupportedError: It is no such string, or the fields do not add up to it.

    >>> element(">f4").swapped, element("<U3").name, element("|V5", [("x", "<f4"), ("n", "|u1")]).name
    (True, 'U3', 'struct{x: float32, n: uint8}')
    """
    found = _TYPESTR.fullmatch(typestr) if type(typestr) is str else None
    if found is None:
        is_short = type(typestr) is str and len(typestr) <= 40
        shown = repr(typestr) if is_short else f"one of type {short_name(typestr)}"
        raise UnsupportedError(f"'typestr' of {name} must be a string like '<f4'; got {shown}")
    order, letter, count = found[1], found[2] or found[4], found[3] or found[5] or POINTER.itemsize
    plain = _plain(letter, int(count), found[6] or "")
    swapped = (order == ">") == (sys.byteorder == "little") and order in {"<", ">"} and _has_order(letter, plain)
    if letter == "V" and descr is not None and not _says_nothing(descr):
        return _structure(descr, plain.itemsize, name)
    return replace(plain, swapped=swapped) if swapped else plain


def _has_order(letter: str, kind: DType) -> bool:
    return letter not in "SVOt" and (kind.itemsize > 1 or letter == "U")


def _says_nothing(descr: object) -> bool:
    """The description that every object without fields has: one field without a name."""
    return type(descr) is list and len(descr) == 1 and type(descr[0]) is tuple and descr[0][:1] == ("",)


def _plain(letter: str, count: int, unit: str) -> DType:
    kind = _KINDS[letter]
    if letter == "O":
        return replace(POINTER, name="object", itemsize=count)
    if letter == "t":
        return DType(f"bits{count}", max(1, count // 8), kind, lanes=max(1, 8 // max(count, 1)))
    if letter in "SUV":
        return DType(f"{letter}{count}", count * (_UNICODE_BYTES if letter == "U" else 1), kind)
    if letter in "mM":
        return DType(f"{'datetime64' if letter == 'M' else 'timedelta64'}{unit}", count, kind)
    word = "bool" if letter == "b" else f"{kind}{8 * count}"
    known = DTYPES.get(word)
    if known is not None and known.itemsize == count:
        return known
    return DType({"float128": "longdouble", "complex256": "clongdouble"}.get(word, word), count, kind)


def _structure(descr: object, itemsize: int, name: str) -> DType:
    fields, size = _fields(descr, name, [_MOST_FIELDS])
    if size != itemsize:
        raise UnsupportedError(f"the fields in 'descr' of {name} take {size:,} bytes; 'typestr' says {itemsize:,}")
    inner = ", ".join(f"{field}: {kind.name}" for field, kind, _ in fields)
    return DType(f"struct{{{inner}}}", itemsize, "void", fields=fields)


def _fields(descr: object, name: str, left: list[int]) -> tuple[tuple[tuple[str, DType, int], ...], int]:
    """Name, dtype and offset of each field, gaps left out, and the bytes in all. ``left`` counts fields down."""
    fields: list[tuple[str, DType, int]] = []
    offset = 0
    for entry in _sequence(descr, f"'descr' of {name}"):
        left[0] -= 1
        if left[0] < 0:
            raise UnsupportedError(f"'descr' of {name} has more than {_MOST_FIELDS} fields")
        title, kind = _field(entry, name, left)
        if title:
            fields.append((title, kind, offset))
        offset += kind.itemsize
    return tuple(fields), offset


def _field(entry: object, name: str, left: list[int]) -> tuple[str, DType]:
    parts = _sequence(entry, f"a field in 'descr' of {name}")
    if len(parts) not in {2, 3}:
        raise UnsupportedError(f"a field in 'descr' of {name} has a name, a type and perhaps a shape; got {len(parts)}")
    title = parts[0][-1] if type(parts[0]) is tuple and parts[0] else parts[0]
    if type(title) is not str:
        raise UnsupportedError(f"the name of a field in 'descr' of {name} is of type {short_name(title)}")
    if type(parts[1]) is str:
        kind = element(parts[1], None, name)
    else:
        left[0] -= _NESTED
        inner, size = _fields(parts[1], name, left)
        words = ", ".join(f"{field}: {kind.name}" for field, kind, _ in inner)
        kind = DType(f"struct{{{words}}}", size, "void", fields=inner)
    return (title, kind) if len(parts) == 2 else (title, _repeated(kind, parts[2], name))


def _repeated(kind: DType, shape: object, name: str) -> DType:
    """An array in a field."""
    told = shape if type(shape) in {tuple, list} else (shape,)
    sizes = numbers(_sequence(told, "a shape"), f"the shape of a field in 'descr' of {name}", least=0)
    size = number(numel(sizes) * kind.itemsize, f"the bytes of a field in 'descr' of {name}", least=0)
    return DType(f"{kind.name}{list(sizes)}", size, "void", swapped=kind.swapped, fields=kind.fields)
