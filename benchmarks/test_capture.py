"""What it costs to capture a graph: beside a bare walk of a fresh one, beside torchviz, and as graphs grow.

Each ratio is taken in one run and stands in the extra information. A walk that is the first to see a node makes its
Python object, so every measurement has a graph of its own; the garbage collector is off in both.
"""

from __future__ import annotations

import gc
import sys
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.autograd.capture import capture
from tensorlab.autograd.walking import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

ROUNDS = 5


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(length: int) -> torch.Tensor:
    value = torch.ones(1, requires_grad=True)
    for _ in range(length):
        value = value.sin()
    return value


def bare_walk(loss: torch.Tensor) -> int:
    """What anybody would write."""
    root: Any = loss.grad_fn
    seen, waiting = {root}, [root]
    while waiting:
        for target, _ in waiting.pop().next_functions:
            if target is not None and target not in seen:
                seen.add(target)
                waiting.append(target)
    return len(seen)


def seconds(function: Callable[[torch.Tensor], object], length: int) -> float:
    """Of the CPU, on a fresh chain, which is made safe to free afterwards."""
    loss = chain(length)
    begun = process_time()
    function(loss)
    ended = process_time()
    walk([loss])
    return ended - begun


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def measured(one: Callable[[], float], other: Callable[[], float]) -> float:
    """How much longer one takes than the other: the median of pairs that are taken in turn."""
    return median([one() / other() for _ in range(ROUNDS)])


@pytest.mark.parametrize("length", [10_000, 200_000])
def test_capture_beside_a_bare_walk(length: int, benchmark: BenchmarkFixture) -> None:
    ratio = measured(lambda: seconds(capture, length), lambda: seconds(bare_walk, length))
    benchmark.extra_info["times a first walk"] = ratio
    benchmark.group = "capture"
    benchmark.pedantic(capture, setup=lambda: ((chain(length),), {}), rounds=3)  # type: ignore[no-untyped-call]  # as it comes


def test_a_million_nodes_beside_200_000(benchmark: BenchmarkFixture) -> None:
    ratio = measured(lambda: seconds(capture, 1_000_000), lambda: seconds(capture, 200_000))
    benchmark.extra_info["times 200,000 nodes"] = ratio
    benchmark.group = "capture"
    benchmark.pedantic(capture, setup=lambda: ((chain(1_000_000),), {}), rounds=1)  # type: ignore[no-untyped-call]  # as it comes


def test_capture_beside_torchviz(benchmark: BenchmarkFixture) -> None:
    """At 10,000 nodes, with the recursion limit raised for torchviz."""
    torchviz: Any = pytest.importorskip("torchviz")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        ratio = measured(lambda: seconds(torchviz.make_dot, 10_000), lambda: seconds(capture, 10_000))
    finally:
        sys.setrecursionlimit(before)
    benchmark.extra_info["times faster than torchviz"] = ratio
    benchmark.group = "capture"
    benchmark.pedantic(capture, setup=lambda: ((chain(10_000),), {}), rounds=3)  # type: ignore[no-untyped-call]  # as it comes
