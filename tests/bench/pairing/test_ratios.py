from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.timing import blocks

from tensorlab.bench.pairing.ratios import ratio, ratios
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from tensorlab.bench.pairing.record import Blocks

COUNT = 160


def noisy(name: str, seed: int, times: float = 1.0, *, repeats: int = 8, spread: float = 0.01) -> Blocks:
    random = np.random.default_rng(seed)
    return blocks(name, list(1e-3 * times * np.exp(spread * random.standard_normal(COUNT))), repeats=repeats)


@pytest.mark.parametrize(("times", "verdict"), [(1.031, "slower"), (0.5, "faster"), (1.2, "slower")])
def test_what_was_planted_is_found(times: float, verdict: str) -> None:
    found = ratio(noisy("b", 1, times), noisy("a", 0), "cpu", 0)
    assert found.low < times < found.high
    assert found.value == pytest.approx(times, rel=5e-3)
    assert (found.verdict, found.pairs) == (verdict, COUNT)


def test_the_same_beside_the_same_is_seldom_told_apart() -> None:
    pairs = [(noisy("b", 2 * seed + 1), noisy("a", 2 * seed)) for seed in range(40)]
    found = [ratio(b, a, "cpu", seed) for seed, (b, a) in enumerate(pairs)]
    assert sum(one.low <= 1 <= one.high for one in found) >= 36
    assert sum(one.verdict != "can't tell" for one in found) <= 4


def test_a_small_difference_in_one_make_is_not_claimed_and_a_large_one_is() -> None:
    small, large, base = noisy("b", 1, 1.04, repeats=1), noisy("b", 1, 1.4, repeats=1), noisy("a", 0, repeats=1)
    told = ratio(small, base, "cpu", 0)
    assert told.low > 1
    assert told.verdict == "can't tell"
    assert ratio(large, base, "cpu", 0).verdict == "slower"


@pytest.mark.parametrize(("makes", "verdict"), [(2, "can't tell"), (3, "slower")])
def test_a_small_difference_is_claimed_from_three_makes_on(makes: int, verdict: str) -> None:
    steady = blocks("b", [1.04] * 12, repeats=makes)
    assert ratio(steady, blocks("a", [1.0] * 12, repeats=makes), "cpu", 0).verdict == verdict


def test_repeats_that_differ_widen_the_interval() -> None:
    base = blocks("a", [1.0] * COUNT, repeats=8)
    steady = blocks("b", [1.03] * COUNT, repeats=8)
    places = blocks("b", [1.0 + 0.06 * (place * 8 // COUNT % 2) for place in range(COUNT)], repeats=8)
    one, other = ratio(steady, base, "cpu", 0), ratio(places, base, "cpu", 0)
    assert [one.low, one.high] == pytest.approx([1.03, 1.03])
    assert other.low < 1.005
    assert other.high > 1.055


def test_blocks_of_the_same_round_are_pairs() -> None:
    drift = [1.0 + place / 10 for place in range(COUNT)]
    found = ratio(blocks("b", [2 * one for one in drift], repeats=4), blocks("a", drift, repeats=4), "wall", 0)
    assert [found.value, found.low, found.high] == pytest.approx([2.0] * 3)
    some = blocks("b", [3.0] * 4)
    assert ratio(replace(some, round=(0, 50, 100, 999)), blocks("a", [1.0] * COUNT), "wall", 0).pairs == 3


def test_nothing_in_common_is_an_error_and_so_is_a_clock_that_stands_still() -> None:
    apart = replace(blocks("b", [1.0]), round=(7,))
    with pytest.raises(LayoutError, match="b and a have no pair of blocks"):
        ratio(apart, blocks("a", [1.0]), "cpu", 0)
    with pytest.raises(LayoutError, match="that the cpu clock can tell from nothing"):
        ratio(blocks("b", [0.0]), blocks("a", [1.0]), "cpu", 0)


def test_each_to_the_first_then_each_other_two_and_the_same_twice() -> None:
    three = tuple(blocks(name, [1.0, 1.1, 1.2]) for name in "abc")
    told = ratios(three, "cpu", 0)
    assert [(one.of, one.to) for one in told] == [("b", "a"), ("c", "a"), ("c", "b")]
    assert ratios(three, "cpu", 0) == told
