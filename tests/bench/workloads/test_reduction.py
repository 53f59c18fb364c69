from __future__ import annotations

from tensorlab.bench.workloads.reduction import WORKLOADS
from tensorlab.layout.dtype import dtype


def test_a_sum_reads_everything_and_writes_one_element() -> None:
    spec = next(spec for spec in WORKLOADS if spec.name == "sum")
    (operand,) = spec.operands(1000, dtype("float64"))
    assert operand.nbytes == 8000
    assert spec.writes(1000, dtype("float64")) == 8
    assert spec.flops(1000) == 999
    assert spec.flops(1) == 0
