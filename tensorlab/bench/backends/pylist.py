"""Plain Python lists of floats: the best that the language does without a library."""

from __future__ import annotations

import math
import sys
from array import array
from operator import mul
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.layout.dtype import dtype
from tensorlab.memory.build import build_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tensorlab.bench.record import Group
    from tensorlab.memory.record import Operand

Vector: TypeAlias = list[float]
Matrix: TypeAlias = list[list[float]]

NAME = "list"
DOT_PACE = 4e-9 if sys.version_info >= (3, 12) else 8e-9
"""Seconds an operation in a dot product of 64 numbers or more. Measured: 7.5 to 9.3 ns with ``sum(map(mul, ...))`` on
Python 3.11 and 3.3 to 4.7 with ``math.sumprod`` on 3.12 and 3.13; for all of AlexNet 7.7 and 4.1."""
PACES: Mapping[Group, float] = {
    "elementwise": 30e-9,
    "fused": 30e-9,
    "reduction": 4e-9,
    "matmul": DOT_PACE,
    "movement": 10e-9,
    "network": DOT_PACE,
    "own": 0.0,
}
"""Seconds an operation. Measured on Python 3.11 and 3.12: a comprehension takes 20 to 30 ns an element in the caches,
and 27 to 47 at 10 million, where each result is a new object in memory; ``sum`` takes 2.9 to 3.6 and 5.3 to 5.7."""
GELU = math.sqrt(2 / math.pi)
BOX = 32
"""An element is a pointer of 8 bytes to an object of 24, for which CPython sets 32 aside: 40 bytes, of which 8 are the
value. Measured: 40.5 bytes an element of AlexNet's weights."""


if sys.version_info >= (3, 12):
    dot = math.sumprod
else:

    def dot(first: Sequence[float], second: Sequence[float]) -> float:
        """The sum of the products, rounded after every step; from Python 3.12 on, ``math.sumprod`` rounds once."""
        total: float = sum(map(mul, first, second))
        return total


def add(first: Vector, second: Vector) -> Vector:
    """Element by element."""
    return [x + y for x, y in zip(first, second, strict=True)]


def multiply(first: Vector, second: Vector) -> Vector:
    """Element by element."""
    return [x * y for x, y in zip(first, second, strict=True)]


def exponential(values: Vector) -> Vector:
    """Element by element."""
    return [math.exp(x) for x in values]


def rectify(values: Vector) -> Vector:
    """Negative elements become zero; NaN stays NaN."""
    return [0.0 if x < 0 else x for x in values]


def choose(condition: list[bool], first: Vector, second: Vector) -> Vector:
    """From the first where the condition holds, otherwise from the second."""
    return [x if c else y for c, x, y in zip(condition, first, second, strict=True)]


def matrix_product(first: Matrix, second: Matrix) -> Matrix:
    """Rows times columns."""
    columns = list(zip(*second, strict=True))
    return [[dot(row, column) for column in columns] for row in first]


def _cast(values: Vector) -> object:
    """Python has one float; the nearest to another is an array of the standard library."""
    return array("f", values)


def _softmax(values: Vector) -> Vector:
    top = max(values)
    powers = [math.exp(x - top) for x in values]
    total = sum(powers)
    return [x / total for x in powers]


def _norm(values: Sequence[float]) -> float:
    return math.sqrt(sum(map(mul, values, values)))


def _argmax(values: Sequence[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _gelu(values: Vector) -> Vector:
    return [0.5 * x * (1 + math.tanh(GELU * (x + 0.044715 * x * x * x))) for x in values]


def _chain3(first: Vector, second: Vector, third: Vector) -> Vector:
    return [max(x * y + z, 0.0) for x, y, z in zip(first, second, third, strict=True)]


def _chain8(first: Vector, second: Vector, third: Vector) -> Vector:
    lists = zip(first, _chain3(first, second, third), strict=True)
    return [x / (1 + math.exp(-r)) + r for x, r in lists]


def _scatter(values: Vector, order: list[int]) -> Vector:
    found = [0.0] * len(values)
    for place, value in zip(order, values, strict=True):
        found[place] = value
    return found


def many_products(first: list[Matrix], second: list[Matrix]) -> list[Matrix]:
    """Of each pair of matrices."""
    return list(map(matrix_product, first, second))


def rows_by_rows(first: Matrix, second: Matrix) -> Matrix:
    """Each row of the one times each row of the other."""
    return [[dot(row, other) for other in second] for row in first]


def linear(rows: Matrix, weight: Matrix, bias: Vector) -> Matrix:
    """Rows times the rows of the weight, plus the bias."""
    return [[dot(row, one) + b for one, b in zip(weight, bias, strict=True)] for row in rows]


def convolve(images: list[list[Matrix]], kernels: list[list[Matrix]]) -> list[list[Matrix]]:
    """Each window of each image times each kernel, in steps of 1, without padding."""
    wide = len(kernels[0][0][0])
    return [[_filtered(channels, kernel, wide) for kernel in kernels] for channels in images]


def _filtered(channels: list[Matrix], kernel: list[Matrix], wide: int) -> Matrix:
    tall = len(kernel[0])
    down, right = range(len(channels[0]) - tall + 1), range(len(channels[0][0]) - wide + 1)
    lines = [(n, y, kernel[n][y]) for n in range(len(kernel)) for y in range(tall)]
    return [[sum(dot(channels[n][y + up][x : x + wide], line) for n, up, line in lines) for x in right] for y in down]


def _columns(reduce: Callable[[Sequence[float]], Any]) -> Callable[[Matrix], list[Any]]:
    return lambda matrix: [reduce(column) for column in zip(*matrix, strict=True)]


def _rows(reduce: Callable[[Sequence[float]], Any]) -> Callable[[Matrix], list[Any]]:
    return lambda matrix: [reduce(row) for row in matrix]


def _softmax_columns(matrix: Matrix) -> Matrix:
    return [list(row) for row in zip(*(_softmax(list(c)) for c in zip(*matrix, strict=True)), strict=True)]


REDUCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "sum": sum,
    "max": max,
    "argmax": _argmax,
    "norm": _norm,
}


def place(operand: Operand, device: str, seed: int) -> object:  # noqa: ARG001 - the signature of Backend.place
    """The operand as nested lists of Python numbers."""
    return build_array(operand, seed=seed).tolist()


def values(result: object) -> NDArray[Any]:
    """Nested lists as an array."""
    return np.asarray(result)


BACKEND = Backend(
    name=NAME,
    devices=always(("cpu",)),
    kinds=("cpu",),
    missing=always(""),
    computes=lambda kind: dtype("float64") if kind.kind == "float" else kind,
    lacks=always(""),
    place=place,
    adopt=lambda array: array.tolist(),
    values=values,
    synchronize=always(None),
    free=lambda device: free_memory(),  # noqa: ARG005 - the signature of Backend.free
    box=BOX,
    pace=lambda device, kind, group: PACES[group],  # noqa: ARG005 - the signature of Backend.pace
    implementations={
        "add": always(add),
        "mul": always(multiply),
        "div": always(lambda x, y: [a / b for a, b in zip(x, y, strict=True)]),
        "exp": always(exponential),
        "tanh": always(lambda x: [math.tanh(v) for v in x]),
        "gelu": always(_gelu),
        "relu": always(rectify),
        "where": always(choose),
        "cast": always(_cast),
        "clamp": always(lambda x: [min(max(v, -0.5), 0.5) for v in x]),
        "add_row": always(lambda matrix, row: [add(one, row) for one in matrix]),
        "chain3": always(_chain3),
        "chain8": always(_chain8),
        **{name: always(function) for name, function in REDUCTIONS.items()},
        **{f"{name}_axis0": always(_columns(function)) for name, function in REDUCTIONS.items()},
        **{f"{name}_axis1": always(_rows(function)) for name, function in REDUCTIONS.items()},
        "softmax": always(_softmax),
        "softmax_axis0": always(_softmax_columns),
        "softmax_axis1": always(lambda matrix: [_softmax(row) for row in matrix]),
        "matmul": always(matrix_product),
        "matmul_tall": always(matrix_product),
        "matmul_batched": always(many_products),
        "einsum": always(rows_by_rows),
        "linear": always(linear),
        "conv2d": always(convolve),
        "matvec": always(lambda matrix, vector: [dot(row, vector) for row in matrix]),
        "matmul_ta": always(matrix_product),
        "matmul_tb": always(matrix_product),
        "matmul_strided": always(matrix_product),
        "copy": always(list),
        "transpose": always(lambda matrix: list(map(list, zip(*matrix, strict=True)))),
        "gather": always(lambda x, order: [x[n] for n in order]),
        "scatter": always(_scatter),
        "cat": always(lambda x, y: x + y),
        "index": always(lambda matrix, order: [matrix[n][:] for n in order]),
    },
)
