from __future__ import annotations

from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.slowness.record import AS_IT_IS
from tensorlab.bench.slowness.rewrites import Way
from tensorlab.bench.slowness.trials import LONG, SLOW, Bench, Tried, beside, effort, tried
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

ONES = torch.ones(2)


@pytest.fixture
def bench() -> Bench:
    """A clock that goes on by a millisecond whenever it is read: every block takes as long."""
    ticks = count()

    def read() -> Reading:
        now = next(ticks) * 1e-3
        return Reading(now, now, now, 0, 0)

    return Bench(read, Random(0), "cpu", seconds=0.02)


def way(what: str, call: Callable[[], object]) -> Way:
    return Way(what, "somehow", lambda: call)


def same() -> torch.Tensor:
    return ONES.clone()


CALL = Tried(lambda: same, ONES, 1e-3)


def test_what_gives_the_same_is_timed(bench: Bench) -> None:
    (found,), notes = tried([way("out=", same)], CALL, bench)
    assert (found.what, found.how, found.ratio.of, found.ratio.to) == ("out=", "somehow", "out=", AS_IT_IS)
    assert (found.ratio.value, found.helps, notes) == (1.0, False, ())


def test_what_changes_the_result_is_not_suggested(bench: Bench) -> None:
    found, notes = tried([way("in place", lambda: ONES * 2), way("out=", same)], CALL, bench)
    assert [one.what for one in found] == ["out="]
    assert notes == ("in place is not suggested: it changes the result",)


def test_what_raises_is_not_suggested(bench: Bench) -> None:
    def refuses() -> None:
        raise UnsupportedError("there is none")

    def fails() -> None:
        raise ZeroDivisionError

    found, notes = tried([way("a", refuses), way("b", fails)], CALL, bench)
    assert found == ()
    assert notes == ("a is not suggested: there is none", "b is not suggested: ZeroDivisionError")


def test_a_way_is_made_anew_in_each_repeat(bench: Bench) -> None:
    made: list[str] = []

    def make() -> Callable[[], torch.Tensor]:
        made.append("made")
        return same

    beside(Way("out=", "somehow", make), CALL, bench)
    assert len(made) == effort(CALL.seconds, bench).repeats


def test_few_calls_of_slow_ones(bench: Bench) -> None:
    assert effort(2 * SLOW, bench).rounds < effort(SLOW / 2, bench).rounds
    assert effort(LONG, bench).repeats == 1
