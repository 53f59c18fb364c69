"""What the facts of an object and its picture cost, beside the tools that tell something alike.

Peers are optional: one that is not installed is a skipped row. Each reads what it likes; ``describe`` and ``show`` read
no element.
"""

from __future__ import annotations

import importlib
import io
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import tensorlab

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

TARGET = 20e-6
"""Seconds that ``describe`` of a container that is no list may take."""
MOST = 3.0
"""Times a picture of ten elements, that a picture of any number of them may take."""
SMALL = torch.arange(10.0)
PICTURES: dict[str, Callable[[], torch.Tensor]] = {
    "10 elements": lambda: SMALL,
    "expanded, 1e9": lambda: torch.zeros(1).expand(10**9),
    "expanded, 1e9 in rows": lambda: torch.zeros(1, 1).expand(10**3, 10**6),
    "expanded, 1e9 in planes": lambda: torch.zeros(1).expand(10**3, 10**3, 10**3),
    "expanded rows of 1e4": lambda: torch.empty(10**4).expand(10**5, 10**4),
    "meta, 1e12": lambda: torch.empty(10**12, device="meta"),
    "meta, 1e12 in rows": lambda: torch.empty(10**6, 10**6, device="meta"),
    "meta, 1e12 in planes": lambda: torch.empty(10**4, 10**4, 10**4, device="meta"),
    "meta, 1e12 of 4 axes": lambda: torch.empty((10**3,) * 4, device="meta"),
    "meta, 1e12 of 6 axes": lambda: torch.empty((10**2,) * 6, device="meta"),
}
ARRAY = np.arange(10.0)


def _np_info(thing: object) -> str:
    out = io.StringIO()
    np.info(thing, output=out)
    return out.getvalue()


TOOLS: dict[str, Callable[[], Callable[[], object]]] = {
    "repr of a tensor": lambda: lambda: repr(SMALL),
    "repr of an array": lambda: lambda: repr(ARRAY),
    "np.info of an array": lambda: lambda: _np_info(ARRAY),
    "tensorlab describe": lambda: lambda: str(tensorlab.describe(SMALL)),
    "tensorlab show": lambda: lambda: tensorlab.show(SMALL).text(),
    "tensorlab show, values": lambda: lambda: tensorlab.show(SMALL, cells="value").text(),
    "lovely-tensors": lambda: _peer("lovely_tensors", lambda m: lambda: str(m.lovely(SMALL))),
    "rainbow-tensor": lambda: _peer("rainbow_tensor", lambda m: lambda: m.index(SMALL, (slice(None),)).text),
    "tensordiagram": lambda: _peer("tensordiagram", lambda m: lambda: m.to_diagram(SMALL).to_chalk_diagram()),
}


def _peer(name: str, call: Callable[[Any], Callable[[], object]]) -> Callable[[], object]:
    try:
        return call(importlib.import_module(name))
    except ImportError as error:
        pytest.skip(f"not installed: {error}")


@pytest.mark.benchmark(group="describe", max_time=0.3)
@pytest.mark.parametrize("thing", [SMALL, ARRAY, bytes(80)], ids=["tensor", "ndarray", "bytes"])
def test_describe(thing: object, benchmark: BenchmarkFixture) -> None:
    benchmark(tensorlab.describe, thing)
    if benchmark.stats is not None:
        benchmark.extra_info["of 20 us"] = benchmark.stats.stats.median / TARGET


@pytest.mark.benchmark(group="show", max_time=0.5)
@pytest.mark.parametrize("name", PICTURES)
def test_show(name: str, benchmark: BenchmarkFixture) -> None:
    thing = PICTURES[name]()
    ratio = _ratio(lambda: str(tensorlab.show(thing)), lambda: str(tensorlab.show(SMALL)))
    benchmark.extra_info["of ten elements"] = ratio
    benchmark(lambda: tensorlab.show(thing).text())
    if ratio > MOST:
        pytest.fail(f"a picture of {name} takes {ratio:.2f} times one of 10 elements; {MOST} at most")


@pytest.mark.benchmark(group="facts of ten elements", max_time=0.5)
@pytest.mark.parametrize("name", TOOLS)
def test_beside_others(name: str, benchmark: BenchmarkFixture) -> None:
    benchmark(TOOLS[name]())


def _ratio(one: Callable[[], object], other: Callable[[], object], rounds: int = 60) -> float:
    """How much longer one takes than the other, in CPU time, call by call in turn."""
    for warm_up in (one, other):
        warm_up()
    pairs = [(_seconds(one), _seconds(other)) for _ in range(rounds)]
    return median(first for first, _ in pairs) / median(second for _, second in pairs)


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start
