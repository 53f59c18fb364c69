"""How NumPy's files name a dtype: a word, or the fields of a structure."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from sys import byteorder
from typing import TYPE_CHECKING

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES, POINTER, DType

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_WORD = re.compile(r"([<>|=]?)([biufcSUVOmMtTg])(\d{0,9})(\[[^\]]{1,20}\])?")
_KINDS: dict[str, tuple[str, Kind]] = {
    "b": ("bool", "bool"), "i": ("int", "int"), "u": ("uint", "uint"), "f": ("float", "float"),
    "c": ("complex", "complex"), "m": ("timedelta64", "time"), "M": ("datetime64", "time"),
}  # fmt: skip
_LONG = {"float": "longdouble", "complex": "clongdouble"}
_LETTERS: dict[str, tuple[int, Kind]] = {"S": (1, "text"), "U": (4, "text"), "V": (1, "void")}
_MOST_DEPTH = 16
_MOST_BYTES = 2**62


def of_descr(descr: object, depth: int = 0) -> DType:
    """The dtype that a header names, named as the adapter of arrays names it.

    Raises:
        UnsupportedError: NumPy has none of that name.

    >>> of_descr("<f8").name, of_descr(">i2").swapped, of_descr("<U3").itemsize, of_descr("<M8[ns]").name
    ('float64', True, 12, 'datetime64[ns]')
    >>> of_descr([("x", "<f8"), ("", "|V4"), ("n", "|u1", (2,))]).name
    'struct{x: float64, n: uint8[2]}'
    """
    if isinstance(descr, str):
        return _word(descr)
    if isinstance(descr, tuple) and len(descr) == 2 and depth < _MOST_DEPTH:
        return _subarray(of_descr(descr[0], depth + 1), descr[1])
    if isinstance(descr, list) and depth < _MOST_DEPTH:
        return _structure(descr, depth)
    raise _unknown(descr)


def _word(word: str) -> DType:
    found = _WORD.fullmatch(word)
    if found is None:
        raise _unknown(word)
    order, letter, digits, unit = found.groups()
    swapped = order in "<>" and order != "" and (order == "<") != (byteorder == "little")
    if letter == "O":
        return replace(POINTER, name="object")
    count = int(digits or 0)
    if letter in _LETTERS:
        size, kind = _LETTERS[letter]
        return DType(f"{letter}{count}", size * count, kind, swapped=swapped and letter == "U")
    if letter not in _KINDS or not count:
        raise _unknown(word)
    name, kind = _KINDS[letter]
    if kind == "time":
        return DType(f"{name}{unit or ''}", count, kind, swapped=swapped)
    return _number(name, kind, count, swapped=swapped)


def _number(name: str, kind: Kind, size: int, *, swapped: bool) -> DType:
    known = DTYPES.get(name if kind == "bool" else f"{name}{8 * size}")
    if known is not None and known.itemsize == size:
        return replace(known, swapped=swapped and size > 1)
    if kind in _LONG and size in (12, 16, 24, 32):
        c_name = "long double" if kind == "float" else "long double _Complex"
        return DType(_LONG[kind], size, kind, swapped=swapped, c_name=c_name)
    raise _unknown(f"{name} of {size} bytes")


def _structure(descr: list[object], depth: int) -> DType:
    fields: list[tuple[str, DType, int]] = []
    offset = 0
    for field in descr:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise _unknown(descr)
        kind = of_descr(field[1], depth + 1)
        kind = _subarray(kind, field[2]) if len(field) == 3 else kind
        name = field[0][1] if isinstance(field[0], tuple) and len(field[0]) == 2 else field[0]
        if not isinstance(name, str):
            raise _unknown(descr)
        if name:  # one without a name is padding
            fields.append((name, kind, offset))
        offset += kind.itemsize
    if offset > _MOST_BYTES:
        raise _unknown(descr)
    if any(kind.kind == "object" for _, kind, _ in fields):
        return replace(POINTER, name="object", itemsize=offset)
    inner = ", ".join(f"{name}: {kind.name}" for name, kind, _ in fields)
    return DType(f"struct{{{inner}}}", offset, "void", fields=tuple(fields))


def _subarray(kind: DType, shape: object) -> DType:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and 0 <= n < 2**31 for n in sizes) or len(sizes) > _MOST_DEPTH:
        raise _unknown(shape)
    count = prod(sizes)
    if kind.itemsize * count > _MOST_BYTES:
        raise _unknown(shape)
    if kind.kind == "object":
        return replace(kind, itemsize=kind.itemsize * count)
    name = f"{kind.name}{list(sizes)}"
    return DType(name, kind.itemsize * count, "void", swapped=kind.swapped, fields=kind.fields)


def _unknown(descr: object) -> UnsupportedError:
    return UnsupportedError(f"its header has the dtype {str(descr)[:80]!r}, which NumPy has none of")
