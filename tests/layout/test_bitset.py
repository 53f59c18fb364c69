"""Sums as bits, against sums one by one."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout.bitset import sums

AXES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 6)), max_size=4)


def every_sum(axes: list[tuple[int, int]]) -> set[int]:
    choices = product(*(range(size) for _, size in axes))
    return {sum(c * step for c, (step, _) in zip(counts, axes, strict=True)) for counts in choices}


@given(AXES, st.integers(0, 400), st.integers(0, 400))
def test_sums_in_a_window(axes: list[tuple[int, int]], low: int, more: int) -> None:
    marks = sums(axes, low, low + more)
    assert {low + n for n in range(marks.bit_length()) if marks >> n & 1} == {
        total for total in every_sum(axes) if low <= total <= low + more
    }


@given(AXES)
def test_all_sums(axes: list[tuple[int, int]]) -> None:
    marks = sums(axes)
    assert {n for n in range(marks.bit_length()) if marks >> n & 1} == every_sum(axes)


def test_an_axis_of_a_million_takes_twenty_moves() -> None:
    assert sums([(3, 10**6)]).bit_count() == 10**6
