from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from support.timing import FakeClock

from tensorlab.bench.pairing import interleave
from tensorlab.bench.pairing.interleave import BLOCK, Effort, in_rounds, interleaved, whole_rounds
from tensorlab.errors import ExpressionError, LayoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.pairing.counters import Reading


def test_each_round_has_each_contender_once_in_an_order_that_is_drawn() -> None:
    clock = FakeClock()
    prepare = {name: clock.contender(name, 1e-5) for name in "abc"}
    found = interleaved(prepare, Effort(0.05, 8, 2), read=clock.read, random=Random(3))
    assert [one.name for one in found] == ["a", "b", "c"]
    rounds = {one.round for one in found}
    assert len(rounds) == 1, "all take part in all rounds"
    assert len(found[0].round) == len(set(found[0].round))
    places = sorted((turn, one.name) for one in found for turn in one.turn)
    assert [turn for turn, _ in places] == list(range(len(places)))
    orders = Counter("".join(name for _, name in places[at : at + 3]) for at in range(0, len(places), 3))
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
    assert len(orders) >= 4


@pytest.mark.parametrize(("seconds", "loops"), [(1e-6, 1000), (1e-4, 10), (0.7e-3, 1), (0.5, 1)])
def test_a_block_is_a_millisecond_or_one_call(seconds: float, loops: int) -> None:
    clock = FakeClock()
    (found,) = interleaved({"a": clock.contender("a", seconds)}, Effort(0.01, 3, 1), read=clock.read, random=Random(0))
    assert found.loops == pytest.approx(loops, abs=1)
    assert max(found.wall) <= max(BLOCK * 1.01, seconds * 1.01)
    assert found.first == pytest.approx(seconds)


def test_calls_are_made_anew_in_each_repeat_and_the_first_call_is_told_apart() -> None:
    clock = FakeClock()
    clock.contender("something before", 7.0)()()
    (found,) = interleaved({"a": clock.contender("a", 1e-4)}, Effort(0.01, 3, 4), read=clock.read, random=Random(0))
    assert clock.made[1:] == ["a"] * 4
    assert sorted(set(found.repeat)) == [0, 1, 2, 3]
    assert found.first == pytest.approx(1e-4)
    assert found.first_faults == 2


@pytest.mark.parametrize("repeats", [1, 4])
def test_its_seconds_are_those_of_all_repeats_together(repeats: int) -> None:
    clock = FakeClock()
    prepare = {name: clock.contender(name, 1e-4) for name in "ab"}
    for found in interleaved(prepare, Effort(0.4, 3, repeats), read=clock.read, random=Random(0)):
        assert sum(found.wall) == pytest.approx(0.4, rel=0.02)


@pytest.mark.parametrize(("slow", "rounds"), [(0.5, 1), (2.0, 4)])
def test_a_call_that_is_slow_enough_has_one_round_in_a_repeat(slow: float, rounds: int) -> None:
    clock = FakeClock()
    prepare = {"fast": clock.contender("fast", 1e-3), "slow": clock.contender("slow", 1.0)}
    _, found = interleaved(prepare, Effort(0.1, 4, 1, slow), read=clock.read, random=Random(0))
    assert len(found.round) == rounds


def test_a_call_of_a_tenth_of_a_second_is_not_looked_at_again() -> None:
    """One to have it at all, one to see that it fills a block, one to share out the time, two that count."""
    clock = FakeClock()
    interleaved({"a": clock.contender("a", 0.11)}, Effort(0.1, 2, 1), read=clock.read, random=Random(0))
    assert len(clock.names) == 5


def test_blocks_are_as_long_although_something_ran_while_the_first_was_looked_at() -> None:
    clock = FakeClock()
    disturbed = iter([1e-4, 0.02, 0.02])

    def call() -> None:
        clock.now += next(disturbed, 1e-4)

    (found,) = interleaved({"a": lambda: call}, Effort(0.1, 3, 1), read=clock.read, random=Random(0))
    assert found.loops == pytest.approx(10, abs=1)
    assert len(found.wall) == pytest.approx(100, abs=12)


def test_a_clock_that_stands_still_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "MOST_LOOPS", 64)
    clock = FakeClock()
    (found,) = interleaved({"a": clock.contender("a", 0.0)}, Effort(0.1, 3, 1), read=clock.read, random=Random(0))
    assert (found.loops, len(found.wall)) == (64, 3)


def test_the_same_seed_has_the_same_order() -> None:
    def turns(seed: int) -> list[tuple[int, ...]]:
        clock = FakeClock()
        prepare = {name: clock.contender(name, 1e-4) for name in "ab"}
        return [one.turn for one in interleaved(prepare, Effort(0.01, 9, 2), read=clock.read, random=Random(seed))]

    assert turns(1) == turns(1)
    assert turns(1) != turns(2)


def test_like_contenders_take_part_in_all_rounds_whoever_was_disturbed() -> None:
    clock = FakeClock()
    slow = iter([3e-3] * 3)

    def disturbed() -> None:
        clock.now += next(slow, 1e-3)

    prepare = {"a": clock.contender("a", 1e-3), "b": lambda: disturbed}
    found = interleaved(prepare, Effort(0.2, 3, 2), read=clock.read, random=Random(0))
    assert found[0].round == found[1].round


def test_a_much_slower_one_takes_part_in_some_rounds() -> None:
    clock = FakeClock()
    prepare = {"fast": clock.contender("fast", 1e-5), "slow": clock.contender("slow", 0.05)}
    fast, slow = interleaved(prepare, Effort(0.1, 2, 1), read=clock.read, random=Random(0))
    assert len(slow.round) < len(fast.round) / 4
    assert set(slow.round) <= set(fast.round)
    assert len(slow.round) >= 1


def test_the_device_is_waited_for_before_each_reading() -> None:
    events: list[str] = []
    clock = FakeClock()

    def read() -> Reading:
        events.append("read")
        return clock.read()

    interleaved(
        {"a": clock.contender("a", 1e-3)},
        Effort(0.005, 2, 1),
        read=read,
        random=Random(0),
        wait=lambda: events.append("wait"),
    )
    assert events[::2] == ["wait"] * (len(events) // 2)
    assert events[1::2] == ["read"] * (len(events) // 2)


def test_a_contender_that_fails_is_named_when_made_and_when_called() -> None:
    clock = FakeClock()

    def broken() -> Callable[[], object]:
        raise ValueError("no\n such " + "word " * 99)

    good = clock.contender("good", 1e-3)
    with pytest.raises(ExpressionError, match=r"bad raised ValueError: no such word .*…") as told:
        interleaved({"good": good, "bad": lambda: broken}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))
    assert isinstance(told.value.__cause__, ValueError)
    with pytest.raises(ExpressionError, match="worse raised ValueError"):
        interleaved({"worse": broken}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))


def test_an_error_of_ours_is_passed_on() -> None:
    def make() -> Callable[[], object]:
        raise LayoutError("too large")

    clock = FakeClock()
    with pytest.raises(LayoutError, match="too large"):
        interleaved({"a": make}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))


def test_what_was_measured_until_ctrl_c_is_the_rounds_before() -> None:
    clock = FakeClock()
    prepare = {name: clock.contender(name, 1e-3) for name in "ab"}
    steps = in_rounds(prepare, Effort(0.0, 9, 1), read=clock.read, random=Random(0))
    columns = [next(steps) for _ in range(5)][-1]
    assert [max(row[1] for row in column.rows) for column in columns.values()] == [3, 3]
    columns["a"].rows.pop()
    assert {one.name: one.round for one in whole_rounds(columns)} == {"a": (0, 1, 2), "b": (0, 1, 2)}


def test_before_a_round_is_whole_there_is_nothing() -> None:
    clock = FakeClock()
    columns = next(in_rounds({"a": clock.contender("a", 1e-3)}, Effort(0.0, 3, 1), read=clock.read, random=Random(0)))
    assert whole_rounds(columns) == ()
    assert whole_rounds({}) == ()
