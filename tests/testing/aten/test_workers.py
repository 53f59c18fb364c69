import os
import signal
from typing import Any

from tensorlab.testing.aten.scanning import Where
from tensorlab.testing.aten.workers import Outcome, forked


def test_every_job_is_done_once() -> None:
    outcomes = sorted(forked(lambda job, *_: job**2, range(5), workers=2), key=lambda done: done.job)
    assert [outcome.told for outcome in outcomes] == [0, 1, 4, 9, 16]


def test_a_job_that_dies_is_begun_again_past_the_step_that_ended_it() -> None:
    def work(job: int, at: Any, deadly: dict[Where, str]) -> list[str]:
        for number in range(3):
            where = Where(job, number)
            if where not in deadly:
                at(where)
                if number == 1:
                    os.kill(os.getpid(), signal.SIGSEGV)
        return list(deadly.values())

    assert list(forked(work, [7])) == [Outcome(7, ["ended the process by SIGSEGV"])]


def test_a_job_that_dies_at_the_same_step_again_is_given_up() -> None:
    (outcome,) = forked(lambda *_: os.abort(), [0])
    assert outcome.failure == "ended by SIGABRT again and again"


def test_an_error_and_a_late_job_are_told() -> None:
    def late(job: int, at: Any, _: Any) -> None:
        at(Where(0, 0))
        signal.pause() if job else int("x")

    outcomes = {done.job: done.failure for done in forked(late, [0, 1], seconds=1.0)}
    assert outcomes == {0: "ValueError: invalid literal for int() with base 10: 'x'", 1: "took too long"}
