from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.layout.pieces import piece

if TYPE_CHECKING:
    from tensorlab.layout.pieces import Runs

SMALL = [(size, count) for size in range(12) for count in range(1, 6)]


def rows(runs: Runs) -> list[int]:
    return list(chain.from_iterable(runs))


@pytest.mark.parametrize(("size", "count"), SMALL)
def test_each_rank_gets_what_torch_chunks(size: int, count: int) -> None:
    chunks = [chunk.tolist() for chunk in torch.arange(size).chunk(count)] if size else []
    chunks += [[] for _ in range(count - len(chunks))]
    assert [rows(piece((range(size),) if size else (), count, rank)) for rank in range(count)] == chunks


@given(st.integers(0, 40), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))
def test_every_row_goes_to_one_rank_whatever_was_dealt_before(size: int, first: int, second: int, rounds: int) -> None:
    outer = [piece((range(size),), first, rank) for rank in range(first)]
    inner = [piece(runs, second, rank, rounds=rounds) for runs in outer for rank in range(second)]
    assert sorted(chain.from_iterable(map(rows, inner))) == list(range(size))
    assert all(run for runs in inner for run in runs)


def test_rows_dealt_in_rounds() -> None:
    dealt = [rows(piece((range(9),), 4, rank, rounds=2)) for rank in range(4)]
    assert dealt == [[0, 1, 5], [2, 3, 6], [4, 7], [8]], "as torch explains its strided shards"


def test_a_huge_axis_costs_nothing() -> None:
    assert piece((range(10**15),), 1024, 1023) == (range(1023 * 976562500000, 10**15),)
