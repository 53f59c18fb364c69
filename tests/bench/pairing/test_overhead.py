from __future__ import annotations

import pytest

from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.pairing.overhead import CALLS, TRIES, overhead


def test_the_fastest_try_of_each_counts_and_reading_is_taken_off() -> None:
    times = iter(
        [second for _ in range(TRIES) for second in (0.0, 2e-6)]
        + [second for loop in range(TRIES) for second in (0.0, 2e-6 + 1e-3 * (loop + 1))]
    )

    def read() -> Reading:
        return Reading(0.0, next(times), 0.0, 0, 0)

    found = overhead(read)
    assert found.reading == pytest.approx(2e-6)
    assert found.empty == pytest.approx(1e-3 / CALLS)


def test_a_clock_that_stands_still_costs_nothing() -> None:
    assert overhead(lambda: Reading(0.0, 0.0, 0.0, 0, 0)) == (0.0, 0.0)
