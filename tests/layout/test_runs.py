"""Axes that become runs reach the same sums, and back."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout.runs import merged, split

AXES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=5)


@given(AXES)
def test_runs_reach_what_the_axes_reach(axes: list[tuple[int, int]]) -> None:
    def reached(parts: list[tuple[int, int]]) -> set[int]:
        choices = product(*(range(size) for _, size in parts))
        return {sum(c * step for c, (step, _) in zip(counts, parts, strict=True)) for counts in choices}

    assert reached([(run.step, run.size) for run in merged(axes)]) == reached(axes)


@given(AXES)
def test_steps_of_a_run_are_made_by_its_axes(axes: list[tuple[int, int]]) -> None:
    numbers: list[int] = []
    for run in merged(axes):
        for count in range(run.size):
            counts = split(run, count)
            assert sum(axes[number][0] * n for number, n in counts.items()) == count * run.step
            assert all(0 <= n < axes[number][1] for number, n in counts.items())
        numbers += split(run, 0)
    assert sorted(numbers) == [number for number, (_, size) in enumerate(axes) if size > 1]


def test_a_dense_array_is_one_run() -> None:
    assert [(run.step, run.size) for run in merged([(60, 2), (20, 3), (4, 5)])] == [(4, 30)]
    assert [(run.step, run.size) for run in merged([(4, 3), (4, 3), (8, 2)])] == [(4, 7)]
