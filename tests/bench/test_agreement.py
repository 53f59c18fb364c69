from __future__ import annotations

from typing import Any

import pytest
from support.laboratory import backend, double, workload

from tensorlab.bench.agreement import trusted
from tensorlab.bench.backends.constant import always
from tensorlab.bench.record import Catalogue
from tensorlab.models.workloads import ALEXNET
from tensorlab.models.workloads import CATALOGUE as NETWORKS


def triple(values: Any) -> Any:
    return values * 3


def broken(values: Any) -> Any:
    raise RuntimeError(f"no {values}")


@pytest.mark.parametrize(
    ("functions", "judge"),
    [
        ({"numpy": double}, "numpy"),
        ({"numpy": double, "list": double, "torch": double}, "numpy"),
        ({"numpy": double, "list": triple, "torch": double}, "numpy"),
        ({"numpy": double, "list": broken, "torch": triple}, "numpy"),
        ({"numpy": triple, "list": double, "torch": double}, "torch"),
        ({"numpy": broken, "list": double, "torch": double}, "torch"),
        ({"numpy": triple, "list": double}, "list"),
        ({"numpy": triple, "list": double, "torch": broken}, "list"),
    ],
)
def test_what_two_agree_on_is_the_reference(functions: dict[str, Any], judge: str) -> None:
    table = {(name, "double"): always(function) for name, function in functions.items()}
    backends = {name: backend(name) for name in functions}
    assert trusted(workload(), Catalogue((workload(),), table), backends) == judge


def test_a_whole_network_is_not_computed_in_lists_for_that() -> None:
    assert trusted(ALEXNET, NETWORKS, {}) == "numpy"
