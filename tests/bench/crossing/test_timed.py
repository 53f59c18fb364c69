from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from support.machines import ASKING, DOWN, HOT, KERNEL, UP, FakeMachine

from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.crossing.checked import WrongResultError, checked
from tensorlab.bench.crossing.timed import timed
from tensorlab.bench.pairing.interleave import Effort

if TYPE_CHECKING:
    from tensorlab.bench.crossing.record import Sample
    from tensorlab.memory.record import Doubt

ADD = next(one for one in CATALOGUE.workloads if one.name == "add")
CPU = 1e-3


def sampled(machine: FakeMachine) -> tuple[Sample, tuple[Doubt, ...]]:
    """A sample whose CPU takes a millisecond by the machine's clock."""
    ready = checked(CATALOGUE, ADD, "float32", 64)

    def call() -> None:
        machine.events.append("cpu")
        machine.now += CPU

    return timed(ready._replace(call=call), machine, Effort(0.0, 2, 2), read=machine.read, random=Random(0))


def test_the_times_of_a_device_are_told_apart() -> None:
    machine = FakeMachine()
    found, doubts = sampled(machine)
    assert doubts == ()
    assert found.kernel is not None
    assert found.graph is not None
    assert found.locked is not None
    assert found.pageable is not None
    assert found.overlapped is not None
    assert found.cpu.seconds == pytest.approx(CPU, rel=0.01)
    assert found.kernel.seconds == pytest.approx(KERNEL, rel=0.01)
    assert found.graph.seconds == pytest.approx(KERNEL, rel=0.01)
    assert found.latency.seconds == pytest.approx(KERNEL + ASKING, rel=0.01)
    assert found.locked.seconds == pytest.approx(UP + KERNEL + DOWN + ASKING, rel=0.05)
    assert found.pageable.seconds == pytest.approx(2 * UP + KERNEL + 2 * DOWN + ASKING, rel=0.05)
    assert found.overlapped.seconds < found.locked.seconds
    ratios = {way: trial.ratio for way, trial in found.trials}
    assert ratios["none"] == pytest.approx((KERNEL + ASKING) / CPU, rel=0.01)
    assert list(ratios) == ["none", "page-locked", "pageable"]
    assert dict(found.errors)["cuda:0"] == dict(found.errors)["cpu"]


def test_the_result_is_compared_before_the_timing_and_after_it() -> None:
    machine = FakeMachine()
    sampled(machine)
    results = [place for place, event in enumerate(machine.events) if event == "result"]
    assert machine.events[0] == "rounding float32"
    assert results[0] == 1
    assert len(results) == 2
    assert results[1] > max(place for place, event in enumerate(machine.events) if event == "mark")
    with pytest.raises(WrongResultError, match="the result of cuda:0 differs from the float64 reference by"):
        sampled(FakeMachine(off=1.0))


def test_sets_of_operands_take_turns_against_its_cache() -> None:
    machine = FakeMachine()
    sampled(machine)
    assert {event for event in machine.events if event.startswith("kernel")} == {f"kernel {n}" for n in range(64)}


def test_a_device_with_less_has_fewer_times() -> None:
    found, _ = sampled(FakeMachine(has_events=False, has_graphs=False, locks=False))
    assert (found.kernel, found.graph, found.locked, found.overlapped) == (None, None, None, None)
    assert [way for way, _ in found.trials] == ["none", "pageable"]


def test_a_device_that_is_held_back_is_doubted_and_its_blocks_are_counted() -> None:
    found, doubts = sampled(FakeMachine(heat=[HOT] * 1000))
    assert [doubt.code for doubt in doubts] == ["thrown-away", "throttled"]
    assert found.discarded > 0
