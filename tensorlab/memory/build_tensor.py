"""The inverse of a map, for torch: an operand becomes a strided tensor with exactly its layout, on any device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import in_elements
from tensorlab.layout.facts import coverage
from tensorlab.layout.shapes import numel
from tensorlab.memory.build import NUMBERS, fill_values, numpy_dtype, reduced, written_once

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand


def build_tensor(operand: Operand, device: str = "cpu", *, seed: int = 0) -> torch.Tensor:
    """The operand as a tensor: its shape, strides and offset over a fresh storage of exactly ``operand.nbytes`` bytes.

    It holds the values that ``build_array`` gives the same operand and seed; on the meta device it holds none.

    Args:
        operand: What to build.
        device: Where: "cpu", "cuda:0", "meta".
        seed: Of a "random" fill, so that two operands of one workload differ.

    Raises:
        UnsupportedError: torch has no such dtype, strides or fill.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Operand
    >>> built = build_tensor(Operand(Layout((2, 3), (4, 8), offset=4, itemsize=4), dtype("float32"), nbytes=30))
    >>> built.tolist(), built.stride(), built.storage_offset(), built.untyped_storage().nbytes()
    ([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], (1, 2), 1, 30)
    """
    kind = torch_dtype(operand.dtype)
    offset, strides = _in_elements(operand)
    storage = torch.zeros(operand.nbytes, dtype=torch.uint8, device=device).untyped_storage()
    built = torch.empty(0, dtype=kind, device=device).set_(storage, offset, operand.layout.shape, strides)
    if device != "meta" and operand.fill != "zeros" and numel(operand.layout.shape):
        _write(built, operand, seed)
    return built


def torch_dtype(dtype: DType) -> torch.dtype:
    """Torch's dtype for one of ours.

    Raises:
        UnsupportedError: torch has none.

    >>> from tensorlab.layout.dtype import dtype
    >>> torch_dtype(dtype("bfloat16"))
    torch.bfloat16
    """
    found = getattr(torch, dtype.name, None) if dtype.kind in NUMBERS and not dtype.swapped else None
    if not isinstance(found, torch.dtype):
        order = " in the other byte order" if dtype.swapped else ""
        raise UnsupportedError(f"torch has no dtype {dtype.name}{order}", hint="convert it with NumPy first")
    return found


def _in_elements(operand: Operand) -> tuple[int, tuple[int, ...]]:
    layout = operand.layout
    if any(stride < 0 for stride in layout.strides):
        raise UnsupportedError(
            f"torch takes no negative strides; got {layout.strides} bytes", hint="build an array, or flip a copy"
        )
    found = in_elements(layout)
    if found is None:
        raise UnsupportedError(
            f"torch counts strides and offset in elements of {layout.itemsize} bytes;"
            f" got strides {layout.strides} and offset {layout.offset} bytes",
            hint="build an array: NumPy counts in bytes",
        )
    return found


def _write(built: torch.Tensor, operand: Operand, seed: int) -> None:
    if operand.dtype.lanes > 1:
        raise UnsupportedError(f"torch converts nothing to {operand.dtype.name}", hint='use the fill "zeros"')
    values = _converted(operand, built.dtype, seed)
    written = written_once(built, operand.layout)
    if coverage(reduced(operand.layout)) == "once":
        written.copy_(values)
        return
    for index in np.ndindex(tuple(values.shape)):
        written[index] = values[index]


def _converted(operand: Operand, kind: torch.dtype, seed: int) -> torch.Tensor:
    """The values in the operand's dtype, rounded by NumPy where it has that dtype: then both libraries agree."""
    values = fill_values(operand, seed)
    try:
        return torch.from_numpy(values.astype(numpy_dtype(operand.dtype), copy=False))
    except UnsupportedError:
        return torch.from_numpy(values).to(kind)
