from __future__ import annotations

from tensorlab.bench.workloads.matmul import WORKLOADS
from tensorlab.layout.dtype import dtype


def test_a_product_of_squares_counts_two_operations_a_multiply_add() -> None:
    spec = WORKLOADS[0]
    kind = dtype("float32")
    assert [operand.layout.shape for operand in spec.operands(64, kind)] == [(64, 64), (64, 64)]
    assert spec.writes(64, kind) == 64 * 64 * 4
    assert spec.flops(64) == 2 * 64**3
