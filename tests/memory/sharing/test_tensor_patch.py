"""Where plain tensors lie; all others are left to their description."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given
from support.layouts import as_torch, layouts

from tensorlab.layout.shapes import numel
from tensorlab.memory.sharing.tensor_patch import KINDS, may_be_mapped, patch
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.layout.record import Layout


@given(layouts(aligned=True))
def test_a_patch_is_what_the_description_says(layout: Layout) -> None:
    tensor = as_torch(layout)
    found, memory = patch(tensor), describe(tensor)
    if found is None:
        assert tensor.data_ptr() == 0
        return
    assert memory.layout is not None
    assert memory.storage is not None
    assert found[:4] == (memory.layout.shape, memory.layout.strides, memory.layout.offset, memory.layout.itemsize)
    assert (found.device, found.holder) == ("cpu", tensor)
    assert numel(layout.shape) == 0 or found.start == memory.storage.address


def packed() -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.empty(3, dtype=torch.quint4x2)


def emptied() -> torch.Tensor:
    tensor = torch.zeros(9)
    tensor.untyped_storage().resize_(0)
    return tensor


def shortened() -> torch.Tensor:
    tensor = torch.zeros(9)
    tensor.untyped_storage().resize_(8)
    return tensor


@pytest.mark.parametrize(
    "make",
    [
        packed,
        emptied,
        shortened,
        lambda: torch.zeros(3, device="meta"),
        lambda: torch.zeros(3).to_sparse(),
        lambda: torch.zeros(3).to_mkldnn(),
        lambda: torch._efficientzerotensor(3),
        lambda: torch._to_functional_tensor(torch.zeros(3)),
    ],
)
def test_what_is_not_plain_has_none(make: Callable[[], torch.Tensor]) -> None:
    tensor = make()
    assert type(tensor) in KINDS
    assert patch(tensor) is None


def test_what_may_be_mapped(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(bytes(40))
    mapped = torch.from_file(str(tmp_path / "bytes"), shared=True, size=10)
    assert may_be_mapped(mapped)
    assert may_be_mapped(torch.zeros(3).share_memory_())  # type: ignore[no-untyped-call]  # torch's own
    assert not may_be_mapped(torch.zeros(3)[1:])
