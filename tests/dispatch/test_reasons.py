from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.dispatch.reasons import COPIES, INDICES, LISTS, MASK, index_words, is_gathering, stem, written_words

MASKS = [[True, False], torch.tensor([True, False]), np.array([True, False]), (slice(None), [[True]]), True]
LISTED = [[0, 2], torch.tensor([0, 2]), np.array([0]), (0, [1]), range(2)]


@pytest.mark.parametrize("index", MASKS)
def test_masks(index: object) -> None:
    assert is_gathering(index)
    assert index_words(index).startswith(MASK)
    assert written_words(index) == "where the mask is True"


@pytest.mark.parametrize("index", LISTED)
def test_lists(index: object) -> None:
    assert is_gathering(index)
    words = index_words(index)
    assert words.startswith(INDICES if hasattr(index, "dtype") else LISTS)
    assert written_words(index) == "at these indices"


@pytest.mark.parametrize("index", [0, slice(2), None, ..., (0, slice(None)), np.int64(3), torch.tensor(1)])
def test_basic_indices(index: object) -> None:
    assert not is_gathering(index)


def test_slices_beside_and_between_lists() -> None:
    assert index_words((slice(1, None), [0, 2])).endswith("the slices in the same brackets are copied with them")
    assert "a slice stands between the lists" in index_words(([0, 1], slice(None), [0, 1]))
    assert "an index stands between the lists" in index_words(([0, 1], 0, [0, 1]))
    assert index_words(([0, 1], [0, 1])) == LISTS


def test_names_without_their_marks() -> None:
    assert [stem(name) for name in ("__setitem__", "__iand__", "__ror__", "mul_", "real", "isub")] == [
        "setitem", "and", "or", "mul", "real", "sub",
    ]  # fmt: skip


def test_each_reason_is_a_sentence() -> None:
    for name, words in COPIES.items():
        assert "{" not in words.format(name=name)
