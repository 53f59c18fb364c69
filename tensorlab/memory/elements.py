"""The Python value of an element from its bytes, where no library reads it."""

from __future__ import annotations

import math
import struct
import sys
from typing import TYPE_CHECKING, Literal

from tensorlab.errors import UnsupportedError
from tensorlab.layout.bits.formats import FORMATS, meaning
from tensorlab.memory.cpython import long_double

if TYPE_CHECKING:
    from tensorlab.layout.bits.formats import Format
    from tensorlab.layout.dtype import DType

_CODES = {
    ("float", 2): "e", ("float", 4): "f", ("float", 8): "d",
    ("complex", 4): "ee", ("complex", 8): "ff", ("complex", 16): "dd",
}  # fmt: skip


def value(raw: bytes, kind: DType) -> object:
    r"""The Python value of one element; raw bytes where Python has none.

    Raises:
        UnsupportedError: What they stand for is not in them: an object elsewhere, a time of a unit, a packed value.

    >>> from tensorlab.layout.dtype import dtype
    >>> value(b"\x80\x3f", dtype("bfloat16")), value(b"\x2a", dtype("uint8")), value(b"\x3c", dtype("float8_e5m2"))
    (1.0, 42, 1.0)
    """
    big = kind.swapped == (sys.byteorder == "little")
    order: Literal["big", "little"] = "big" if big else "little"
    if kind.fields and not kind.name.endswith("]"):
        return tuple(value(raw[at : at + inner.itemsize], inner) for _, inner, at in kind.fields)
    if not _tells(kind):
        raise UnsupportedError(f"the bytes of {kind.name} do not tell its value")
    if kind.kind in {"int", "uint"}:
        return int.from_bytes(raw, order, signed=kind.kind == "int")
    if kind.kind == "bool":
        return any(raw)
    if kind.kind == "text":
        return _text(raw, kind, order)
    return _number(raw, kind, order) if kind.kind in {"float", "complex"} else raw


def _tells(kind: DType) -> bool:
    """Whether the bytes alone are the value: torch's ``uint4`` and ``bits8`` promise nothing, ``quint8`` an integer."""
    if kind.kind in {"object", "time"} or kind.name.startswith("bits"):
        return False
    if kind.kind in {"int", "uint"}:
        return kind.lanes == 1 and kind.name.endswith(str(8 * kind.itemsize))
    return kind.lanes == 1 or kind.name in FORMATS


def _number(raw: bytes, kind: DType, order: Literal["big", "little"]) -> object:
    form = FORMATS.get(kind.name)
    code = _CODES.get((kind.kind, len(raw)))
    if kind.name == "longdouble" and not kind.swapped:
        return long_double(raw)
    if kind.name == "clongdouble" and not kind.swapped:
        return complex(long_double(raw[: len(raw) // 2]), long_double(raw[len(raw) // 2 :]))
    if code is None or (form is not None and form.name not in {"float16", "float32", "float64"}):
        return raw if form is None else _small(int.from_bytes(raw, order), form)
    numbers = struct.unpack((">" if order == "big" else "<") + code, raw)
    return complex(*numbers) if kind.kind == "complex" else numbers[0]


def _small(code: int, form: Format) -> object:
    """A float that Python has no letter for; two of them where they share a byte, the low bits first."""
    if form.width == 4:
        return tuple(_exact(part, form) for part in (code & 15, code >> 4))
    return _exact(code, form)


def _exact(code: int, form: Format) -> float:
    number = meaning(form, code).value
    if number.kind == "finite":
        size = number.numerator / number.denominator
    else:
        size = math.nan if number.kind == "nan" else math.inf
    return math.copysign(size, -1.0 if number.negative else 1.0)


def _text(raw: bytes, kind: DType, order: Literal["big", "little"]) -> object:
    """One character of a buffer, or a text of fixed length, which ends before the zeros that fill it."""
    if kind.name.startswith("S"):
        return raw.rstrip(b"\0")
    if kind.name.startswith("U"):
        return raw.decode(f"utf-32-{order[0]}e").rstrip("\0")
    return raw.decode(f"utf-{8 * len(raw)}-{order[0]}e")
