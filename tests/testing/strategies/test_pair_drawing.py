from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import find, settings
from hypothesis import strategies as st
from support.drawn import draws, layout_of

from tensorlab.layout.overlap import overlap
from tensorlab.layout.record import Answer
from tensorlab.testing import SHARINGS, aliased_pairs

if TYPE_CHECKING:
    from tensorlab.testing.strategies.record import AliasedPair, Library


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_pairs_share_bytes_as_they_say(library: Library) -> None:
    drawn: list[AliasedPair] = draws(
        aliased_pairs(library=library, dtype=["float32", "complex128", "int64", "bool"]), 400
    )
    counts = Counter(pair.sharing for pair in drawn)
    assert min(counts[name] for name in SHARINGS) > 20
    for pair in drawn:
        met = overlap(layout_of(pair.first), layout_of(pair.second)).answer is Answer.YES
        assert met == pair.shares, pair
        if library == "torch":
            assert pair.first.untyped_storage().data_ptr() == pair.second.untyped_storage().data_ptr()
        else:
            assert np.shares_memory(pair.first, pair.second) == pair.shares
        if pair.sharing not in {"part", "dtype"}:
            assert pair.first.shape == pair.second.shape


@pytest.mark.parametrize("name", SHARINGS)
def test_each_way_shrinks_to_4_elements_or_fewer(name: str) -> None:
    many = settings(derandomize=True, max_examples=2_000)  # which are drawn hangs on what else is imported
    pair = find(aliased_pairs(), lambda pair: pair.sharing == name, settings=many)
    assert pair.first.numel() <= 4


def test_a_shape_allows_some_ways_only() -> None:
    drawn = draws(aliased_pairs(shape=st.sampled_from([(), (3,), (2, 2)])), 300)
    ways: dict[tuple[int, ...], set[str]] = {tuple(pair.first.shape): set() for pair in drawn}
    for pair in drawn:
        ways[tuple(pair.first.shape)].add(pair.sharing)
    assert ways[()] == {"same", "apart", "interleaved", "dtype"}
    assert ways[(3,)] == set(SHARINGS) - {"transposed"}
    assert ways[(2, 2)] == set(SHARINGS)
