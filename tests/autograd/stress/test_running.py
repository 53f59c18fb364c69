"""Cases in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.stress import running
from tensorlab.autograd.stress.record import StressCase
from tensorlab.autograd.stress.running import all_cases, run_case, run_cases
from tensorlab.process.record import Failed

if TYPE_CHECKING:
    import pytest

    from tensorlab.progress import Progress


def test_a_deep_chain_goes() -> None:
    run = run_case(StressCase(length=100_000))
    assert str(run) == "nodes=100001 edges=100000 freed=ok"
    assert run.capture_seconds is not None


def test_a_small_thread_and_the_end_of_the_interpreter() -> None:
    assert run_case(StressCase(length=20_000, thread=True)).freed == "ok"
    assert run_case(StressCase(length=60_000, pattern="exit")).freed == "ok"


def test_a_process_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ask", lambda *_, **__: Failed("ended by SIGSEGV"))
    seen: list[Progress] = []
    table = run_cases([StressCase(length=5)], seen.append)
    assert [str(run) for run in table.failed] == ["nodes=? edges=? freed=crashed: ended by SIGSEGV"]
    assert [(told.done, told.total) for told in seen] == [(0, 1)]


def test_every_shape_is_held_in_its_middle_and_freed_at_once() -> None:
    cases = all_cases(1000)
    assert {(case.shape, case.pattern) for case in cases} >= {("skip", "middle"), ("gru", "plain"), ("chain", "exit")}
    assert {case.length for case in cases if case.thread} == {1000, 2000, 2500, 5000, 10_000, 20_000}
