from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from support.timing import FakeClock

from tensorlab.bench.pairing.interleave import BLOCK, Effort, interleaved
from tensorlab.errors import ExpressionError, LayoutError


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
    (found,) = interleaved({"a": clock.contender("a", 1e-4)}, Effort(0.01, 3, 4), read=clock.read, random=Random(0))
    assert clock.made == ["a"] * 4
    assert sorted(set(found.repeat)) == [0, 1, 2, 3]
    assert found.first_faults == 2


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

    def read() -> object:
        events.append("read")
        return clock.read()

    interleaved(
        {"a": clock.contender("a", 1e-3)},
        Effort(0.005, 2, 1),
        read=read,  # type: ignore[arg-type]  # it gives what the clock gives
        random=Random(0),
        wait=lambda: events.append("wait"),
    )
    assert events[::2] == ["wait"] * (len(events) // 2)
    assert events[1::2] == ["read"] * (len(events) // 2)


def test_a_contender_that_fails_is_named_when_made_and_when_called() -> None:
    clock = FakeClock()

    def broken() -> object:
        raise ValueError("no\n such " + "word " * 99)

    good = clock.contender("good", 1e-3)
    with pytest.raises(ExpressionError, match=r"bad raised ValueError: no such word .*…") as told:
        interleaved({"good": good, "bad": lambda: broken}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))
    assert isinstance(told.value.__cause__, ValueError)
    with pytest.raises(ExpressionError, match="worse raised ValueError"):
        interleaved({"worse": broken}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))  # type: ignore[dict-item]  # it makes nothing


def test_an_error_of_ours_is_passed_on() -> None:
    def make() -> object:
        raise LayoutError("too large")

    clock = FakeClock()
    with pytest.raises(LayoutError, match="too large"):
        interleaved({"a": make}, Effort(0.01, 2, 1), read=clock.read, random=Random(0))  # type: ignore[dict-item]  # it makes nothing
