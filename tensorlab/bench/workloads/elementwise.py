"""One result element from each tuple of input elements: bound by dispatch when small, by memory when large."""

from __future__ import annotations

from functools import partial
from math import isqrt
from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import ROUNDED_ONCE, SIZES, VECTOR_SIZES, dense, no_parameters
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.record import Group, Profile
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand

ROUNDED_OFTEN: Mapping[str, float] = {"float64": 1e-13, "float32": 1e-5, "float16": 1e-2, "bfloat16": 6e-2}
"""Tolerance where a chain of operations rounds each element."""
DIVIDED: Mapping[str, float] = {"float64": 1e-14, "float32": 1e-6, "float16": 2e-3, "bfloat16": 1e-2}
CONVERTED: Mapping[str, float] = {"float64": 1e-6, "float32": 0.0, "float16": 0.0, "bfloat16": 0.0}
"""float64 becomes float32, which rounds; the others become float64, which does not."""


def _vectors(count: int, size: int, kind: DType) -> tuple[Operand, ...]:
    return tuple(dense((size,), kind) for _ in range(count))


def _choice(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), dtype("bool")), *_vectors(2, size, kind))


def _matrix_and_row(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, size), kind), dense((size,), kind)


def _written(size: int, kind: DType) -> int:
    return size * kind.itemsize


def _matrix_written(size: int, kind: DType) -> int:
    return size * size * kind.itemsize


def cast_to(kind: DType) -> DType:
    """What a cast makes of a dtype: float64, and float32 of float64 itself.

    >>> cast_to(dtype("float32")).name, cast_to(dtype("float64")).name
    ('float64', 'float32')
    """
    return dtype("float32" if kind.name == "float64" else "float64")


def _each(operations: int, size: int) -> int:
    return operations * size


def _elementwise(  # noqa: PLR0913 - what differs between them
    name: str,
    inputs: int,
    operations: int = 1,
    *,
    group: Group = "elementwise",
    tolerance: Mapping[str, float] = ROUNDED_ONCE,
    sizes: Mapping[Profile, tuple[int, ...]] = SIZES,
) -> Workload:
    return Workload(
        name=name,
        group=group,
        unit="elements",
        operands=partial(_vectors, inputs),
        writes=_written,
        flops=partial(_each, operations),
        parameters=no_parameters,
        tolerance=tolerance,
        sizes=sizes,
    )


CHAIN_SIZES: Mapping[Profile, tuple[int, ...]] = {"quick": (1_000_000,), "full": VECTOR_SIZES["full"][1:]}
"""Few: for each of them a compiler works for seconds."""

WORKLOADS = (
    _elementwise("add", 2, sizes=VECTOR_SIZES),
    _elementwise("mul", 2),
    _elementwise("div", 2, tolerance=DIVIDED),
    _elementwise("exp", 1),
    _elementwise("tanh", 1),
    _elementwise("gelu", 1, 8, tolerance=ROUNDED_OFTEN),
    _elementwise("relu", 1),
    Workload(
        name="where",
        group="elementwise",
        unit="elements",
        operands=_choice,
        writes=_written,
        flops=partial(_each, 0),
        parameters=no_parameters,
        tolerance=ROUNDED_ONCE,
        sizes=SIZES,
    ),
    Workload(
        name="cast",
        group="elementwise",
        unit="elements",
        operands=partial(_vectors, 1),
        writes=lambda size, kind: size * cast_to(kind).itemsize,
        flops=partial(_each, 0),
        parameters=no_parameters,
        tolerance=CONVERTED,
        sizes=SIZES,
    ),
    _elementwise("clamp", 1),
    Workload(
        name="add_row",
        group="elementwise",
        unit="rows",
        operands=_matrix_and_row,
        writes=_matrix_written,
        flops=lambda size: size * size,
        parameters=no_parameters,
        tolerance=ROUNDED_ONCE,
        sizes={profile: tuple(map(isqrt, sizes)) for profile, sizes in SIZES.items()},
    ),
    _elementwise("chain3", 3, 3, group="fused", tolerance=ROUNDED_OFTEN, sizes=CHAIN_SIZES),
    _elementwise("chain8", 3, 8, group="fused", tolerance=ROUNDED_OFTEN, sizes=CHAIN_SIZES),
)
"""One function value, exponentials included, counts as one operation; a choice as none. ``add_row`` adds one row, which
is broadcast, to each row of a square matrix. ``chain3`` is relu(a * b + c); ``chain8`` adds a sigmoid of it times a."""
