"""What one element of a tensor is: torch's dtypes as records, also those that no other library has."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.layout.dtype import DTYPES, DType

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.dtype import Kind

_BASE: Any = torch.Tensor
tensor_dtype: Callable[[torch.Tensor], torch.dtype] = _BASE.dtype.__get__
"""The dtype as torch knows it, past whatever a subclass says."""
LANES: dict[torch.dtype, int] = {
    kind: lanes
    for name, lanes in (("quint4x2", 2), ("quint2x4", 4))
    if (kind := getattr(torch, name, None)) is not None
}
"""Quantized dtypes that pack several values in a byte and yet report one byte each."""
_BITS = {"bits1x8": 8, "bits2x4": 4, "bits4x2": 2}
"""Dtypes of raw bits: values in a byte."""


def element(tensor: torch.Tensor) -> DType:
    """The dtype as a record.

    >>> element(torch.empty(0, dtype=torch.bfloat16)).bits
    (1, 8, 7)
    """
    return element_of(tensor_dtype(tensor))


@cache
def element_of(dtype: torch.dtype) -> DType:
    """A dtype of torch's as a record.

    >>> element_of(torch.int16).itemsize
    2
    """
    name = str(dtype).removeprefix("torch.")
    known = DTYPES.get(name)
    if known is not None:
        return known
    kind: Kind = "uint" if name.startswith(("uint", "quint")) else "int" if name.startswith(("int", "qint")) else "void"
    return DType(name, dtype.itemsize, kind, lanes=LANES.get(dtype) or _BITS.get(name, 1))
