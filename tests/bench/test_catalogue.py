from __future__ import annotations

from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import pytest

from tensorlab.api.measurement import every_workload
from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.workloads.names import NAMES

if TYPE_CHECKING:
    from tensorlab.bench.record import Workload

EVERY = every_workload().workloads


@pytest.mark.parametrize("workload", EVERY, ids=lambda workload: workload.name)
def test_sizes_are_geometric_and_the_quick_ones_are_full_ones(workload: Workload) -> None:
    full, quick = workload.sizes["full"], workload.sizes["quick"]
    assert set(quick) <= set(full)
    assert 1 <= len(quick) <= 3
    steps = [log(after / before) for before, after in pairwise(full)]
    assert all(step > 0 for step in steps)
    assert max(steps[1:], default=1) <= 1.2 * min(steps[1:], default=1)  # the first may be rounded: 1, 15, 156


def test_no_name_is_written_twice() -> None:
    assert len({workload.name for workload in EVERY}) == len(EVERY)


def test_the_operations_of_this_floor() -> None:
    names = [workload.name for workload in CATALOGUE.workloads]
    assert [*names, "alexnet"] == list(NAMES)
    for library in ("list", "array", "numpy", "torch", "torch.compile"):
        assert {(library, name) for name in names} <= set(CATALOGUE.implementations)
