from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.timing import MEASURED, blocks

from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"loops": 0}, "1 call or more; got 0"),
        ({"cpu": (1.0,)}, "one value in each column"),
        ({"waits": (1,)}, "one value in each column"),
        ({"wall": (1.0, -1.0)}, "wall"),
        ({"cpu": (1.0, float("nan"))}, "cpu"),
        ({"first": float("inf")}, "first"),
    ],
)
def test_blocks_that_no_clock_can_have_said_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        replace(blocks("a", [1.0, 2.0]), **changes)


def test_seconds_are_a_call_by_either_clock() -> None:
    one = replace(blocks("a", [1.0, 3.0], loops=10), cpu=(0.5, 2.0))
    assert one.seconds("wall") == (0.1, 0.3)
    assert one.seconds("cpu") == (0.05, 0.2)


def test_what_was_measured_in_lines() -> None:
    doubted = replace(MEASURED, doubts=(Doubt("waits", "b waits"),))
    assert str(doubted).splitlines() == [
        "a: 100 µs a call, 10th percentile 100 µs",
        "b: 200 µs a call, 10th percentile 200 µs",
        "b / a = 2 [1.9, 2.1]: slower",
        "doubt: b waits",
    ]
