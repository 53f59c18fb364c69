from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.timing import ratio

from tensorlab.bench.honesty.gates import gates
from tensorlab.bench.honesty.record import Trial

if TYPE_CHECKING:
    from tensorlab.bench.honesty.record import Kind
    from tensorlab.bench.pairing.record import Ratio

SAME = ratio(1.0, 0.99, 1.01)
FOUND = ratio(1.031, 1.02, 1.04, "slower")
ALARM = ratio(1.03, 1.02, 1.04, "slower")
MISSED = ratio(1.0, 0.98, 1.02)


def trial(kind: Kind, one: Ratio) -> Trial:
    return Trial(kind=kind, workload="matmul 512", seed=0, ratio=one)


def runs(alarms: int = 0, missed: int = 0, count: int = 16) -> tuple[Trial, ...]:
    of_runs = [trial("run", ALARM if number < alarms else SAME) for number in range(count)]
    return (*of_runs, *(trial("planted", MISSED if number < missed else FOUND) for number in range(count)))


def test_the_names_and_bounds_of_all_gates() -> None:
    found = gates((trial("quiet", SAME), trial("busy", SAME), *runs()), 3)
    assert [(one.name, one.asked, one.passed) for one in found] == [
        ("quiet A/A", "0.99..1.01", True),
        ("matmul 512 A/A, 3 busy loops", "0.98..1.02", True),
        ("the interval covers 1", "14 of 16 or more", True),
        ("planted +3.1% found", "15 of 16 or more", True),
        ("false alarms", "2 of 16 or fewer", True),
    ]


@pytest.mark.parametrize(("kind", "value", "passed"), [
    ("quiet", 1.009, True), ("quiet", 1.011, False), ("quiet", 0.989, False), ("busy", 1.019, True),
    ("busy", 1.021, False), ("busy", 0.979, False),
])  # fmt: skip
def test_ratios_of_the_same_lie_within_bounds(kind: Kind, value: float, passed: bool) -> None:  # noqa: FBT001 - a row of the table
    (gate,) = gates((trial(kind, SAME), trial(kind, ratio(value, 0.9, 1.1))), 3)
    assert gate.passed is passed


@pytest.mark.parametrize(
    ("alarms", "missed", "passed"),
    [(2, 1, [True, True, True]), (3, 0, [False, True, False]), (0, 2, [True, False, True])],
)
def test_counts_of_sixteen(alarms: int, missed: int, passed: list[bool]) -> None:
    assert [gate.passed for gate in gates(runs(alarms, missed), 3)] == passed


def test_fewer_runs_than_sixteen_pass_nothing() -> None:
    assert [gate.passed for gate in gates(runs(count=15), 3)] == [False, False, False]
    assert gates((), 3) == ()
