from __future__ import annotations

import pytest

from tensorlab.api.objects import show
from tensorlab.memory.computed import claims, describe


@pytest.mark.parametrize("numbers", [range(0), range(3), range(10, 0, -3), range(2**62), range(-5, 5, 2)])
def test_a_range_has_as_many_elements_as_it_says(numbers: range) -> None:
    memory = describe(numbers)
    assert (memory.type, memory.shape, memory.layout, memory.storage) == ("range", (len(numbers),), None, None)
    assert [doubt.code for doubt in memory.doubts] == ["computed"]


def test_a_range_that_no_container_holds_has_no_shape() -> None:
    assert describe(range(10**30)).shape is None
    assert describe(range(10**5000)).shape is None


def test_only_ranges_are_claimed() -> None:
    assert claims(range(0))
    assert not any(map(claims, ([0], (0,), range, 0)))


def test_its_numbers_are_drawn() -> None:
    assert show(range(0, 10, 3)).text().splitlines()[-1] == "0 [0][3][6][9]"
    assert show(range(10**9), cells="value").text().splitlines()[-1].endswith("[999999999]")
    assert "shape  none" in show(range(10**30)).text()
