"""Products of square matrices: bound by arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import dense, no_parameters

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand


def _squares(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, size), kind), dense((size, size), kind)


def _written(size: int, kind: DType) -> int:
    return size * size * kind.itemsize


def _flops(size: int) -> int:
    return 2 * size**3


WORKLOADS = (
    Workload(
        name="matmul",
        group="matmul",
        unit="rows",
        operands=_squares,
        writes=_written,
        flops=_flops,
        parameters=no_parameters,
        tolerance={"float64": 1e-13, "float32": 1e-5, "float16": 2e-3, "bfloat16": 1e-2},
        sizes={"quick": (64, 256, 1024), "full": (64, 128, 256, 512, 1024, 2048)},
    ),
)
