"""NumPy arrays, and what is asked of them: every result is checked as one, against one that was made in float64."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.errors import UnsupportedError
from tensorlab.memory.build import build_array, numpy_dtype

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.bench.record import Group
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

NAME = "numpy"
BLAS_PACE = 0.05e-9
"""Seconds an operation in a dtype that the BLAS library knows."""
LOOP_PACE = 2e-9
"""Seconds an operation in float16 or an integer, which NumPy multiplies in a loop."""


def rectify(array: NDArray[Any]) -> NDArray[Any]:
    """Negative elements become zero."""
    found: NDArray[Any] = np.maximum(array, 0)
    return found


def lacks(device: str, kind: DType) -> str:  # noqa: ARG001 - the signature of Backend.lacks
    """One sentence where NumPy has no such dtype."""
    try:
        numpy_dtype(kind)
    except UnsupportedError as error:
        return error.message
    return ""


def place(operand: Operand, device: str, seed: int) -> object:  # noqa: ARG001 - the signature of Backend.place
    """The operand as an array."""
    return build_array(operand, seed=seed)


def pace(device: str, kind: DType, group: Group) -> float:  # noqa: ARG001 - the signature of Backend.pace
    """Seconds an operation, by what the BLAS library knows."""
    return BLAS_PACE if kind.name in {"float32", "float64"} else LOOP_PACE


def values(result: object) -> NDArray[Any]:
    """Floats in float64, the rest as they are."""
    array = np.asarray(result)
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def largest_error(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest difference, relative to the largest value expected; infinite where the shapes or NaNs differ.

    >>> largest_error(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
    0.25
    >>> largest_error(np.array([1.0]), np.array(1.0)), largest_error(np.array(np.nan), np.array(1.0))
    (inf, inf)
    """
    if found.shape != expected.shape:
        return np.inf
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    if np.all(same):
        return 0.0
    with np.errstate(invalid="ignore"):
        difference = float(np.max(np.abs(np.where(same, 0, found - expected))))
    scale = float(np.max(np.abs(expected), where=np.isfinite(expected), initial=0.0)) or 1.0
    return difference / scale if np.isfinite(difference) else np.inf


def agree(one: object, other: object, allowed: float) -> bool:
    """Whether both are arrays, and their largest error is allowed.

    >>> agree(np.ones(2), np.ones(2), 0.0), agree(np.ones(2), np.zeros(2), 0.5), agree(np.ones(2), None, 0.5)
    (True, False, False)
    """
    both = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return both and largest_error(np.asarray(one), np.asarray(other)) <= allowed


def digest(values: NDArray[Any]) -> bytes:
    """A few bytes that tell two arrays of the same shape apart, bit by bit, without keeping either.

    >>> digest(np.zeros(3)) == digest(np.zeros(6)[::2]), digest(np.zeros(3)) == digest(np.ones(3))
    (True, False)
    """
    return blake2b(np.ascontiguousarray(values).data, digest_size=16).digest()


BACKEND = Backend(
    name=NAME,
    devices=always(("cpu",)),
    kinds=("cpu",),
    missing=always(""),
    computes=lambda kind: kind,
    lacks=lacks,
    place=place,
    adopt=lambda array: array,
    values=values,
    synchronize=always(None),
    free=lambda device: free_memory(),  # noqa: ARG005 - the signature of Backend.free
    box=0,
    pace=pace,
    implementations={
        "add": always(np.add),
        "mul": always(np.multiply),
        "exp": always(np.exp),
        "relu": always(rectify),
        "where": always(np.where),
        "sum": always(np.sum),
        "matmul": always(np.matmul),
    },
)
