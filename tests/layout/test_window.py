from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import layouts

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Layout
from tensorlab.layout.window import Window, visible_indices, window, windows


def check_window(size: int, limit: int, start: int) -> None:
    found = window(size, limit, start)
    positions = list(found.positions())
    assert len(positions) == found.shown == min(size, limit)
    assert found.shown + found.hidden == size
    assert positions == sorted(set(positions))
    everything = range(start, start + size)
    assert [*found.head, *range(found.head.stop, found.tail.start), *found.tail] == list(everything)
    assert 0 <= len(found.head) - len(found.tail) <= 1 or found.hidden == 0


def test_nothing_is_lost_in_any_small_window() -> None:
    for size, limit, start in product(range(12), range(1, 14), (0, 1, 5, -3)):
        check_window(size, limit, start)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(-100, 100))
def test_nothing_is_lost(size: int, limit: int, start: int) -> None:
    check_window(size, limit, start)


def test_a_window_on_a_million_million_costs_nothing() -> None:
    found = window(10**12, 6)
    assert (found.shown, found.hidden) == (6, 10**12 - 6)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_shows_nothing(limit: int) -> None:
    with pytest.raises(LayoutError, match=f"at least 1 position; got a limit of {limit}"):
        window(5, limit)


def test_a_negative_size() -> None:
    with pytest.raises(LayoutError, match="a size cannot be negative; got -1"):
        window(-1, 5)


@given(layouts(max_axes=6), st.lists(st.integers(1, 5), min_size=1, max_size=8).map(tuple))
def test_windows_are_aligned_to_the_last_axis(layout: Layout, limits: tuple[int, ...]) -> None:
    found = windows(layout, limits)
    assert len(found) == len(layout.shape)
    for back, (n, seen) in enumerate(zip(reversed(layout.shape), reversed(found), strict=True), start=1):
        assert seen == window(n, limits[-back] if back <= len(limits) else limits[0])
        assert seen.shown + seen.hidden == n


@pytest.mark.parametrize("layout", [Layout((), ()), Layout((3,), (1,))])
def test_windows_without_a_limit(layout: Layout) -> None:
    with pytest.raises(LayoutError, match="at least 1 limit; got none"):
        windows(layout, ())


@given(layouts(), st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple))
def test_visible_indices_are_those_of_the_shown_positions(layout: Layout, limits: tuple[int, ...]) -> None:
    found = windows(layout, limits)
    grid = np.arange(np.empty(layout.shape).size).reshape(layout.shape)
    shown = grid[np.ix_(*(list(axis.positions()) for axis in found))] if layout.shape else grid
    assert [int(grid[index]) for index in visible_indices(found)] == shown.reshape(-1).tolist()


def test_everything_is_visible_where_it_fits() -> None:
    axes = windows(Layout((2, 3, 0), (1, 1, 1)), (9,))
    assert axes[0] == Window(range(2), range(2, 2))
    assert list(visible_indices(axes)) == []
    assert list(visible_indices(())) == [()]


def test_with_slack_an_eighth_more_is_shown_where_nothing_is_hidden_then() -> None:
    assert [window(n, 64, slack=True).shown for n in (64, 65, 72, 73)] == [64, 65, 72, 64]
    assert [window(n, 7, slack=True).shown for n in (7, 8)] == [7, 7]
    assert [axis.shown for axis in windows(Layout((9, 18), (18, 1)), (8, 16), slack=True)] == [9, 18]
