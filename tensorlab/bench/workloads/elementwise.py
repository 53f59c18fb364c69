"""One result element from each tuple of input elements: bound by dispatch when small, by memory when large."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import ROUNDED_ONCE, VECTOR_SIZES, dense, no_parameters
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand


def _vectors(count: int, size: int, kind: DType) -> tuple[Operand, ...]:
    return tuple(dense((size,), kind) for _ in range(count))


def _choice(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), dtype("bool")), *_vectors(2, size, kind))


def _written(size: int, kind: DType) -> int:
    return size * kind.itemsize


def _one_each(size: int) -> int:
    return size


def _none(size: int) -> int:  # noqa: ARG001 - the signature of Workload.flops
    return 0


def _elementwise(name: str, inputs: int) -> Workload:
    return Workload(
        name=name,
        group="elementwise",
        unit="elements",
        operands=partial(_vectors, inputs),
        writes=_written,
        flops=_one_each,
        parameters=no_parameters,
        tolerance=ROUNDED_ONCE,
        sizes=VECTOR_SIZES,
    )


WORKLOADS = (
    _elementwise("add", 2),
    _elementwise("mul", 2),
    _elementwise("exp", 1),
    _elementwise("relu", 1),
    Workload(
        name="where",
        group="elementwise",
        unit="elements",
        operands=_choice,
        writes=_written,
        flops=_none,
        parameters=no_parameters,
        tolerance=ROUNDED_ONCE,
        sizes=VECTOR_SIZES,
    ),
)
"""One function value, exponentials included, counts as one operation; a choice as none."""
