"""Bytes that each layout adds, against sets of bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices, layouts, reference_address

from tensorlab.autograd.ledger import pieces
from tensorlab.autograd.ledger.pieces import fresh_bytes
from tensorlab.layout.record import Layout


def touched(start: int, layout: Layout) -> set[int]:
    """Every byte of every element."""
    found: set[int] = set()
    for index in all_indices(layout):
        at = start + reference_address(layout, index)
        found |= set(range(at, at + layout.itemsize))
    return found


placed = st.lists(st.tuples(st.integers(0, 64).map(lambda n: 4096 + n), layouts()), max_size=6)


@given(placed)
def test_bytes_are_those_of_the_sets(runs: list[tuple[int, Layout]]) -> None:
    known: set[int] = set()
    expected = []
    for start, layout in runs:
        found = touched(start, layout)
        expected.append(len(found - known))
        known |= found
    assert fresh_bytes(runs) == expected


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=12))
def test_dense_runs_are_added_one_by_one(runs: list[tuple[int, int]]) -> None:
    known: set[int] = set()
    for n, (start, size) in enumerate(runs):
        fresh = set(range(start, start + size)) - known
        known |= fresh
        assert fresh_bytes([(at, Layout((count,), (1,))) for at, count in runs])[n] == len(fresh)


def test_many_slices_of_one_tensor_are_quick_to_add() -> None:
    rows = [(0, Layout((64,), (4,), 256 * n, 4)) for n in range(20_000)]
    assert sum(fresh_bytes(rows)) == 20_000 * 256


def test_beyond_a_few_hundred_with_gaps_the_sum_is_still_true() -> None:
    count = 2 * pieces._MOST_STEPS
    columns = [(0, Layout((3,), (4 * count,), 4 * n, 4)) for n in range(count)]
    assert sum(fresh_bytes(columns)) == 3 * 4 * count
    assert fresh_bytes(columns)[:2] == [12, 12]
