from __future__ import annotations

import pytest

from tensorlab.bench.chasing.record import OrderRow, Overtaking, Trial
from tensorlab.errors import LayoutError


def overtaking(size: int | None, low: int | None = None, high: int | None = None) -> Overtaking:
    return Overtaking(operation="add", first="list", second="torch", size=size, low=low, high=high, least=1, most=4096)


def test_sentences() -> None:
    assert str(overtaking(28, 24, 32)) == "add: torch overtakes list at 28 elements [24, 32]"
    assert str(overtaking(28, 24)) == "add: torch overtakes list at 28 elements [24, ?]"
    assert str(overtaking(None)) == "add: torch does not overtake list up to 4,096 elements"
    assert str(overtaking(1, 1, 1)) == "add: torch is faster than list from 1 elements on"


def test_nonsense_is_refused() -> None:
    with pytest.raises(LayoutError, match="a size lies in its interval; got 28 in 29 to 32"):
        overtaking(28, 29, 32)
    with pytest.raises(LayoutError, match="a ratio lies in its interval, above 0; got 2, 1, 3"):
        Trial(size=1, ratio=1, low=2, high=3)
    with pytest.raises(LayoutError, match="a list that is summed has 1 element or more; got 0"):
        OrderRow(
            elements=0, ordered=1, shuffled=1, ratio=1, low=1, high=1, ordered_lines=0, shuffled_lines=0
        )  # fmt: skip
