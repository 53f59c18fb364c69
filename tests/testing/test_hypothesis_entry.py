from __future__ import annotations

import sys
from importlib.metadata import entry_points
from types import ModuleType, SimpleNamespace

import pytest
import torch
from support.probe import run_python

from tensorlab.testing.hypothesis_entry import register, strategy_for

ASK = """
from hypothesis import find, strategies as st
found = find(st.from_type(torch.Tensor), lambda x: not x.is_contiguous())
assert found.numel() <= 4, found
assert find(st.from_type(torch.nn.Parameter), lambda x: x.numel() > 1).requires_grad
assert isinstance(find(st.from_type(torch.Size), lambda x: len(x) > 1), torch.Size)
assert isinstance(find(st.from_type(torch.dtype), lambda x: True), torch.dtype)
assert len(find(st.from_type(list[torch.Tensor]), lambda x: len(x) == 2)) == 2
assert find(st.from_type(int), lambda x: True) == 0
print("found")
"""
QUIET = """
import sys
before = set(sys.modules)
import hypothesis
heavy = {"torch", "numpy", "tensorlab.testing.strategies", "hypothesis.strategies._internal.types"}
assert "tensorlab.testing.hypothesis_entry" in sys.modules, "the entry point did not run"
print(sorted(heavy & set(sys.modules)), sorted(name for name in sys.modules if name.startswith("tensorlab")))
"""


def test_the_entry_point_is_declared() -> None:
    found = {entry.name: entry.value for entry in entry_points(group="hypothesis")}
    if "tensorlab" not in found:
        pytest.skip("tensorlab was installed before it had an entry point: install it again")
    assert found["tensorlab"] == "tensorlab.testing.hypothesis_entry:register"


def test_importing_hypothesis_loads_three_small_modules_of_ours() -> None:
    if not entry_points(group="hypothesis", name="tensorlab"):
        pytest.skip("tensorlab was installed before it had an entry point: install it again")
    ran = run_python(QUIET)
    assert ran.stdout.splitlines() == ["[] ['tensorlab', 'tensorlab.testing', 'tensorlab.testing.hypothesis_entry']"], (
        ran.stderr
    )


@pytest.mark.parametrize(
    "first",
    ["import torch\nimport hypothesis\n", "import hypothesis\nimport torch\n"],
    ids=["torch first", "hypothesis first"],
)
def test_types_of_torch_are_known_in_either_order(first: str) -> None:
    call = "import tensorlab.testing.hypothesis_entry as entry\nentry.register()\n"
    ran = run_python(first + call + ASK)
    assert ran.stdout == "found\n", ran.stderr


def test_types_that_hypothesis_knows_already_are_told_at_once() -> None:
    ran = run_python(
        "import torch, hypothesis.strategies._internal.types\n"
        "import tensorlab.testing.hypothesis_entry as entry\nentry.register()\n" + ASK
    )
    assert ran.stdout == "found\n", ran.stderr


def test_a_strategy_that_somebody_registered_goes_first() -> None:
    code = (
        "import torch\nfrom hypothesis import find, strategies as st\n"
        "import tensorlab.testing.hypothesis_entry as entry\nentry.register()\n"
        "st.register_type_strategy(torch.Tensor, st.just(torch.ones(7)))\n"
        "print(find(st.from_type(torch.Tensor), lambda x: True).shape)"
    )
    assert run_python(code).stdout == "torch.Size([7])\n"


def test_the_watch_goes_away_and_leaves_the_loader_as_it_was() -> None:
    code = (
        "import sys, hypothesis\nimport tensorlab.testing.hypothesis_entry as entry\n"
        "entry.register()\nentry.register()\n"
        "count = lambda: sum(type(finder).__name__ == '_Watch' for finder in sys.meta_path)\n"
        "print(count())\nimport hypothesis.strategies._internal.types as types\n"
        "print(count(), 'exec_module' in vars(types.__spec__.loader), 'torch' in sys.modules)"
    )
    assert run_python(code).stdout == "1\n0 False False\n"


def test_other_types_are_left_to_others() -> None:
    assert strategy_for(int) is None
    assert strategy_for(list[int]) is None
    assert strategy_for(torch.Tensor) is not None


def test_a_hypothesis_that_keeps_its_types_elsewhere_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis.strategies._internal.types", ModuleType("types"))
    register()
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())  # torch, half imported
    assert strategy_for(torch.Tensor) is None
