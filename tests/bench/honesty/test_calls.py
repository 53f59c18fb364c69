from __future__ import annotations

import numpy as np

from tensorlab.bench.honesty.calls import QUIET, SIDE, WIDER, planted, product


def test_each_making_has_buffers_of_its_own_and_the_same_values() -> None:
    first, second = product()(), product()()
    assert isinstance(first, np.ndarray)
    assert isinstance(second, np.ndarray)
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, second)


def test_the_planted_product_has_3_1_percent_more_to_do() -> None:
    result = planted()()
    assert isinstance(result, np.ndarray)
    assert result.shape == (SIDE, WIDER)
    assert round(WIDER / SIDE, 3) == 1.031


def test_every_quiet_call_gives_something() -> None:
    assert all(make()() is not None for make in QUIET.values())
