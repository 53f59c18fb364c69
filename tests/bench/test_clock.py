from __future__ import annotations

import pytest
from support.laboratory import FakeDevice

from tensorlab.bench.clock import EFFORTS, SLOW_SECONDS, Clock, slow_effort
from tensorlab.bench.pairing.interleave import Effort


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


@pytest.mark.parametrize(("slowest", "rounds"), [(1e-6, 3), (SLOW_SECONDS * 0.99, 3), (SLOW_SECONDS, 1), (10.0, 1)])
def test_a_slow_call_gets_few_blocks(slowest: float, rounds: int) -> None:
    assert slow_effort(slowest, Effort(0.05, 3, 3)) == Effort(0.05, rounds, 3)


def test_where_there_is_time_a_slow_call_gets_all_of_them() -> None:
    assert slow_effort(0.1, Effort(1.0, 5, 3)).rounds == 5
