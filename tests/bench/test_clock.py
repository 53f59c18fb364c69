from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from support.laboratory import FakeDevice

from tensorlab.bench.clock import EFFORTS, Clock
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.interleave import interleaved

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_clock_waits_for_the_device_before_it_is_read() -> None:
    device = FakeDevice()
    device.call()
    before = device.clock
    assert device.watch().read() >= before + device.seconds
    assert device.events == ["call", "sync", "read"]


def test_the_usual_clock_advances_and_a_full_profile_measures_longer() -> None:
    clock = Clock(synchronize=lambda: None)
    assert clock.read() < clock.read()
    assert EFFORTS["full"] > EFFORTS["quick"]


def test_each_profile_makes_the_buffers_so_often_that_small_differences_may_be_claimed() -> None:
    assert all(effort.repeats >= 3 for effort in EFFORTS.values())


def test_a_slow_call_gets_one_block_a_repeat_and_the_fast_one_beside_it_keeps_its_own() -> None:
    device = FakeDevice()

    def call(seconds: float) -> Callable[[], Callable[[], object]]:
        def work() -> None:
            device.clock += seconds

        return lambda: work

    def read() -> Reading:
        return Reading(device.now(), device.clock, device.clock, 0, 0)

    calls = {"slow": call(0.4), "fast": call(1e-3), "like": call(1.1e-3)}
    slow, fast, like = interleaved(calls, EFFORTS["quick"], read=read, random=Random(0))
    assert len(slow.wall) == EFFORTS["quick"].repeats == 3
    assert len(fast.wall) == len(like.wall) >= 30
    assert set(slow.round) < set(fast.round)
    assert fast.round == like.round
