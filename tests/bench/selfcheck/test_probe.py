from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tensorlab.bench.selfcheck.probe import LEAST, PROBES, fastest
from tensorlab.bench.selfcheck.variables import PROBES as WANTED


def test_every_probe_that_is_named_is_there() -> None:
    assert set(WANTED.values()) | {"torch-add"} <= set(PROBES)


@pytest.mark.parametrize("name", [name for name in PROBES if name != "torch-add"])
def test_a_probe_makes_a_call_that_gives_something(name: str) -> None:
    assert PROBES[name]()() is not None


def test_the_fastest_call_counts_and_some_are_made_in_any_case() -> None:
    calls: list[int] = []

    def call() -> None:
        calls.append(1)
        end = time.thread_time() + (0.02 if len(calls) < 4 else 0.002)
        while time.thread_time() < end:
            pass

    assert 0.002 <= fastest(call, 0.0) < 0.02
    assert len(calls) == LEAST + 1


def test_the_process_tells_its_seconds_as_json() -> None:
    command = [sys.executable, "-m", "tensorlab.bench.selfcheck.probe", "python"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["seconds"] > 0
