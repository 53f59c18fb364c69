"""The solver, against every choice of counts. ``test_address_search.py`` holds it to the layouts that it serves."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout.diophantine import is_nested, search_order, solve

AXES = st.lists(st.tuples(st.integers(-12, 12), st.integers(1, 4)), max_size=4)


def solutions(axes: list[tuple[int, int]], target: int) -> list[tuple[int, ...]]:
    """Of the axes in search order, those of size 1 left out."""
    terms = search_order(axes)
    choices = product(*(range(term.size) for term in terms))
    return [c for c in choices if sum(n * term.step for n, term in zip(c, terms, strict=True)) == target]


@given(AXES, st.integers(-40, 40))
def test_all_solutions(axes: list[tuple[int, int]], target: int) -> None:
    assert list(solve(search_order(axes), target)) == solutions(axes, target)


@given(AXES, st.integers(-40, 40), st.lists(st.integers(-1, 5), min_size=4, max_size=4))
def test_all_solutions_from_anywhere(axes: list[tuple[int, int]], target: int, near: list[int]) -> None:
    terms = search_order(axes)
    found = list(solve(terms, target, near=near))
    assert sorted(counts for counts in found if counts is not None) == solutions(axes, target)
    if terms and found and found[0] is not None:
        first = terms[0]
        distances = [abs(counts[0] - near[first.number]) for counts in found if counts is not None]
        assert distances[0] <= min(distances) + abs(first.step)


@pytest.mark.parametrize(
    "axes", [[(12, 2), (4, 3)], [(-12, 2), (4, 3)], [(1, 9)], [], [(100, 2), (30, 3), (-10, 2), (0, 1)]]
)
def test_steps_that_nest(axes: list[tuple[int, int]]) -> None:
    assert is_nested(search_order(axes))
    assert all(len(solutions(axes, target)) <= 1 for target in range(-40, 200))


def test_steps_that_do_not_nest() -> None:
    assert not is_nested(search_order([(8, 2), (4, 3)]))
    assert not is_nested(search_order([(0, 2)]))


def test_a_budget_ends_the_search() -> None:
    terms = search_order([(7, 1000), (11, 1000), (13, 1000)])
    assert list(solve(terms, 10**4, budget=1)) == [None]
    assert next(solve(terms, 10**4, budget=50)) is not None


def test_what_divisibility_excludes_is_not_searched() -> None:
    terms = search_order([(4, 10**6), (6, 10**6), (10, 10**6)])
    assert list(solve(terms, 10**6 + 1, budget=3)) == []
    found = solve(terms, 10**6, budget=30)
    assert None not in (next(found), next(found))
