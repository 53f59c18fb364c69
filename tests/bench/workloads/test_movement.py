from __future__ import annotations

import pytest

from tensorlab.bench.workloads.movement import WIDE, WORKLOADS
from tensorlab.layout.dtype import dtype
from tensorlab.memory.build import build_array

SPECS = {workload.name: workload for workload in WORKLOADS}


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [
        ("copy", 4, 4),
        ("gather", 12, 4),
        ("scatter", 12, 4),
        ("cat", 8, 8),
        ("transpose", 4 * 100, 4 * 100),
        ("index", 4 * WIDE + 8, 4 * WIDE),
    ],
)
def test_bytes_of_each_size(name: str, reads: int, writes: int) -> None:
    spec, kind = SPECS[name], dtype("float32")
    assert sum(operand.nbytes for operand in spec.operands(100, kind)) == 100 * reads
    assert spec.writes(100, kind) == 100 * writes
    assert spec.flops(100) == 0


def test_moving_rounds_nothing() -> None:
    assert {error for spec in WORKLOADS for error in spec.tolerance.values()} == {0.0}


@pytest.mark.parametrize("name", ["gather", "scatter", "index"])
def test_an_order_is_shuffled_and_has_each_place_once(name: str) -> None:
    order = build_array(SPECS[name].operands(100, dtype("float32"))[1])
    assert sorted(order.tolist()) == list(range(100))
    assert order.tolist() != list(range(100))


def test_sizes_are_geometric_and_the_quick_ones_are_full_ones() -> None:
    for spec in WORKLOADS:
        assert set(spec.sizes["quick"]) <= set(spec.sizes["full"])
        assert list(spec.sizes["full"]) == sorted(set(spec.sizes["full"]))
