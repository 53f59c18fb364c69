"""NumPy arrays. Run in float64, these implementations are the reference that every result is checked against."""

from __future__ import annotations

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


BACKEND = Backend(
    name=NAME,
    devices=always(("cpu",)),
    kinds=("cpu",),
    missing=always(""),
    computes=lambda kind: kind,
    lacks=lacks,
    place=place,
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
