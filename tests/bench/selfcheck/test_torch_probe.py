from __future__ import annotations

import pytest

from tensorlab.bench.selfcheck.probe import PROBES as OTHERS
from tensorlab.bench.selfcheck.torch_probe import PROBES
from tensorlab.bench.selfcheck.variables import CONCERNS


@pytest.mark.parametrize("name", ["torch-matmul", "torch-mm", "torch-exp"])
def test_a_probe_makes_a_call_that_gives_something(name: str) -> None:
    assert PROBES[name]()() is not None


def test_every_probe_that_is_named_is_there_and_has_the_name_of_its_module() -> None:
    assert {found.probe for found in CONCERNS.values()} | {"torch-add"} <= PROBES.keys() | OTHERS.keys()
    assert all(name.startswith("torch-") for name in PROBES)
    assert not any(name.startswith("torch-") for name in OTHERS)
