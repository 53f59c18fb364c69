"""Many elements to one, or to one for each place along an axis."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import ACCUMULATED, ROUNDED_ONCE, SIZES, VECTOR_SIZES, dense, no_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.record import Profile
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

EXACT: Mapping[str, float] = dict.fromkeys(ACCUMULATED, 0.0)
"""Tolerance where nothing is rounded: a largest element, or its place."""
OPERATIONS: Mapping[str, tuple[int, Mapping[str, float]]] = {
    "sum": (1, ACCUMULATED),
    "max": (1, EXACT),
    "argmax": (1, EXACT),
    "softmax": (4, {**ACCUMULATED, "float32": 1e-5, "float64": 1e-13}),
    "norm": (2, {**ROUNDED_ONCE, "float32": 1e-5, "float64": 1e-13, "float16": 1e-2, "bfloat16": 3e-2}),
}
"""Operations an element, and the largest error."""
MATRIX_SIZES: Mapping[Profile, tuple[int, ...]] = {"quick": (64, 1024), "full": (16, 64, 256, 1024)}


def _vector(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), kind),)


def _square(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size, size), kind),)


def result_itemsize(name: str, kind: DType) -> int:
    """Bytes of an element of the result: a place is a number of 8 bytes.

    >>> from tensorlab.layout.dtype import dtype
    >>> result_itemsize("argmax", dtype("float32")), result_itemsize("max", dtype("float32"))
    (8, 4)
    """
    return 8 if name == "argmax" else kind.itemsize


def _written(name: str, size: int, kind: DType) -> int:
    return (size if name == "softmax" else 1) * result_itemsize(name, kind)


def _axis_written(name: str, size: int, kind: DType) -> int:
    return size * _written(name, size, kind)


def _computed(name: str, size: int) -> int:
    return size - 1 if name == "sum" else OPERATIONS[name][0] * size


def _axis_computed(name: str, size: int) -> int:
    return size * _computed(name, size)


def _whole(name: str) -> Workload:
    return Workload(
        name=name,
        group="reduction",
        unit="elements",
        operands=_vector,
        writes=partial(_written, name),
        flops=partial(_computed, name),
        parameters=no_parameters,
        tolerance=OPERATIONS[name][1],
        sizes=VECTOR_SIZES if name == "sum" else SIZES,
    )


def _along(name: str, axis: int) -> Workload:
    return Workload(
        name=f"{name}_axis{axis}",
        group="reduction",
        unit="rows",
        operands=_square,
        writes=partial(_axis_written, name),
        flops=partial(_axis_computed, name),
        parameters=no_parameters,
        tolerance=OPERATIONS[name][1],
        sizes=MATRIX_SIZES,
    )


WORKLOADS = (*map(_whole, OPERATIONS), *(_along(name, axis) for name in OPERATIONS for axis in (0, 1)))
"""Of a vector; and along each axis of a square matrix, whose rows are the size."""
