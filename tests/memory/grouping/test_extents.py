from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st
from support.layouts import layouts

from tensorlab.layout.address import address
from tensorlab.layout.record import Layout
from tensorlab.memory.grouping.extents import covered_together, merged

BASE = 10**6


def bytes_of(start: int, layout: Layout) -> set[int]:
    indices = product(*map(range, layout.shape))
    return {start + address(layout, index) + byte for index in indices for byte in range(layout.itemsize)}


@given(st.lists(st.tuples(st.integers(BASE, BASE + 30), layouts(max_axes=2)), max_size=4))
def test_each_byte_counts_once(placed: list[tuple[int, Layout]]) -> None:
    found = covered_together(placed)
    assert found.exact
    assert found.nbytes == len(set().union(*(bytes_of(*item) for item in placed)))


def test_dense_ones_cost_nothing_however_long() -> None:
    whole = Layout((10**9,), (4,), itemsize=4)
    assert covered_together([(0, whole), (8, whole), (0, Layout((9,), (400,), itemsize=4))]) == (4 * 10**9 + 8, True)


def test_past_the_cap_there_is_a_bound() -> None:
    even = Layout((10**9,), (8,), itemsize=4)
    odd = Layout((10**9,), (8,), 4, itemsize=4)
    nbytes, exact = covered_together([(0, even), (0, odd)])
    assert (nbytes, exact) == (8 * 10**9, False)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)).map(lambda r: (r[0], r[0] + r[1])), max_size=6))
def test_merged_runs_are_apart_and_hold_the_same_bytes(runs: list[tuple[int, int]]) -> None:
    found = merged(runs)
    assert {byte for run in found for byte in range(*run)} == {byte for run in runs for byte in range(*run)}
    assert all(stop < start for (_, stop), (start, _) in pairwise(found))
