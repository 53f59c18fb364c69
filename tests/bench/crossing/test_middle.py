from __future__ import annotations

import pytest

from tensorlab.bench.crossing.middle import middle
from tensorlab.bench.crossing.record import Aspect


@pytest.mark.parametrize("count", [1, 2, 3, 9, 100])
def test_the_median_lies_in_its_interval_and_more_values_narrow_it(count: int) -> None:
    found = middle([number / count for number in range(1, count + 1)])
    assert found.low <= found.seconds <= found.high
    assert found.high - found.low <= 2.2 / count**0.5


def test_one_value_is_all_that_is_known() -> None:
    assert middle([2.0]) == Aspect(seconds=2.0, low=2.0, high=2.0)
    assert middle([1.0, 2.0]).seconds == 1.5
