from __future__ import annotations

from itertools import chain, count, pairwise, repeat
from typing import TYPE_CHECKING

import pytest
import torch
from support.laboratory import FakeDevice

from tensorlab.bench.clock import EFFORTS, WARM_CALLS, Clock, Effort, first_call, timed_blocks, warm_up
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_clock_waits_for_the_device_before_it_is_read() -> None:
    device = FakeDevice()
    device.call()
    before = device.clock
    assert device.watch().read() >= before + device.seconds
    assert device.events == ["call", "sync", "read"]


def test_the_first_call_is_timed_apart_between_two_idle_moments() -> None:
    device = FakeDevice()
    first = first_call(device.call, ("result",), device.watch())
    assert device.events == ["sync", "read", "call", "sync", "read"]
    assert first.result == "result"
    assert first.seconds == pytest.approx(device.seconds, rel=1e-3)


@pytest.mark.parametrize(("seconds", "calls"), [(1.0, 1), (0.006, 4), (1e-6, WARM_CALLS)])
def test_warm_up_ends_after_some_time_or_some_calls(seconds: float, calls: int) -> None:
    device = FakeDevice(seconds)
    assert warm_up(device.call, (), device.watch()) == pytest.approx(seconds, rel=0.1)
    assert device.events.count("call") == calls


@pytest.mark.parametrize("seconds", [1e-6, 1e-4, 0.01, 1.0])
def test_a_device_that_works_in_the_background_is_timed_by_its_own_seconds(seconds: float) -> None:
    device = FakeDevice(seconds)
    timing = timed_blocks(device.call, (), device.watch(), Effort(0.2, 5), threads=1)
    assert len(timing.wall) >= (5 if seconds < 1 else 3)
    assert sum(timing.wall) >= 0.2 * 0.99
    for block in timing.wall:
        assert block / timing.loops == pytest.approx(seconds, rel=2e-3)


def test_every_block_is_synchronised_at_both_ends_and_nowhere_within() -> None:
    device = FakeDevice()
    timing = timed_blocks(device.call, (), device.watch(), Effort(0.05, 5), threads=1)
    last = device.events[-(timing.loops + 4) :]
    assert last == ["sync", "read", *["call"] * timing.loops, "sync", "read"]
    assert all(before == "sync" for before, event in pairwise(device.events) if event == "read")


def test_arguments_reach_the_function() -> None:
    seen = []
    device = FakeDevice()

    def function(*arguments: object) -> None:
        seen.append(arguments)
        device.call()

    timed_blocks(function, ("a", "b"), device.watch(), Effort(0.001, 1), threads=1)
    assert set(seen) == {("a", "b")}


def test_measuring_leaves_the_thread_count_as_it_was() -> None:
    before = torch.get_num_threads()
    counts = []
    device = FakeDevice()

    def function() -> None:
        counts.append(torch.get_num_threads())
        device.call()

    timed_blocks(function, (), device.watch(), Effort(0.001, 1), threads=1)
    assert torch.get_num_threads() == before
    assert counts[-1] == 1


def test_the_usual_clock_advances_and_a_full_profile_measures_longer() -> None:
    clock = Clock(synchronize=lambda: None)
    assert clock.read() < clock.read()
    assert EFFORTS["full"] > EFFORTS["quick"]


def test_a_slow_call_gets_few_blocks() -> None:
    now = [0.0]

    def slow() -> None:
        now[0] += 5.0

    clock = Clock(synchronize=lambda: None, now=lambda: now[0])
    timing = timed_blocks(slow, (), clock, Effort(1.0, 9), 1)
    assert timing.wall == (5.0,) * 3
    assert timing.loops == 1


def test_a_clock_that_stands_still_ends_the_measuring() -> None:
    calls: list[int] = []
    with pytest.raises(UnavailableError, match="the clock stands still: 20 calls took 0 s by it"):
        timed_blocks(calls.append, (1,), Clock(synchronize=lambda: None, now=lambda: 1.0), Effort(0.2, 5), 1)
    assert len(calls) == WARM_CALLS


@pytest.mark.parametrize(
    "ticks",
    [
        pytest.param(chain((n * 1e-3 for n in range(50)), repeat(1.0)), id="stops"),
        pytest.param((n * 1e-3 for n in count()), id="moves only when it is read"),
        pytest.param((n * 1e-12 for n in chain(range(0, 10**8, 10**6), count(10**8))), id="creeps"),
    ],
)
def test_a_clock_that_hardly_moves_ends_it_too(ticks: Iterator[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.clock.PATIENCE", 0.01)
    clock = Clock(synchronize=lambda: None, now=ticks.__next__)
    with pytest.raises(UnavailableError, match=r"the clock hardly moves: by it .* s have passed, not"):
        timed_blocks(len, ("",), clock, Effort(0.2, 5), 1)


def test_a_clock_that_goes_back_ends_it() -> None:
    now = chain((n * 1e-3 for n in range(45)), repeat(-1.0))
    with pytest.raises(UnavailableError, match="the clock went back by"):
        timed_blocks(len, ("",), Clock(synchronize=lambda: None, now=now.__next__), Effort(0.2, 5), 1)
