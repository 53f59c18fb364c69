from __future__ import annotations

import os
import sys
import time

import pytest

from tensorlab.process import forked
from tensorlab.process.forked import ask_fork
from tensorlab.process.record import Failed, Told

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def test_what_a_fork_writes_stays_there() -> None:
    scratch = [1]

    def change() -> dict[str, object]:
        scratch[0] = 2
        sys.stdout.write("nothing of this is seen")
        return {"scratch": scratch}

    assert ask_fork(change) == Told({"scratch": [2]})
    assert scratch == [1]


def test_a_long_answer_comes_whole() -> None:
    answer = ask_fork(lambda: {"long": "x" * 10**6})
    assert isinstance(answer, Told)
    assert len(str(answer.facts["long"])) == 10**6


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (os.abort, "ended by SIGABRT"),
        (lambda: os._exit(7), "exit code 7"),
        (lambda: os._exit(0), "exit code 0"),
        (lambda: sys.exit("enough"), "SystemExit: enough"),
        (lambda: {1j: 2}, "TypeError: keys must be str, int, float, bool or None, not complex"),
    ],
)
def test_how_a_fork_ends(act: object, reason: str) -> None:
    assert ask_fork(act) == Failed(reason)  # type: ignore[arg-type]  # the table holds what goes wrong


def test_a_fork_that_hangs_is_ended() -> None:
    start = time.monotonic()
    assert ask_fork(lambda: time.sleep(60), timeout=0.2) == Failed("no answer within 0.2 s")  # type: ignore[arg-type,return-value]  # it never returns
    assert time.monotonic() - start < 30


def test_a_system_that_cannot_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "AVAILABLE", False)
    assert ask_fork(dict) == Failed("this system cannot fork")
