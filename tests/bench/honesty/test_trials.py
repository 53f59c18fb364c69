from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from support.timing import FakeClock

from tensorlab.bench.honesty import trials
from tensorlab.bench.honesty.trials import Subjects, Trying, honesty
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def loops(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many busy loops were started, 0 when they were ended."""
    found: list[int] = []

    @contextmanager
    def fake(count: int) -> Iterator[tuple[int, ...]]:
        found.append(count)
        try:
            yield ()
        finally:
            found.append(0)

    monkeypatch.setattr(trials, "busy_loops", fake)
    return found


def subjects(clock: FakeClock, planted: float = 1.031e-3) -> Subjects:
    quiet = {"add": clock.contender("add", 1e-5)}
    return Subjects(quiet, clock.contender("product", 1e-3), clock.contender("planted", planted))


def test_with_a_perfect_clock_every_gate_passes(loops: list[int]) -> None:
    clock, seen = FakeClock(), list[Progress]()
    found = honesty(subjects(clock), Trying(0.02, read=clock.read), seen.append)
    assert [gate.name for gate in found.gates if not gate.passed] == []
    assert found.passed
    assert [trial.kind for trial in found.trials].count("run") == 16
    assert loops == [3, 0]
    assert (seen[-1].done, seen[-1].total) == (21, 21)
    assert len({trial.seed for trial in found.trials if trial.kind == "run"}) == 16


def test_what_is_not_planted_is_not_found(loops: list[int]) -> None:
    clock = FakeClock()
    found = honesty(subjects(clock, planted=1e-3), Trying(0.02, read=clock.read), lambda _progress: None)
    assert [gate.name for gate in found.gates if not gate.passed] == ["planted +3.1% found"]
    assert loops[-1] == 0


def test_ctrl_c_keeps_what_was_made_and_ends_the_loops(loops: list[int]) -> None:
    clock = FakeClock()

    def watch(progress: Progress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    found = honesty(subjects(clock), Trying(0.02, read=clock.read), watch)
    assert found.interrupted
    assert not found.passed
    assert [trial.kind for trial in found.trials] == ["quiet", "busy", "busy"]
    assert loops == [3, 0]
