"""NumPy arrays, and what is asked of them: every result is checked as one, against one that was made in float64."""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.errors import UnsupportedError
from tensorlab.memory.build import build_array, numpy_dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def softmax(array: NDArray[Any], axis: int = -1) -> NDArray[Any]:
    """Along an axis; the largest element is taken off before it is raised."""
    powers = np.exp(array - array.max(axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def _norm(array: NDArray[Any], axis: int | None = None) -> object:
    return np.sqrt(np.sum(array * array, axis))


def _gelu(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(0.5 * array * (1 + np.tanh(GELU * (array + 0.044715 * (array * array * array)))))


def _cast(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32 if array.dtype == np.float64 else np.float64)


def _chain3(first: NDArray[Any], second: NDArray[Any], third: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.maximum(first * second + third, 0))


def _chain8(first: NDArray[Any], second: NDArray[Any], third: NDArray[Any]) -> NDArray[Any]:
    rectified = _chain3(first, second, third)
    return np.asarray(first / (1 + np.exp(-rectified)) + rectified)


def _scatter(array: NDArray[Any], order: NDArray[Any]) -> NDArray[Any]:
    found = np.empty_like(array)
    found[order] = array
    return found


def _convolve(images: NDArray[Any], kernels: NDArray[Any]) -> NDArray[Any]:
    """The windows are a view; the product gathers them."""
    windows = np.lib.stride_tricks.sliding_window_view(images, kernels.shape[2:], axis=(2, 3))
    return np.moveaxis(np.tensordot(windows, kernels, ((1, 4, 5), (1, 2, 3))), 3, 1)


GELU = float(np.sqrt(2 / np.pi))
REDUCTIONS = ("sum", "max", "argmax", "softmax", "norm")
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "add": np.add,
    "mul": np.multiply,
    "div": np.divide,
    "exp": np.exp,
    "tanh": np.tanh,
    "gelu": _gelu,
    "relu": rectify,
    "where": np.where,
    "cast": _cast,
    "clamp": partial(np.clip, a_min=-0.5, a_max=0.5),
    "add_row": np.add,
    "chain3": _chain3,
    "chain8": _chain8,
    "sum": np.sum,
    "max": np.max,
    "argmax": np.argmax,
    "softmax": softmax,
    "norm": _norm,
    "matmul": np.matmul,
    "matmul_tall": np.matmul,
    "matmul_batched": np.matmul,
    "matvec": np.matmul,
    "einsum": lambda x, y: np.einsum("ik,jk->ij", x, y, optimize=True),
    "linear": lambda x, weight, bias: x @ weight.T + bias,
    "matmul_ta": np.matmul,
    "matmul_tb": np.matmul,
    "matmul_strided": np.matmul,
    "conv2d": _convolve,
    "copy": np.copy,
    "transpose": lambda x: np.ascontiguousarray(x.T),
    "gather": np.take,
    "scatter": _scatter,
    "cat": lambda x, y: np.concatenate((x, y)),
    "index": lambda x, order: x[order],
}
INTO = frozenset({"add", "mul", "div", "exp", "tanh", "clamp", "add_row", "matmul", "sum", "max", "argmax"})

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
        **{name: always(function) for name, function in FUNCTIONS.items()},
        **{f"{name}_axis{axis}": always(partial(FUNCTIONS[name], axis=axis)) for name in REDUCTIONS for axis in (0, 1)},
    },
    into=INTO,
)
