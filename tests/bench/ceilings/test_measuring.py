from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS, KIB, figure

from tensorlab.bench.ceilings import measuring
from tensorlab.bench.ceilings.measuring import Means, busy, every_batch, level_of, levels, measure, measure_all
from tensorlab.bench.ceilings.plan import Batch, Probe
from tensorlab.bench.ceilings.team import Team
from tensorlab.bench.host.fingerprint import fingerprint, host_facts
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.interleave import BLOCK, Effort
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.host.record import Host


EFFORT = Effort(0.01, 3, 2)


class Clock:
    """Calls take as long as they say; the processor's clock runs at half the speed of the one on the wall."""

    def __init__(self) -> None:
        self.now = 0.0
        self.faults = 0

    def spend(self, seconds: float, faults: int = 0) -> None:
        self.now += seconds
        self.faults += faults

    def read(self) -> Reading:
        return Reading(self.now, self.now / 2, self.now, 0, self.faults)

    def call(self, seconds: float, faults: int = 0) -> Callable[[], Callable[[], object]]:
        return lambda: partial(self.spend, seconds, faults)


def small_host() -> Host:
    return replace(host_facts(), caches=(("L1d", 32 * KIB), ("L2", 64 * KIB)), memory=1 << 20, usable=2)


def test_one_thread_is_measured_by_its_own_clock_several_by_the_wall() -> None:
    clock = Clock()
    probe = Probe("copy", "p", "torch", 1e6, "B", clock.call(1e-4, faults=3), working_set=48 * KIB, dtype="float32")
    means = Means(clock.read, Random(0), EFFORT)
    (alone,) = measure(Batch("b", (probe,)), means, levels(small_host()))
    (both,) = measure(Batch("b", (probe,), threads=2), means, levels(small_host()))
    assert (alone.clock, both.clock) == ("cpu", "wall")
    assert [alone.rate, both.rate] == pytest.approx([2e10, 1e10])
    assert (alone.level, both.level) == ("L2", "L1")
    assert (round(alone.loops * 1e-4 / BLOCK), alone.faults) == (1, 3)


def test_the_cost_of_a_call_is_taken_off() -> None:
    clock = Clock()
    probe = Probe("copy", "p", "torch", 1e6, "B", clock.call(3e-4), clock.call(1e-4))
    (found,) = measure(Batch("b", (probe,), threads=2), Means(clock.read, Random(0), EFFORT))
    assert found.rate == pytest.approx(1e6 / 2e-4)


def test_where_the_call_costs_more_than_its_work_there_is_no_figure() -> None:
    clock = Clock()
    probe = Probe("copy", "p", "torch", 1e6, "B", clock.call(1.1e-4), clock.call(1e-4))
    assert measure(Batch("b", (probe,)), Means(clock.read, Random(0), EFFORT)) == []


def test_every_ceiling_is_planned_with_one_thread_and_with_all() -> None:
    with Team(2) as team:
        batches = list(every_batch(small_host(), (), team))
    kinds = {(probe.kind, batch.threads) for batch in batches for probe in batch.probes}
    assert kinds == {
        ("dispatch", 1),
        ("allocation", 1),
        *((kind, threads) for kind in ("read", "copy", "triad", "compute") for threads in (1, 2)),
    }


def test_all_are_measured_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = Clock(), list[Progress]()
    probe = Probe("compute", "p", "torch", 1e6, "FLOP", clock.call(1e-4), dtype="float32")
    monkeypatch.setattr(measuring, "every_batch", lambda *_: iter([Batch("one", (probe,)), Batch("two", (probe,))]))
    host = small_host()
    found = measure_all(host, (), means=Means(clock.read, Random(0), EFFORT), watch=told.append)
    assert [(one.label, one.done, one.total) for one in told] == [("one", 0, 2), ("two", 1, 2)]
    assert (found.fingerprint, found.libraries, found.block) == (fingerprint(host), host.libraries, BLOCK)
    assert len(found.figures) == 2


def test_all_threads_slower_than_one_are_doubted() -> None:
    fast = figure("compute", "p", 1e9, "FLOP", 200e9, dtype="float32")
    slow = figure("compute", "p", 1e9, "FLOP", 100e9, dtype="float32", threads=2)
    (doubt,) = busy([fast, slow], 2)
    assert doubt.code == "oversubscribed"
    assert doubt.penalty == pytest.approx(2.0)
    assert "2 threads together reach 100 GFLOP/s" in doubt.text
    assert busy([fast, replace(slow, seconds=(1e9 / 300e9,))], 2) == ()
    assert busy([fast], 1) == ()


def test_levels_are_those_of_the_record() -> None:
    for size, threads in ((20 * KIB, 1), (48 * KIB, 2), (2**30, 1)):
        assert level_of(CEILINGS.levels, size, threads) == CEILINGS.level(size, threads)


def test_ctrl_c_keeps_the_batches_that_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    probe = Probe("copy", "p", "torch", 1e6, "B", clock.call(1e-4), working_set=48 * KIB, dtype="float32")
    monkeypatch.setattr(
        measuring, "every_batch", lambda *_given: iter([Batch("one", (probe,)), Batch("two", (probe,))])
    )

    def watch(state: Progress) -> None:
        if state.label == "two":
            raise KeyboardInterrupt

    found = measure_all(small_host(), (), means=Means(clock.read, Random(0), EFFORT), watch=watch)
    assert (found.interrupted, len(found.figures)) == (True, 1)
