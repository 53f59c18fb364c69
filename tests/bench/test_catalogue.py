from __future__ import annotations

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.workloads.names import NAMES


def test_the_operations_of_this_floor() -> None:
    names = [workload.name for workload in CATALOGUE.workloads]
    assert [*names, "alexnet"] == list(NAMES)
    for library in ("numpy", "torch", "torch.compile"):
        assert {(library, name) for name in names} <= set(CATALOGUE.implementations)
