"""Whether another way gives the same: values compared, whatever the layout of the result."""

from __future__ import annotations

from cmath import isclose, isnan
from typing import Any

import numpy as np
import torch
from torch.utils._pytree import tree_flatten

from tensorlab.bench.backends.ndarray import largest_error
from tensorlab.bench.backends.tensor import values

TOLERANCES = {"float64": 1e-12, "float32": 1e-5, "float16": 2e-3, "bfloat16": 1.6e-2} | {
    "complex128": 1e-12,
    "complex64": 1e-5,
}
"""Of the largest value: sums in another order round otherwise. What has no tolerance is equal."""


def agrees(one: object, other: object) -> bool:
    """Whether two results are the same up to rounding: same structure, dtypes and shapes.

    >>> agrees(torch.ones(2), torch.ones(2)), agrees(torch.ones(2), torch.ones(2) * 2), agrees([1.0], (1.0,))
    (True, False, False)
    """
    left, structure = tree_flatten(one)
    right, same = tree_flatten(other)
    return structure == same and all(_alike(a, b) for a, b in zip(left, right, strict=True))


def _alike(one: object, other: object) -> bool:
    if isinstance(one, (float, complex)) and isinstance(other, (float, complex)):
        return isclose(one, other, rel_tol=1e-9) or (isnan(one) and isnan(other))
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        alike = one.dtype == other.dtype and one.shape == other.shape and one.is_meta == other.is_meta
        return alike and (one.is_meta or _close(_array(one), _array(other), str(one.dtype).removeprefix("torch.")))
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and _close(one, other, one.dtype.name)
    return bool(one == other)


def _close(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], word: str) -> bool:
    """Up to rounding where the dtype rounds."""
    if word not in TOLERANCES:
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    wide = np.result_type(one.dtype, np.float64)
    return largest_error(one.astype(wide), other.astype(wide)) <= TOLERANCES[word]


def _array(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    plain = tensor.detach()
    return values(plain if plain.layout is torch.strided else plain.to_dense())
