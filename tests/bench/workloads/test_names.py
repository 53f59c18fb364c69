from __future__ import annotations

from tensorlab.api.measurement import every_workload
from tensorlab.bench.workloads.names import NAMES


def test_help_lists_every_workload_in_the_order_of_the_tables() -> None:
    assert tuple(workload.name for workload in every_workload().workloads) == NAMES
