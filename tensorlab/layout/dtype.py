"""What one element is: a table of names, sizes, C types and bits. Knows no library."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from tensorlab.errors import UnknownNameError, UnsupportedError, unknown_name

Kind = Literal["bool", "int", "uint", "float", "complex", "time", "text", "void", "object"]


@dataclass(frozen=True, slots=True)
class DType:
    """What one element is.

    >>> dtype("bfloat16")
    DType(name='bfloat16', itemsize=2, kind='float', lanes=1, swapped=False, c_name=None, bits=(1, 8, 7), fields=())
    """

    name: str
    """The library's word: "float32", "float4_e2m1fn_x2"."""
    itemsize: int
    """Bytes an element takes; 0 for NumPy's V0."""
    kind: Kind
    lanes: int = 1
    """Values packed in one element: 2 for float4_e2m1fn_x2."""
    swapped: bool = False
    """Whether its bytes are in the other order than this machine's."""
    c_name: str | None = field(default=None, compare=False)
    """The C type of an element, None where C has none; "int64_t (long)" where the library says which of two it is. Two
    dtypes that differ in it alone are equal, as they are in NumPy."""
    bits: tuple[int, int, int] | None = None
    """Bits of sign, exponent and mantissa (of one part, for complex)."""
    fields: tuple[tuple[str, DType, int], ...] = ()
    """Name, dtype and byte offset of each field of a structure, or of the first of an array of structures."""

    def __post_init__(self) -> None:
        if self.itemsize < 0 or self.lanes < 1:
            raise UnsupportedError(f"dtype {self.name!r} cannot have itemsize {self.itemsize} and {self.lanes} lanes")


def _integers() -> dict[str, DType]:
    table = {}
    for bits in (8, 16, 32, 64):
        table[f"int{bits}"] = DType(f"int{bits}", bits // 8, "int", c_name=f"int{bits}_t")
        table[f"uint{bits}"] = DType(f"uint{bits}", bits // 8, "uint", c_name=f"uint{bits}_t")
    return table


def _floats() -> dict[str, DType]:
    rows = [
        ("float64", 8, "double", (1, 11, 52)),
        ("float32", 4, "float", (1, 8, 23)),
        ("float16", 2, None, (1, 5, 10)),
        ("bfloat16", 2, None, (1, 8, 7)),
        ("float8_e4m3fn", 1, None, (1, 4, 3)),
        ("float8_e4m3fnuz", 1, None, (1, 4, 3)),
        ("float8_e5m2", 1, None, (1, 5, 2)),
        ("float8_e5m2fnuz", 1, None, (1, 5, 2)),
        ("float8_e8m0fnu", 1, None, (0, 8, 0)),
    ]
    return {name: DType(name, size, "float", c_name=c_name, bits=bits) for name, size, c_name, bits in rows}


def _complexes() -> dict[str, DType]:
    rows = [
        ("complex32", 4, None, (1, 5, 10)),
        ("complex64", 8, "float _Complex", (1, 8, 23)),
        ("complex128", 16, "double _Complex", (1, 11, 52)),
    ]
    return {name: DType(name, size, "complex", c_name=c_name, bits=bits) for name, size, c_name, bits in rows}


DTYPES = {
    "bool": DType("bool", 1, "bool", c_name="_Bool"),
    **_integers(),
    **_floats(),
    **_complexes(),
    "float4_e2m1fn_x2": DType("float4_e2m1fn_x2", 1, "float", lanes=2, bits=(1, 2, 1)),
}
"""The dtypes with one meaning wherever they exist (NumPy, torch, C), by the name that NumPy and torch share."""

_LONG = {
    "l": "long", "L": "unsigned long", "q": "long long", "Q": "unsigned long long",
    "n": "ssize_t", "N": "size_t", "P": "void *",
}  # fmt: skip
"""Characters of the struct module and of NumPy that tell which C type an integer is, where two have its size."""

_MEANT = {
    "double": "'float64'", "half": "'float16'", "float": "'float32' or 'float64'", "short": "'int16'",
    "char": "'int8'", "int": "'int32' or 'int64'", "long": "'int64'", "long long": "'int64'", "complex": "'complex128'",
}  # fmt: skip
"""Words of C and Python -> the dtypes that they stand for, which are none of these words everywhere."""
_IS_LONG = sys.platform.startswith("linux") and sys.maxsize > 2**32
"""Whether the C library's int64_t is a long: on 64-bit Linux, while Windows and macOS have a long long."""

POINTER = DType("pointer", 8, "object", c_name="PyObject *")
"""What a list or an object array holds: the address of a boxed object, on a 64-bit machine."""


def dtype(name: str) -> DType:
    """The dtype of that name.

    Raises:
        UnknownNameError: The table has none of that name.

    >>> dtype("float32").c_name, dtype("float32").bits
    ('float', (1, 8, 23))
    >>> dtype("float33")
    Traceback (most recent call last):
    tensorlab.errors.UnknownNameError: no dtype is called 'float33'
    hint: did you mean 'float32'?
    """
    if name in _MEANT:
        raise UnknownNameError(f"no dtype is called {name!r}", hint=f"did you mean {_MEANT[name]}?")
    if name not in DTYPES:
        raise unknown_name("dtype", name, DTYPES)
    return DTYPES[name]


@cache
def spelled(kind: DType, letter: str) -> DType:
    """The dtype with the C type that a character of the struct module or of NumPy stands for.

    >>> spelled(dtype("int64"), "l").c_name, spelled(dtype("int64"), "q").c_name, spelled(dtype("int32"), "i").c_name
    ('int64_t (long)', 'int64_t (long long)', 'int32_t')
    >>> spelled(dtype("int64"), "l") == dtype("int64")
    True
    """
    word = _LONG.get(letter)
    return kind if word is None else replace(kind, c_name=f"{kind.c_name} ({word})")


def c_type(kind: DType) -> str:
    """The C type of an element, with what int64_t is on this machine where the library does not say; "none" of none.

    >>> c_type(dtype("int32")), c_type(dtype("bfloat16")), c_type(spelled(dtype("int64"), "q"))
    ('int32_t', 'none', 'int64_t (long long)')
    """
    if kind.c_name in {"int64_t", "uint64_t"}:
        sign = "unsigned " if kind.kind == "uint" else ""
        return f"{kind.c_name} ({sign}{'long' if _IS_LONG else 'long long'} here)"
    return kind.c_name or "none"
