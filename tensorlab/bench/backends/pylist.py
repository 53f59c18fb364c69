"""Plain Python lists of floats: the best that the language does without a library."""

from __future__ import annotations

from math import exp
from operator import mul
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.layout.dtype import dtype
from tensorlab.memory.build import build_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.memory.record import Operand

Vector: TypeAlias = list[float]
Matrix: TypeAlias = list[list[float]]

NAME = "list"
PACE = 25e-9
"""Seconds an operation: a list comprehension takes 20 to 45 ns an element, a product and its addition 16."""
BOX = 24
"""A list holds 8 bytes an element that point to an object of 24, of which 8 are the value."""


def add(first: Vector, second: Vector) -> Vector:
    """Element by element."""
    return [x + y for x, y in zip(first, second, strict=True)]


def multiply(first: Vector, second: Vector) -> Vector:
    """Element by element."""
    return [x * y for x, y in zip(first, second, strict=True)]


def exponential(values: Vector) -> Vector:
    """Element by element."""
    return [exp(x) for x in values]


def rectify(values: Vector) -> Vector:
    """Negative elements become zero."""
    return [x if x > 0 else 0.0 for x in values]


def choose(condition: list[bool], first: Vector, second: Vector) -> Vector:
    """From the first where the condition holds, otherwise from the second."""
    return [x if c else y for c, x, y in zip(condition, first, second, strict=True)]


def matrix_product(first: Matrix, second: Matrix) -> Matrix:
    """Rows times columns."""
    columns = list(zip(*second, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in first]


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
    values=values,
    synchronize=always(None),
    free=lambda device: free_memory(),  # noqa: ARG005 - the signature of Backend.free
    box=BOX,
    pace=always(PACE),
    implementations={
        "add": always(add),
        "mul": always(multiply),
        "exp": always(exponential),
        "relu": always(rectify),
        "where": always(choose),
        "sum": always(sum),
        "matmul": always(matrix_product),
    },
)
