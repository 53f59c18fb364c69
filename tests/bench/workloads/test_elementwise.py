from __future__ import annotations

import pytest

from tensorlab.bench.workloads.elementwise import WORKLOADS
from tensorlab.layout.dtype import dtype

SPECS = {workload.name: workload for workload in WORKLOADS}


@pytest.mark.parametrize(
    ("name", "reads", "flops"), [("add", 8, 1), ("mul", 8, 1), ("exp", 4, 1), ("relu", 4, 1), ("where", 9, 0)]
)
def test_bytes_and_operations_an_element(name: str, reads: int, flops: int) -> None:
    spec, kind = SPECS[name], dtype("float32")
    assert sum(operand.nbytes for operand in spec.operands(1000, kind)) == 1000 * reads
    assert spec.writes(1000, kind) == 4000
    assert spec.flops(1000) == 1000 * flops
    assert spec.parameters(kind) == 0


def test_a_choice_is_made_by_booleans() -> None:
    assert [operand.dtype.name for operand in SPECS["where"].operands(4, dtype("float16"))] == [
        "bool",
        "float16",
        "float16",
    ]


def test_every_size_of_the_quick_profile_is_one_of_the_full_one() -> None:
    for spec in WORKLOADS:
        assert set(spec.sizes["quick"]) <= set(spec.sizes["full"])
