"""Products of matrices, of several forms and layouts: bound by arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.record import Workload
from tensorlab.bench.workloads.dense import dense, no_parameters
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.record import Profile
    from tensorlab.layout.dtype import DType

TOLERANCE: Mapping[str, float] = {"float64": 1e-13, "float32": 1e-5, "float16": 2e-3, "bfloat16": 1e-2}
SIZES: Mapping[Profile, tuple[int, ...]] = {"quick": (64, 256, 1024), "full": (64, 128, 256, 512, 1024, 2048)}
FEW: Mapping[Profile, tuple[int, ...]] = {"quick": (64, 512), "full": SIZES["full"]}
WIDE = 64
"""Columns of a tall matrix, and of the square one that it is multiplied with."""
SMALL = 32
"""Rows and columns of each matrix of a batch."""
KERNEL, CHANNELS, FILTERS = 3, 3, 16
"""Of the convolution: without padding, in steps of 1."""


def _squares(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, size), kind), dense((size, size), kind)


def _tall(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, WIDE), kind), dense((WIDE, WIDE), kind)


def _batched(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, SMALL, SMALL), kind), dense((size, SMALL, SMALL), kind)


def _vector(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, size), kind), dense((size,), kind)


def _linear(size: int, kind: DType) -> tuple[Operand, ...]:
    return dense((size, size), kind), dense((size, size), kind), dense((size,), kind)


def transposed(size: int, kind: DType) -> Operand:
    """A square matrix whose columns lie one after another.

    >>> from tensorlab.layout.dtype import dtype
    >>> transposed(3, dtype("float32")).layout.strides
    (4, 12)
    """
    step = kind.itemsize
    return Operand(Layout((size, size), (step, size * step), itemsize=step), kind, size * size * step, "random")


def strided(size: int, kind: DType) -> Operand:
    """Every other column of a matrix that is twice as wide.

    >>> from tensorlab.layout.dtype import dtype
    >>> strided(3, dtype("float32")).layout.strides
    (24, 8)
    """
    step = kind.itemsize
    layout = Layout((size, size), (2 * size * step, 2 * step), itemsize=step)
    return Operand(layout, kind, 2 * size * size * step, "random")


def _images(size: int, kind: DType) -> tuple[Operand, ...]:
    side = size + KERNEL - 1
    return dense((1, CHANNELS, side, side), kind), dense((FILTERS, CHANNELS, KERNEL, KERNEL), kind)


def _matrix_written(size: int, kind: DType) -> int:
    return size * size * kind.itemsize


def _matrix_flops(size: int) -> int:
    return 2 * size**3


def _workload(
    name: str,
    operands: Callable[[int, DType], tuple[Operand, ...]],
    written: Callable[[int, DType], int] = _matrix_written,
    flops: Callable[[int], int] = _matrix_flops,
    unit: str = "rows",
) -> Workload:
    return Workload(
        name=name,
        group="matmul",
        unit=unit,
        operands=operands,
        writes=written,
        flops=flops,
        parameters=no_parameters,
        tolerance=TOLERANCE,
        sizes=SIZES if name == "matmul" else FEW,
    )


WORKLOADS = (
    _workload("matmul", _squares),
    _workload("matmul_tall", _tall, lambda n, kind: n * WIDE * kind.itemsize, lambda n: 2 * n * WIDE * WIDE),
    _workload(
        "matmul_batched", _batched, lambda n, kind: n * SMALL**2 * kind.itemsize, lambda n: 2 * n * SMALL**3, "matrices"
    ),
    _workload("matvec", _vector, lambda n, kind: n * kind.itemsize, lambda n: 2 * n * n),
    _workload("einsum", _squares),
    _workload("linear", _linear, flops=lambda n: 2 * n**3 + n * n),
    _workload("matmul_ta", lambda n, kind: (transposed(n, kind), dense((n, n), kind))),
    _workload("matmul_tb", lambda n, kind: (dense((n, n), kind), transposed(n, kind))),
    _workload("matmul_strided", lambda n, kind: (strided(n, kind), strided(n, kind))),
    _workload(
        "conv2d",
        _images,
        lambda n, kind: n * n * FILTERS * kind.itemsize,
        lambda n: 2 * n * n * FILTERS * CHANNELS * KERNEL**2,
        "pixels a side",
    ),
)
"""``matmul`` is of squares, ``matmul_tall`` of many rows with a square of 64, ``matmul_batched`` of many squares of 32;
``einsum`` is "ik,jk->ij"; ``linear`` adds a bias; ``_ta`` and ``_tb`` have their first or second operand transposed."""
