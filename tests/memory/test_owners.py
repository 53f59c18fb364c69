from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.memory.owners import Bytes, covered_addresses, is_array, is_inside, last_owner, owned_bytes, place


def test_the_chain_of_bases_ends_at_whoever_allocated() -> None:
    a, tensor, data = np.arange(24).reshape(4, 6), torch.zeros(3), bytearray(8)
    owner = a.base
    for view in (a[1:], a.T[::-1], np.lib.stride_tricks.as_strided(a, (2,), (8,)), a.view(np.matrix)[1:]):
        assert last_owner(view) is owner
        exported: Any = view
        assert last_owner(memoryview(exported)) is owner
    assert last_owner(tensor[1:].numpy()).data_ptr() == tensor[1:].data_ptr()
    assert last_owner(np.frombuffer(memoryview(data)[2:], "u1")) is data
    assert last_owner(data) is data


def test_an_owner_tells_its_bytes_or_none() -> None:
    a, tensor = np.arange(3.0), torch.zeros(3)
    assert owned_bytes(a) == Bytes(a.ctypes.data, 24, "numpy", writable=True)
    assert owned_bytes(tensor) == Bytes(tensor.data_ptr(), 12, "torch", writable=True)
    assert owned_bytes(a[1:]) is None, "a view owns nothing"
    assert owned_bytes(None) is None
    dates = np.zeros(3, "M8[s]")  # exports no buffer
    assert owned_bytes(dates) == Bytes(dates.ctypes.data, 24, "numpy", writable=True)


def test_only_arrays_are_arrays() -> None:
    assert is_array(np.zeros(1))
    assert is_array(np.zeros(1).view(np.matrix))
    assert not any(map(is_array, (np.float64(1), [1], torch.zeros(1), memoryview(b""))))


def test_a_backward_view_starts_at_its_lowest_byte() -> None:
    a: Any = np.arange(6, dtype="u1")
    assert covered_addresses(memoryview(a)[::-2]) == range(a.ctypes.data + 1, a.ctypes.data + 6)
    assert len(covered_addresses(memoryview(b""))) == 0


@pytest.mark.parametrize(
    ("first", "covered", "codes", "nbytes"),
    [
        (100, range(8), [], 8),
        (107, range(-7, 1), [], 8),
        (100, range(9), ["storage-too-small"], None),
        (99, range(8), ["storage-too-small"], None),
        (108, range(0), [], 8),
    ],
)
def test_where_elements_lie(first: int, covered: range, codes: list[str], nbytes: int | None) -> None:
    found = Bytes(100, 8, "bytes", writable=False)
    assert is_inside(found, first, covered) == (not codes)
    placed = place(first, covered, b"", found, writable=True)
    assert [doubt.code for doubt in placed.doubts] == codes
    assert placed.storage.nbytes == nbytes
    assert (placed.storage.address or 0) + placed.offset == first
    assert not placed.storage.writable
    assert place(first, covered, b"", None, writable=True).doubts[0].code == "owner-unknown"
