from __future__ import annotations

from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.chasing.measuring import Extent, chased, lines_changed, order, overtaking
from tensorlab.bench.chasing.record import ChaseRun
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.codec import decode, encode

if TYPE_CHECKING:
    from tensorlab.progress import Progress


def fake_read() -> Reading:
    now = next(TICKS) / 1000
    return Reading(now, now, now, 0, 0)


TICKS = count()


def test_a_shuffled_list_changes_its_line_with_nearly_every_float() -> None:
    row = order(5000, Effort(0, 2, 1), fake_read)
    assert row.shuffled_lines > 4900
    assert row.ordered_lines < 3500  # a float has 24 of a line's 64 bytes
    assert row.ratio == pytest.approx(1)  # by a clock that says the same of every block


def test_lines_of_addresses() -> None:
    addresses = list(range(0, 24 * 800, 24))
    assert lines_changed(addresses) == 24 * 800 // 64
    Random(1).shuffle(addresses)
    assert lines_changed(addresses) > 780
    assert lines_changed([]) == 0


def test_a_search_with_a_clock_that_sees_no_difference_finds_none() -> None:
    found = overtaking("add", ("list", "numpy"), Effort(0, 2, 1), fake_read)
    assert (found.least, found.most) == (1, 2**14)
    assert [trial.size for trial in found.trials] == sorted({trial.size for trial in found.trials})


def test_ctrl_c_keeps_the_steps_that_are_done() -> None:
    steps: list[Progress] = []

    def watch(state: Progress) -> None:
        steps.append(state)
        if len(steps) == 3:
            raise KeyboardInterrupt

    run = chased(Extent((100,), Effort(0, 1, 1)), watch, fake_read)
    assert run.interrupted
    assert {(speed.operation, speed.size) for speed in run.speeds} == {("add", 10), ("add", 1000)}
    assert (run.orders, run.overtakings) == ((), ())
    assert str(run) == "interrupted: the rest was not measured"
    assert decode(ChaseRun, encode(run)) == run
