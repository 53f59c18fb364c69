"""Elements that only go elsewhere: bound by memory, and by the order in which it is touched."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import SIZES, dense, no_parameters
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

EXACT: Mapping[str, float] = dict.fromkeys(("float64", "float32", "float16", "bfloat16"), 0.0)
WIDE = 64
"""Elements of a row that is taken whole."""


def _vector(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), kind),)


def _two(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size,), kind), dense((size,), kind)


def _square(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size, size), kind),)


def _and_order(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size,), kind), dense((size,), dtype("int64"), "shuffled")


def _rows_and_order(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, WIDE), kind), dense((size,), dtype("int64"), "shuffled")


def _written(size: int, kind: DType) -> int:
    return size * kind.itemsize


def _workload(
    name: str,
    operands: Callable[[int, DType], tuple[Operand, ...]],
    written: Callable[[int, DType], int] = _written,
    unit: str = "elements",
    share: int = 1,
) -> Workload:
    sizes = {profile: tuple(max(1, size // share) for size in sizes) for profile, sizes in SIZES.items()}
    squares = {profile: tuple(map(isqrt, sizes)) for profile, sizes in SIZES.items()}
    return Workload(
        name=name,
        group="movement",
        unit=unit,
        operands=operands,
        writes=written,
        flops=lambda size: 0,  # noqa: ARG005 - nothing is computed
        parameters=no_parameters,
        tolerance=EXACT,
        sizes=squares if name == "transpose" else sizes,
    )


WORKLOADS = (
    _workload("copy", _vector),
    _workload("transpose", _square, lambda size, kind: size * size * kind.itemsize, "rows"),
    _workload("gather", _and_order),
    _workload("scatter", _and_order),
    _workload("cat", _two, lambda size, kind: 2 * size * kind.itemsize),
    _workload("index", _rows_and_order, lambda size, kind: size * WIDE * kind.itemsize, "rows", WIDE),
)
"""``gather`` and ``scatter`` move single elements in an order that was shuffled, ``index`` rows of 64."""
