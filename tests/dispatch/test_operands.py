from __future__ import annotations

import array

import numpy as np
import pytest
import torch

from tensorlab.dispatch.operands import arrays_in, in_one_storage, map_of, new_bytes, view_of


@pytest.mark.parametrize("thing", [None, 3, 2.5, "abc", [1], (1,), {}, slice(3), ..., torch.float32, len, object()])
def test_what_is_no_array(thing: object) -> None:
    assert map_of(thing) is None


@pytest.mark.parametrize(
    "thing", [torch.zeros(2), np.zeros(2), np.float32(1), bytearray(2), memoryview(b"a"), array.array("d", [1.0])]
)
def test_what_is_an_array(thing: object) -> None:
    assert map_of(thing) is not None


def test_lists_are_looked_into_so_deep() -> None:
    held = bytearray(3)
    assert [thing for thing, _ in arrays_in([held, [held, (held, [held])]])] == [held] * 3


def test_one_storage_across_libraries_and_without_addresses() -> None:
    x, meta = torch.zeros(4), torch.empty(4, device="meta")
    pairs = [(x, x.numpy()[1:], True), (x, x.clone(), False), (meta, meta[1:], True), (meta, meta.clone(), False)]
    for one, other, expected in pairs:
        first, second = map_of(one), map_of(other)
        assert first is not None
        assert second is not None
        assert in_one_storage(first, second) is expected


def test_bytes_that_are_new_count_once() -> None:
    x = torch.zeros(10)
    maps = [memory for _, memory in arrays_in([[x[:2], x[5:], torch.zeros(1)]])]
    assert new_bytes(maps) == 44


def test_a_view_carries_the_bits() -> None:
    found = map_of(torch.zeros(2, dtype=torch.complex64).conj())
    assert found is not None
    view = view_of(found)
    assert view is not None
    assert view.conj
    sparse = map_of(torch.eye(2).to_sparse())
    assert sparse is not None
    assert view_of(sparse) is None
