"""Elements by their addresses, as kernels read them."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from operator import mul
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def whole(x: Tensor) -> Tensor:
    """All elements of the storage, in the order of their addresses."""
    return torch.empty(0, dtype=x.dtype).set_(x.untyped_storage())


def read(x: Tensor, shape: Sequence[int], strides: Sequence[int], offset: int | torch.SymInt) -> Tensor:
    """A view of the storage, whatever the layout of ``x``."""
    return whole(x).as_strided(tuple(shape), tuple(strides), offset)


def c_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of C order, in elements."""
    return tuple(accumulate((max(n, 1) for n in reversed(shape[1:])), mul, initial=1))[::-1] if shape else ()


def in_c_order(x: Tensor) -> Tensor:
    """As many elements as ``x`` has, from its first on, as if they lay in C order."""
    return read(x, x.shape, c_strides(x.shape), x.storage_offset())


def extent(x: Tensor) -> int:
    """Elements of the storage from the first of ``x`` to its last."""
    return 1 + sum((n - 1) * s for n, s in zip(x.shape, x.stride(), strict=True)) if x.numel() else 0


def dense(x: Tensor) -> bool:
    """Whether no element of the storage between the first and the last is skipped or repeated."""
    axes = sorted((s, n) for n, s in zip(x.shape, x.stride(), strict=True) if n != 1)
    return all(s == prod(n for _, n in axes[:place]) for place, (s, _) in enumerate(axes))
