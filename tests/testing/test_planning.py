from __future__ import annotations

from itertools import permutations

import pytest

from tensorlab.testing.planning import flip, make_odd, sometimes, strides_for
from tensorlab.testing.source import Seeded


def test_every_order_but_the_first_comes() -> None:
    found = {tuple(strides_for(Seeded(seed), (2, 3, 5), "permuted")) for seed in range(200)}
    every = set()
    for order in permutations(range(3)):
        strides, unit = [0, 0, 0], 1
        for axis in reversed(order):
            strides[axis], unit = unit, unit * (2, 3, 5)[axis]
        every.add(tuple(strides))
    assert found == every - {(15, 5, 1)}


@pytest.mark.parametrize("shape", [(3, 2), (3, 1), (2,), (1, 1, 2)])
def test_gaps_are_between_indices_or_behind_rows(shape: tuple[int, ...]) -> None:
    for seed in range(50):
        strides = strides_for(Seeded(seed), shape, "gaps")
        reach = sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
        once = 1
        for n, stride in zip(shape, strides, strict=True):
            once *= n if stride else 1
        assert reach + 1 > once


def test_what_comes_along_comes_now_and_then() -> None:
    source = Seeded(0)
    assert 200 < sum(sometimes(source) for _ in range(1000)) < 300


def test_odd_strides_are_no_usual_ones() -> None:
    for seed in range(50):
        strides = [6, 6, 3, 1]
        make_odd(Seeded(seed), (2, 1, 2, 3), strides)
        assert strides[1] not in {6, 2, 1}
        assert strides[0] == 6


def test_a_flip_starts_at_the_end() -> None:
    strides = [3, 1]
    low = flip(Seeded(0), (2, 3), strides)
    assert (low, strides) in [(3, [-3, 1]), (2, [3, -1]), (5, [-3, -1])]
