from __future__ import annotations

import pytest

from tensorlab.bench.ceilings.amounts import boxed_elements, pattern_of

N = 10**6


@pytest.mark.parametrize(
    ("reads", "writes", "pattern"),
    [(N, 0, "read"), (8 * N, N, "read"), (N, N, "copy"), (N, 8 * N, "copy"), (2 * N, N, "triad"), (0, N, "copy")],
)
def test_a_piece_of_work_is_like_one_of_the_streams(reads: int, writes: int, pattern: str) -> None:
    assert pattern_of(reads, writes) == pattern


@pytest.mark.parametrize(
    ("reads", "writes", "flops", "elements"),
    [
        pytest.param(16 * N, 8 * N, N, N, id="add"),
        pytest.param(8 * N, 8 * N, N, N, id="exp"),
        pytest.param(8 * N, 8, N, N, id="sum"),
        pytest.param(8 * N, 8 * N, 0, 0, id="copy"),
        pytest.param(2 * 8 * 100**2, 8 * 100**2, 2 * 100**3, 100**3, id="matmul"),
        pytest.param(24 * N, 8 * N, 8 * N, 4 * N, id="chain"),
    ],
)
def test_elements_that_are_taken_one_by_one(reads: int, writes: int, flops: int, elements: int) -> None:
    assert boxed_elements(reads, writes, flops) == elements
