"""Examples a second of our strategies and of hypothesis-torch's, in one process: the same shapes, dtype and test.

hypothesis-torch is in the extra ``peers``; it is not asked for sparse or channels_last tensors, which take it longer.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.numpy import array_shapes

from tensorlab.testing import arrays, layouts, tensors

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from pytest_benchmark.fixture import BenchmarkFixture

EXAMPLES = 300
OURS: dict[str, st.SearchStrategy[Any]] = {
    "tensors": tensors(),
    "tensors of float32": tensors(dtype="float32"),
    "tensors of one shape": tensors(dtype="float32", shape=(3, 4)),
    "arrays": arrays(),
    "layouts": layouts(),
}


def run_examples(strategy: st.SearchStrategy[Any]) -> int:
    """A test that does nothing, with so many examples; how many it got."""
    seen = 0

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def nothing(_thing: object) -> None:
        nonlocal seen
        seen += 1

    nothing()
    return seen


def their_tensors() -> st.SearchStrategy[Any]:
    if importlib.util.find_spec("hypothesis_torch") is None:
        pytest.skip("hypothesis-torch is not installed: the extra peers has it")
    peer: Any = importlib.import_module("hypothesis_torch")
    made: st.SearchStrategy[Any] = peer.tensor_strategy(
        dtype=torch.float32,
        shape=array_shapes(max_dims=5, max_side=5),
        device=torch.device("cpu"),
        layout=torch.strided,
        memory_format=torch.contiguous_format,
        requires_grad=False,
        pin_memory=False,
    )
    return made


@pytest.mark.parametrize("name", OURS)
def test_examples(name: str, benchmark: BenchmarkFixture) -> None:
    benchmark.group = "300 examples"
    assert benchmark(run_examples, OURS[name]) > EXAMPLES / 2


def test_examples_of_hypothesis_torch(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "300 examples"
    assert benchmark(run_examples, their_tensors()) > EXAMPLES / 2


def test_ours_are_no_fewer_a_second(benchmark: BenchmarkFixture) -> None:
    """Both in turns; the ratio stands in the extra information."""
    theirs, ours = their_tensors(), OURS["tensors of float32"]
    seconds = {"ours": 0.0, "theirs": 0.0}
    for _ in range(3):
        for name, strategy in [("ours", ours), ("theirs", theirs)]:
            begin = perf_counter()
            run_examples(strategy)
            seconds[name] += perf_counter() - begin
    benchmark.pedantic(run_examples, (ours,), rounds=1)  # type: ignore[no-untyped-call]  # the plugin has no types here
    benchmark.extra_info["times as many examples a second"] = seconds["theirs"] / seconds["ours"]
    sys.stderr.write(f"{seconds['theirs'] / seconds['ours']:.2f} times as many examples a second\n")
