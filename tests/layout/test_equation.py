"""Counts that make a number, against every choice of them."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout import equation
from tensorlab.layout.equation import Effort, counts_of, near_counts, searched

AXES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 4)), max_size=4)


def reached(axes: list[tuple[int, int]]) -> set[int]:
    return {_total(axes, counts) for counts in product(*(range(size) for _, size in axes))}


def _total(axes: list[tuple[int, int]], counts: tuple[int, ...]) -> int:
    return sum(step * count for (step, _), count in zip(axes, counts, strict=True))


def check(axes: list[tuple[int, int]], target: int) -> equation.Solution:
    found = counts_of(axes, target)
    assert found.cap is None
    assert (found.counts is not None) == (target in reached(axes)), (axes, target, found)
    if found.counts is not None:
        assert _total(axes, found.counts) == target
        assert all(0 <= count < size for count, (_, size) in zip(found.counts, axes, strict=True))
    return found


@given(AXES, st.integers(-3, 300))
def test_counts(axes: list[tuple[int, int]], target: int) -> None:
    check(axes, target)


@pytest.mark.parametrize("steps", [1, 4, 2000])
def test_counts_however_soon_the_search_is_given_up(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """With a budget of one step even the sums that are known to be sums are found by marks."""
    monkeypatch.setattr(equation, "FEW_STEPS", steps)
    random, methods = Random(steps), set()
    for _ in range(4000):
        axes = [(random.randint(1, 40), random.randint(1, 4)) for _ in range(random.randint(0, 4))]
        methods.add(check(axes, random.randint(-2, max(reached(axes)) + 2)).method)
    assert ("bitset" in methods) == (steps < 2000)


@pytest.mark.parametrize(
    ("axes", "target", "method"),
    [
        ([], 0, "bounds"),
        ([], 1, "bounds"),
        ([(5, 1)], 5, "bounds"),
        ([(4, 3)], 9, "bounds"),
        ([(4, 3), (6, 3)], 9, "gcd"),
        ([(4, 3), (2, 2)], 6, "bounds"),
        ([(10, 3), (4, 2)], 8, "nested strides"),
        ([(10, 3), (6, 3)], 8, "search"),
    ],
)
def test_what_decides(axes: list[tuple[int, int]], target: int, method: str) -> None:
    assert check(axes, target).method == method


def test_a_longer_search_comes_after_the_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    axes = [(36674, 29), (61119, 29), (85569, 29)]
    monkeypatch.setattr(equation, "FEW_STEPS", 1)
    monkeypatch.setattr(equation, "MOST_POSITIONS", 10)
    target = 36674 * 7 + 61119 * 11 + 85569 * 13
    assert check(axes, target).method == "search"
    monkeypatch.setattr(equation, "MANY_STEPS", 1)
    found = counts_of(axes, target)
    assert (found.method, found.counts) == ("cap", None)
    assert "are more than the 10 that are marked, and 1 steps of search" in (found.cap or "")


def test_counts_near_others_come_first() -> None:
    assert searched([(3, 9), (1, 9)], 12, 99) == (True, (2, 6))
    assert searched([(3, 9), (1, 9)], 12, 99, (4, 0)) == (True, (4, 0))
    assert searched([(3, 2)], 1, 99) == (True, None)


@given(AXES, st.integers(-3, 300), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_counts_near_others_exist_where_any_do(axes: list[tuple[int, int]], target: int, near: list[int]) -> None:
    found = near_counts(axes, target, near[: len(axes)], Effort())
    assert found is not None
    assert (found.counts is not None) == (target in reached(axes))
    assert found.counts is None or _total(axes, found.counts) == target
