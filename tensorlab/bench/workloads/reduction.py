"""Many elements to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import ACCUMULATED, VECTOR_SIZES, dense, no_parameters

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand


def _vector(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), kind),)


def _one(size: int, kind: DType) -> int:  # noqa: ARG001 - the signature of Workload.writes
    return kind.itemsize


def _additions(size: int) -> int:
    return size - 1


WORKLOADS = (
    Workload(
        name="sum",
        group="reduction",
        unit="elements",
        operands=_vector,
        writes=_one,
        flops=_additions,
        parameters=no_parameters,
        tolerance=ACCUMULATED,
        sizes=VECTOR_SIZES,
    ),
)
