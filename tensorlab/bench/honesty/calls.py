"""What is compared with itself, with buffers of its own each time it is made; and a product with 3.1% more to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIDE = 512
WIDER = 528
"""Columns of the planted product: 528 / 512 is 1.031."""
LENGTH = 500
"""What stays in the nearest cache, wherever it lies: longer operands are faster than themselves in another place."""


def product(columns: int = SIDE) -> Callable[[], object]:
    """NumPy's product of 512 rows, float32.

    >>> product(8)().shape
    (512, 8)
    """
    random = np.random.default_rng(0)
    left = random.random((SIDE, SIDE), np.float32)
    right = random.random((SIDE, columns), np.float32)
    out = np.empty((SIDE, columns), np.float32)
    return lambda: np.matmul(left, right, out=out)


def planted() -> Callable[[], object]:
    """The product with 3.1% more columns."""
    return product(WIDER)


def _list() -> Callable[[], object]:
    values = [float(number) for number in range(LENGTH)]
    return lambda: sum(values)


def _array() -> Callable[[], object]:
    left, right, out = (np.ones(LENGTH, np.float32) for _ in range(3))
    return lambda: np.add(left, right, out=out)


def _tensor() -> Callable[[], object]:
    left, right, out = (torch.ones(LENGTH) for _ in range(3))
    return lambda: torch.add(left, right, out=out)


def _tensor_product() -> Callable[[], object]:
    left, right, out = (torch.rand(SIDE, SIDE) for _ in range(3))
    return lambda: torch.mm(left, right, out=out)


QUIET: Mapping[str, Callable[[], Callable[[], object]]] = {
    "list sum 500": _list,
    "NumPy add 500": _array,
    "torch add 500": _tensor,
    "NumPy matmul 512": product,
    "torch matmul 512": _tensor_product,
}
