from __future__ import annotations

import pytest

from tensorlab.bench.record import Standing
from tensorlab.diagram.bench_words import compact, interval, standing


def test_sizes_are_short_and_exact() -> None:
    assert [compact(n) for n in (1, 999, 1000, 1024, 1500, 10**9)] == ["1", "999", "1k", "1,024", "1,500", "1G"]


def test_a_ratio_says_which_way_it_goes() -> None:
    assert [standing(s) for s in (1.0049, 0.9951, 1.01, 0.5, 1000.0, 1e-4, None)] == [
        "1.00x",
        "1.00x",
        "1.01x faster",
        "2.00x slower",
        "1,000x faster",
        "10,000x slower",
        "-",
    ]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.99, 1.02, "±2.0%"), (0.6, 1.1, "±67%"), (0.4, 1.1, "few"), (1e-3, 480.0, "few"), (1, 1, "")],
)
def test_an_interval_that_says_nothing_is_no_figure(low: float, high: float, words: str) -> None:
    assert interval(Standing(value=1.0, low=low, high=high, paired=True, pairs=9, makes=3)) == words
