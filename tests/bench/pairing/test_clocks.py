from __future__ import annotations

from dataclasses import replace

import pytest
from support.timing import blocks

from tensorlab.bench.pairing.clocks import chosen_clock

ONE = blocks("a", [1.0, 1.0, 1.0])


def test_one_thread_that_computes_alone_is_timed_by_the_processor() -> None:
    assert chosen_clock((ONE, replace(ONE, process=(1.01, 1.02, 9.0))), 1) == ("cpu", ())


def test_several_threads_are_timed_by_the_wall_without_a_doubt() -> None:
    assert chosen_clock((ONE,), 2) == ("wall", ())


def test_help_of_other_threads_is_doubted_and_timed_by_the_wall() -> None:
    clock, (doubt,) = chosen_clock((replace(ONE, process=(2.0, 2.0, 1.0)),), 1)
    assert (clock, doubt.code) == ("wall", "other-threads")
    assert "a: the process computed 2.00 times" in doubt.text
    assert doubt.cure


@pytest.mark.parametrize(("process", "clock"), [(0.104, "cpu"), (0.106, "wall")])
def test_an_interpreter_has_other_threads_that_compute_5_percent(process: float, clock: str) -> None:
    short = replace(ONE, cpu=(0.1, 0.1, 0.1), process=(process,) * 3)
    assert chosen_clock((short,), 1)[0] == clock


@pytest.mark.parametrize(("cpu", "waits", "clock"), [(0.79, 1, "wall"), (0.81, 1, "cpu"), (0.79, 0, "cpu")])
def test_who_waits_gives_its_processor_away_in_half_of_the_blocks(cpu: float, waits: int, clock: str) -> None:
    found = blocks("a", [1.0] * 4)
    seldom = replace(found, cpu=(cpu,) * 4, process=(cpu,) * 4, waits=(waits, waits, 0, 0))
    assert chosen_clock((seldom,), 1)[0] == clock
    assert chosen_clock((replace(seldom, waits=(waits, 0, 0, 0)),), 1)[0] == "cpu"


def test_a_thread_that_waits_is_timed_by_the_wall_and_one_that_was_pushed_off_is_not() -> None:
    sleeping = replace(ONE, cpu=(0.1, 0.1, 0.1), waits=(1, 1, 1))
    clock, (doubt,) = chosen_clock((sleeping,), 1)
    assert (clock, doubt.code) == ("wall", "waits")
    assert "computed 10% of the time" in doubt.text
    pushed = replace(ONE, cpu=(0.1, 0.1, 0.1), waits=(0, 0, 0), switches=(9, 9, 9))
    assert chosen_clock((pushed,), 1) == ("cpu", ())
