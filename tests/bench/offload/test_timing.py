from __future__ import annotations

from functools import partial

import pytest
from support.machines import ASKING, DOWN, KERNEL, UP, FakeMachine

from tensorlab.bench.offload.timing import (
    IN_GRAPH,
    WARM,
    graph_seconds,
    kernel_seconds,
    overlapped_seconds,
    rotation,
    until_done,
)
from tensorlab.errors import UnavailableError


def test_kernels_are_warmed_up_then_timed_between_events_on_an_idle_device() -> None:
    machine = FakeMachine()
    calls = [machine.kernels(number) for number in range(2)]
    found = kernel_seconds(machine, calls, blocks=1)
    warm = ["kernel 0"] * WARM + ["kernel 1"] * WARM
    assert machine.events[: len(warm)] == warm
    alone = ["wait", "mark", "kernel 0", "mark", "wait", "between"]
    assert machine.events[len(warm) : len(warm) + 6] == alone
    block = machine.events[len(warm) + 6 :]
    assert block[:2] == ["wait", "mark"]
    assert block[-3:] == ["mark", "wait", "between"]
    assert block[2:-3] == [f"kernel {(number + 1) % 2}" for number in range(len(block) - 5)]  # sets take turns
    assert list(found) == pytest.approx([KERNEL], rel=0.01)


def test_a_call_that_is_asked_for_more_slowly_than_it_is_computed_leaves_gaps_which_a_graph_closes() -> None:
    machine = FakeMachine(kernel=1e-6)
    calls = [machine.kernels(0), machine.kernels(1)]
    assert kernel_seconds(machine, calls, blocks=1)[0] == pytest.approx(ASKING, rel=0.01)
    machine.events.clear()
    assert graph_seconds(machine, calls, blocks=1)[0] == pytest.approx(1e-6, rel=0.25)
    assert machine.events.index("capture") > machine.events.index("wait")  # nothing runs while it is captured
    assert f"replay of {IN_GRAPH}" in machine.events


def test_what_a_device_lacks_is_said() -> None:
    machine = FakeMachine(has_events=False, has_graphs=False)
    with pytest.raises(UnavailableError, match="no events with times"):
        kernel_seconds(machine, [machine.kernels(0)])
    with pytest.raises(UnavailableError, match="no graphs"):
        graph_seconds(machine, [machine.kernels(0)])


def test_a_latency_waits_in_every_call() -> None:
    machine = FakeMachine()
    call = until_done(machine, *(partial(machine.ask, word, 1e-3) for word in ("up", "kernel", "down")))
    call()
    call()
    assert machine.events == ["up", "kernel", "down", "wait"] * 2
    assert machine.now == pytest.approx(2 * (3e-3 + ASKING), rel=0.01)


def test_what_overlaps_takes_as_long_as_the_longest_of_its_parts() -> None:
    machine = FakeMachine()
    trips = machine.work(lambda: None, (), "float32", sets=3).locked
    found = overlapped_seconds(machine, trips, machine.read, blocks=1)
    assert found[0] == pytest.approx(max(UP, KERNEL, DOWN), rel=0.3)
    assert found[0] < UP + KERNEL + DOWN
    lanes = [event for event in machine.events if event.startswith("lane")]
    assert lanes[:3] == ["lane 1 after 0", "lane 2 after 1", "lane 3 after 1"]  # nobody has the first set yet
    assert lanes[9:12] == ["lane 1 after 1", "lane 2 after 1", "lane 3 after 1"]  # the next upload waits for it
    reads = [place for place, event in enumerate(machine.events) if event == "read"]
    assert all(machine.events[place - 1] == "wait" for place in reads)


def test_too_few_sets_cannot_overlap() -> None:
    with pytest.raises(UnavailableError, match="3 sets of operands are needed to overlap; got 0"):
        overlapped_seconds(FakeMachine(), (), FakeMachine().read)


@pytest.mark.parametrize("nbytes", [1, 1000, 1 << 20, 40 << 20, 1 << 30])
def test_sets_take_turns_so_that_the_last_cache_never_holds_the_next_one(nbytes: int) -> None:
    cache = 50 << 20
    sets = rotation(nbytes, cache)
    assert sets == 64 or (sets - 1) * nbytes >= 2 * cache or sets == 2
    assert 2 <= sets <= 64
