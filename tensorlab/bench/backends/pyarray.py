"""``array.array``: the numbers themselves one after another, as C has them, and Python's loops over them."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.bench.backends import pylist
from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.budget import free_memory
from tensorlab.layout.dtype import dtype
from tensorlab.memory.build import build_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from tensorlab.bench.record import Group
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

NAME = "array"
CODES: Mapping[str, str] = {"float32": "f", "float64": "d", "int64": "q", "int32": "i", "bool": "b"}
PACES: Mapping[Group, float] = {
    "elementwise": 45e-9,
    "fused": 60e-9,
    "reduction": 15e-9,
    "matmul": 20e-9,
    "movement": 20e-9,
    "network": 20e-9,
    "own": 0.0,
}
"""Seconds an operation: each number is boxed when it is read, and unboxed when it is written."""


def lacks(device: str, kind: DType) -> str:  # noqa: ARG001 - the signature of Backend.lacks
    """One sentence where the standard library's arrays have no such type."""
    return "" if kind.name in CODES else f"array.array has no {kind.name}"


def place(operand: Operand, device: str, seed: int) -> object:  # noqa: ARG001 - the signature of Backend.place
    """The operand as an array of the standard library; it has one axis, so that a matrix is a list of them."""
    return _placed(CODES[operand.dtype.name], build_array(operand, seed=seed))


def _placed(code: str, built: NDArray[Any]) -> object:
    if built.ndim > 1:
        return [_placed(code, row) for row in built]
    return array(code, np.ascontiguousarray(built).tobytes())


def packed(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of lists that is given arrays, and whose numbers are put into arrays.

    >>> packed(lambda x, y: [a + b for a, b in zip(x, y)])(array("f", [1.0]), array("f", [2.0]))
    array('f', [3.0])
    """
    return lambda *given: _packed(_code(given), function(*given))


def _code(given: tuple[Any, ...]) -> str:
    """The type of the first operand that holds floats."""
    for operand in given:
        while not isinstance(operand, array):
            operand = operand[0]  # noqa: PLW2901 - a matrix is a list of rows
        if operand.typecode in "fd":
            return operand.typecode
    return "d"


def _packed(code: str, result: Any) -> Any:  # noqa: ANN401 - numbers of any nesting
    if not isinstance(result, list) or isinstance(result[0], array):
        return result
    if isinstance(result[0], list):
        return [_packed(code, row) for row in result]
    return array("q" if isinstance(result[0], int) else code, result)


def values(result: object) -> NDArray[Any]:
    """Floats in float64, the rest as they are."""
    found = np.asarray(result)
    return found.astype(np.float64) if found.dtype.kind == "f" else found


def _add(first: array[float], second: array[float]) -> array[float]:
    return array(first.typecode, [x + y for x, y in zip(first, second, strict=True)])


def _multiply(first: array[float], second: array[float]) -> array[float]:
    return array(first.typecode, [x * y for x, y in zip(first, second, strict=True)])


def _divide(first: array[float], second: array[float]) -> array[float]:
    return array(first.typecode, [x / y for x, y in zip(first, second, strict=True)])


def _choose(condition: array[int], first: array[float], second: array[float]) -> array[float]:
    return array(first.typecode, [x if c else y for c, x, y in zip(condition, first, second, strict=True)])


def _cast(given: array[float]) -> array[float]:
    return array("f" if given.typecode == "d" else "d", given)


def _scatter(given: array[float], order: array[int]) -> array[float]:
    found: array[float] = array(given.typecode, bytes(len(given) * given.itemsize))
    for place, value in zip(order, given, strict=True):
        found[place] = value
    return found


BACKEND = Backend(
    name=NAME,
    devices=always(("cpu",)),
    kinds=("cpu",),
    missing=always(""),
    computes=lambda kind: kind,
    lacks=lacks,
    place=place,
    adopt=lambda given: array(given.dtype.char if given.dtype.kind == "f" else "q", given.tolist()),
    values=values,
    synchronize=always(None),
    free=lambda device: free_memory(),  # noqa: ARG005 - the signature of Backend.free
    box=32,
    pace=lambda device, kind, group: PACES[group],  # noqa: ARG005 - the signature of Backend.pace
    implementations={
        **{
            name: always(packed(make("cpu", dtype("float64")))) for name, make in pylist.BACKEND.implementations.items()
        },
        "add": always(_add),
        "mul": always(_multiply),
        "div": always(_divide),
        "exp": always(lambda x: array(x.typecode, map(math.exp, x))),
        "tanh": always(lambda x: array(x.typecode, map(math.tanh, x))),
        "relu": always(lambda x: array(x.typecode, [0.0 if v < 0 else v for v in x])),
        "where": always(_choose),
        "cast": always(_cast),
        "clamp": always(lambda x: array(x.typecode, [min(max(v, -0.5), 0.5) for v in x])),
        "sum": always(sum),
        "max": always(max),
        "argmax": always(lambda x: max(range(len(x)), key=x.__getitem__)),
        "norm": always(lambda x: math.sqrt(sum(v * v for v in x))),
        "copy": always(lambda x: x[:]),
        "gather": always(lambda x, order: array(x.typecode, [x[n] for n in order])),
        "scatter": always(_scatter),
        "cat": always(lambda x, y: x + y),
    },
    where_written=True,
    quick=frozenset({"elementwise", "reduction", "movement"}),
)
"""A float32 that was read is a Python float, so that a chain of operations rounds once, at its end."""
