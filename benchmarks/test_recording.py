"""What a recording costs beside torch's anomaly mode: tiny operations, and where anomaly mode has little to do."""

from __future__ import annotations

import gc
import time
import warnings
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
import torch

import tensorlab

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

OPERATIONS = 10_000
ROUNDS = 5
CONTEXTS: dict[str, Callable[[], Any]] = {
    "nothing": nullcontext,
    "recording": tensorlab.recording,
    "recording, values not looked at": lambda: tensorlab.recording(values=False),
    "anomaly mode": torch.autograd.detect_anomaly,
    "anomaly mode, NaN not looked for": lambda: torch.autograd.detect_anomaly(check_nan=False),
}


def program() -> None:
    x: Any = torch.ones(4, requires_grad=True)
    y = x
    for _ in range(OPERATIONS):
        y = y * 1.0001
    y.sum().backward()


def nested(depth: int) -> None:
    """The program, so many calls deep in a user's code: anomaly mode writes down every frame."""
    if depth:
        nested(depth - 1)
    else:
        program()


def seconds(context: Callable[[], Any], depth: int) -> float:
    gc.collect()
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with context():
            nested(depth)
    return time.process_time() - start


def told(best: dict[str, float], benchmark: BenchmarkFixture) -> float:
    """Print each as a ratio to nothing, and a recording as one to anomaly mode, which is given back."""
    lines = [f"{name}: x{found / best['nothing']:.2f}" for name, found in best.items()]
    ratio = best["recording"] / best["anomaly mode"]
    for line in (*lines, f"recording / anomaly mode: {ratio:.2f}"):
        print(line)  # noqa: T201 - the ratio is what this is for; it is seen with -s
        name, _, value = line.partition(": ")
        benchmark.extra_info[name] = value
    return ratio


@pytest.mark.benchmark(group="10,000 tiny operations")
@pytest.mark.parametrize("depth", [0, 10], ids=["as it is", "10 calls deeper"])
def test_recording_beside_anomaly_mode(depth: int, benchmark: BenchmarkFixture) -> None:
    best = {name: float("inf") for name in CONTEXTS}
    for _ in range(ROUNDS):
        for name, context in CONTEXTS.items():
            best[name] = min(best[name], seconds(context, depth))
    ratio = told(best, benchmark)
    benchmark.pedantic(lambda: seconds(CONTEXTS["recording"], depth), rounds=1)  # type: ignore[no-untyped-call]  # the plugin does not say its types
    if ratio >= 1:
        pytest.fail(f"a recording takes {ratio:.2f} times as long as anomaly mode; less than 1 was meant")


@pytest.mark.benchmark(group="a training step of AlexNet")
def test_a_training_step(benchmark: BenchmarkFixture) -> None:
    model, images = tensorlab.alexnet().train(), torch.rand(1, 3, 224, 224)

    def step(context: Callable[[], Any]) -> float:
        model.zero_grad()
        gc.collect()
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with context():
                model(images).sum().backward()
        return time.process_time() - start

    step(nullcontext)
    best = {name: float("inf") for name in CONTEXTS}
    for _ in range(ROUNDS):
        for name, context in CONTEXTS.items():
            best[name] = min(best[name], step(context))
    told(best, benchmark)
    benchmark.pedantic(lambda: step(CONTEXTS["recording"]), rounds=1)  # type: ignore[no-untyped-call]  # the plugin does not say its types


def slices() -> Callable[[], None]:
    x = torch.rand(300, 8, requires_grad=True)

    def step() -> None:
        y: Any = torch.zeros(300, 8)
        for i in range(300):
            y[i] = x[i] * 2
        y.sum().backward()

    return step


def layers(count: int, *, optimized: bool) -> Callable[[], None]:
    model = torch.nn.Sequential(*(torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.ReLU()) for _ in range(count)))
    images = torch.rand(4, 16)
    optimizer = torch.optim.Adam(model.parameters(), foreach=False)

    def step() -> None:
        optimizer.zero_grad()
        model(images).sum().backward()
        if optimized:
            optimizer.step()

    return step


@pytest.mark.benchmark(group="small steps")
@pytest.mark.parametrize(
    "make",
    [lambda: layers(60, optimized=False), lambda: layers(10, optimized=True), slices],
    ids=["60 layers", "10 layers and Adam", "300 writes to slices"],
)
def test_small_steps(make: Callable[[], Callable[[], None]], benchmark: BenchmarkFixture) -> None:
    step = make()

    def once(context: Callable[[], Any]) -> float:
        gc.collect()
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with context():
                step()
        return time.process_time() - start

    once(nullcontext)
    best = {name: float("inf") for name in CONTEXTS}
    for _ in range(ROUNDS):
        for name, context in CONTEXTS.items():
            best[name] = min(best[name], once(context))
    told(best, benchmark)
    benchmark.pedantic(lambda: once(CONTEXTS["recording"]), rounds=1)  # type: ignore[no-untyped-call]  # the plugin does not say its types
