"""How each format names its dtypes."""

from __future__ import annotations

from dataclasses import replace
from sys import byteorder
from typing import TYPE_CHECKING

from tensorlab.layout.dtype import DTYPES, DType

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

_STORAGES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16", "Long": "int64",
    "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8", "Bool": "bool",
    "ComplexFloat": "complex64", "ComplexDouble": "complex128", "QInt8": "qint8", "QUInt8": "quint8",
    "QInt32": "qint32", "QUInt4x2": "quint4x2", "QUInt2x4": "quint2x4", "Untyped": "uint8",
}  # fmt: skip
PACKED = {"quint4x2": 2, "quint2x4": 4}
"""Dtypes of torch that put several values in a byte and count each as one."""
_LANES = {**PACKED, "bits1x8": 8, "bits2x4": 4, "bits4x2": 2}
_TORCH_ONLY: dict[str, tuple[int, Kind]] = {
    "qint8": (1, "int"), "quint8": (1, "uint"), "qint32": (4, "int"), "quint4x2": (1, "uint"), "quint2x4": (1, "uint"),
    "bits1x8": (1, "void"), "bits2x4": (1, "void"), "bits4x2": (1, "void"), "bits8": (1, "void"), "bits16": (2, "void"),
    **{f"int{bits}": (1, "int") for bits in range(1, 8)}, **{f"uint{bits}": (1, "uint") for bits in range(1, 8)},
}  # fmt: skip
_SAFETENSORS = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "F16": "float16", "BF16": "bfloat16",
    "U32": "uint32", "I32": "int32", "F32": "float32", "U64": "uint64", "I64": "int64", "F64": "float64",
    "C64": "complex64", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz",
}  # fmt: skip
SUB_BYTE = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
"""Dtypes of safetensors with fewer than 8 bits a value: bits."""


def of_torch(name: str, *, order: str = byteorder) -> DType | None:
    """The dtype that torch calls so, stored in that byte order; None where torch has none.

    >>> of_torch("qint8"), of_torch("float33")
    (DType(name='qint8', itemsize=1, kind='int', lanes=1, swapped=False, c_name=None, bits=None, fields=()), None)
    """
    known = DTYPES.get(name)
    if known is None and name in _TORCH_ONLY:
        itemsize, kind = _TORCH_ONLY[name]
        known = DType(name, itemsize, kind, lanes=_LANES.get(name, 1))
    return known if known is None else _ordered(known, order)


def of_storage(name: str, *, order: str = byteorder) -> DType | None:
    """The dtype of a storage class of torch, by its full name; None where it is none.

    >>> of_storage("torch.HalfStorage").name, of_storage("torch.storage.UntypedStorage").name, of_storage("os.system")
    ('float16', 'uint8', None)
    """
    module, _, kind = name.rpartition(".")
    word = _STORAGES.get(kind.removesuffix("Storage")) if kind.endswith("Storage") else None
    return of_torch(word, order=order) if word and module in {"torch", "torch.storage", "torch.cuda"} else None


def of_safetensors(name: str) -> DType | None:
    """The dtype that safetensors calls so, always little-endian; None where it is not known.

    >>> of_safetensors("BF16").name, of_safetensors("F4").lanes, of_safetensors("X1")
    ('bfloat16', 1, None)
    """
    if name in SUB_BYTE:
        return DType(name, 1, "float")
    return of_torch(_SAFETENSORS[name], order="little") if name in _SAFETENSORS else None


def _ordered(kind: DType, order: str) -> DType:
    return replace(kind, swapped=True) if order != byteorder and kind.itemsize > 1 else kind
