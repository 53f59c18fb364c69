from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest
from support.laboratory import backend, case, double, laboratory
from support.machines import COOL, HOT, FakeMachine

from tensorlab.bench.offload.steady import MOST, TRIES, Watched, joined, steadily, under_load, undisturbed
from tensorlab.bench.offload.timing import until_done
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.pairing.ratios import ratio
from tensorlab.bench.pairing.record import Blocks
from tensorlab.bench.record import Run
from tensorlab.bench.runner import measure_group

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.offload.steady import Steady


def same(call: Call) -> Call:
    return call


def measured(machine: FakeMachine) -> Steady:
    calls = {
        "one": until_done(machine, partial(machine.ask, "one", 1e-4)),
        "other": until_done(machine, partial(machine.ask, "other", 2e-4)),
    }
    prepare = {name: partial(same, call) for name, call in calls.items()}
    device = under_load(machine, partial(machine.ask, "load", 1e-4), machine.read)
    return steadily(prepare, Effort(0.0, 2, 3), read=machine.read, random=Random(0), device=device)


def test_repeats_of_a_cool_device_are_joined() -> None:
    machine = FakeMachine()
    found = measured(machine)
    one, other = found.blocks
    assert (found.discarded, found.doubts) == (0, ())
    assert one.repeat == (0, 0, 1, 1, 2, 2)
    assert one.round == other.round == (0, 1, 2, 3, 4, 5)
    assert len(set(one.turn + other.turn)) == 12
    told = ratio(other, one, "wall", 0)
    assert told.value == pytest.approx(2, rel=0.05)
    assert machine.events.count("clocks") == 7  # around each repeat, and to see whether there is one
    asked = [place for place, event in enumerate(machine.events) if event == "clocks"]
    assert {machine.events[place - 1] for place in asked} == {"load"}, "while it works"
    assert {machine.events[place + 1] for place in asked} == {"wait"}


def test_what_was_measured_while_it_was_held_back_is_thrown_away() -> None:
    machine = FakeMachine(heat=[COOL, COOL, COOL, HOT, COOL, COOL])
    found = measured(machine)
    assert found.discarded == 4  # two blocks of each of two
    assert [(one.code, one.text) for one in found.doubts] == [
        ("thrown-away", "4 blocks thrown away: cuda:0 was held back while they were measured")
    ]
    assert [len(one.wall) for one in found.blocks] == [6, 6]


def test_a_device_that_is_always_held_back_is_doubted() -> None:
    found = measured(FakeMachine(heat=[HOT] * 100))
    thrown, doubt = found.doubts
    assert (thrown.code, doubt.code) == ("thrown-away", "throttled")
    assert doubt.text.startswith("cuda:0 was held back all the time: power cap, thermal slowdown;")
    assert found.discarded == 3 * (TRIES - 1) * 4
    assert [len(one.wall) for one in found.blocks] == [6, 6]


def test_values_of_a_held_device_are_measured_anew() -> None:
    heat = iter([HOT, COOL, COOL, COOL])
    assert undisturbed(lambda: next(heat), lambda: (1.0, 2.0)) == ((1.0, 2.0), 2, ())
    assert undisturbed(lambda: None, lambda: (1.0,)) == ((1.0,), 0, ())
    always = undisturbed(lambda: HOT, lambda: (1.0,))
    assert always == ((1.0,), TRIES - 1, ("power cap", "thermal slowdown"))


def test_a_clock_that_nobody_tells_is_a_doubt() -> None:
    machine = FakeMachine()
    prepare = {"one": partial(same, until_done(machine, partial(machine.ask, "one", 1e-4)))}
    device = Watched("cuda:0", machine.wait, lambda: None)
    found = steadily(prepare, Effort(0.0, 1, 1), read=machine.read, random=Random(0), device=device)
    assert [one.code for one in found.doubts] == ["clock-unknown"]


def test_a_clock_is_read_in_the_midst_of_work_and_not_of_more_than_a_queue_holds() -> None:
    machine = FakeMachine(heat=[HOT])
    slow = under_load(machine, partial(machine.ask, "call", 0.05), machine.read)
    count = len(machine.events)
    assert slow.clocks() is HOT
    assert machine.events[count:] == ["call"] * 3 + ["clocks", "wait"]
    short = under_load(machine, partial(machine.ask, "call", 1e-9), machine.read)
    count = len(machine.events)
    short.clocks()
    assert machine.events[count:].count("call") == MOST


def test_blocks_of_other_lengths_are_scaled() -> None:
    def part(loops: int, wall: float) -> tuple[Blocks, ...]:
        return (
            Blocks(name="a", loops=loops, wall=(wall,), cpu=(wall,), turn=(0,), round=(0,), repeat=(0,), switches=(1,),
                   faults=(2,), first=0.0, first_faults=0),
        )  # fmt: skip

    (found,) = joined([part(10, 1.0), part(20, 2.0)])
    assert found.seconds("wall") == (0.1, 0.1)
    assert (found.turn, found.round, found.repeat) == ((0, 1), (0, 1), (0, 1))


def test_rows_of_a_run_are_measured_beside_the_clock_of_their_device() -> None:
    machine = FakeMachine(heat=[HOT] * 1000)

    def function(values: object) -> object:
        machine.ask("call", 1e-4)
        return double(values)

    gpu = backend("torch", kinds=("cuda",), synchronize=lambda name: machine.wait())  # noqa: ARG005 - as it is called
    bench = laboratory({"torch": function}, backends={"numpy": backend("numpy"), "torch": gpu})
    bench.machine, bench.read, bench.effort = lambda name: machine, machine.read, Effort(0.0, 1, 2)  # noqa: ARG005
    (row,) = measure_group((case(workload="double", size=8, backend="torch", device="cuda"),), bench)
    assert isinstance(row, Run)
    assert "throttled" in {doubt.code for doubt in row.doubts}
    assert row.repeat == (0, 1)
    assert min(row.wall) / row.loops == pytest.approx(1e-4, rel=0.1)
