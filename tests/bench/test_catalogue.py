from __future__ import annotations

from tensorlab.bench.catalogue import CATALOGUE


def test_the_operations_of_this_floor() -> None:
    names = [workload.name for workload in CATALOGUE.workloads]
    assert names == ["add", "mul", "exp", "relu", "where", "sum", "matmul"]
    assert set(CATALOGUE.implementations) == {
        (library, name) for library in ("list", "numpy", "torch") for name in names
    }
