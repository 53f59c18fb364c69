"""Whether another way gives the same: values compared, whatever the layout of the result."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.utils._pytree import tree_flatten

from tensorlab.bench.backends.ndarray import largest_error
from tensorlab.bench.backends.tensor import values

TOLERANCES = {"float64": 1e-12, "float32": 1e-5, "float16": 2e-3, "bfloat16": 1.6e-2}
"""Of the largest value: sums in another order round otherwise. What has no tolerance is equal."""


def agrees(one: Any, other: Any) -> bool:
    """Whether two results are the same up to rounding: same structure, dtypes and shapes.

    >>> agrees(torch.ones(2), torch.ones(2)), agrees(torch.ones(2), torch.ones(2) * 2), agrees([1.0], (1.0,))
    (True, False, False)
    """
    left, structure = tree_flatten(one)
    right, same = tree_flatten(other)
    return structure == same and all(_alike(a, b) for a, b in zip(left, right, strict=True))


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, (float, complex)) and isinstance(other, (float, complex)):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other)) or one == other or (one != one and other != other)
    if type(one) is not type(other) and not (isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor)):
        return False
    if isinstance(one, (torch.Tensor, np.ndarray)):
        if one.dtype != other.dtype or tuple(one.shape) != tuple(other.shape):
            return False
        word = str(one.dtype).removeprefix("torch.")
        return largest_error(_array(one), _array(other)) <= TOLERANCES.get(word, 0.0)
    return bool(one == other)


def _array(thing: Any) -> np.ndarray[Any, Any]:
    if isinstance(thing, torch.Tensor):
        plain = thing.detach()
        if plain.is_complex():
            plain = torch.view_as_real(plain)
        return values(plain.to_dense() if plain.layout is not torch.strided else plain)
    return np.asarray(thing, dtype=np.float64) if thing.dtype.kind == "f" else np.asarray(thing)
