from __future__ import annotations

import time

from tensorlab.bench.selfcheck.fastest import LEAST, fastest


def test_the_fastest_call_counts_and_some_are_made_in_any_case() -> None:
    calls: list[int] = []

    def call() -> None:
        calls.append(1)
        end = time.thread_time() + (0.02 if len(calls) < 4 else 0.002)
        while time.thread_time() < end:
            pass

    assert 0.002 <= fastest(call, 0.0) < 0.02
    assert len(calls) == LEAST + 1
