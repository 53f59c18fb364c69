"""Numbers of storages."""

from __future__ import annotations

import pytest
import torch

from tensorlab.autograd.storages import Storages
from tensorlab.memory.internals import is_copy_on_write


def test_one_storage_has_one_number_however_often_it_is_met() -> None:
    storages = Storages()
    one, two = torch.ones(4), torch.ones(3)
    assert storages.numbers([one, two, one[1:]]) == [0, 1, 0]
    assert storages.numbers([two, torch.ones(1)]) == [1, 2]
    assert storages.number(one.t()) == 0
    columns = storages.columns()
    assert list(columns["extents"]) == [16, 12, 4]
    assert columns["addresses"][0] == one.untyped_storage().data_ptr()


def test_what_has_no_bytes_has_no_address() -> None:
    storages = Storages()
    storages.numbers([torch.ones(3, device="meta"), torch.ones(0), torch.ones(2)])
    columns = storages.columns()
    assert [address > 0 for address in columns["addresses"]] == [False, False, True]
    assert [columns["devices"][place] for place in columns["places"]] == ["meta", "cpu", "cpu"]


def test_looking_at_a_lazy_clone_makes_no_copy() -> None:
    base = torch.ones(3)
    clone = torch._lazy_clone(base)
    Storages().numbers([clone, torch.ones(2)])
    assert is_copy_on_write(clone)


def test_an_odd_tensor_leaves_nothing_behind() -> None:
    storages = Storages()
    with pytest.raises(NotImplementedError, match="storage"):
        storages.numbers([torch.ones(2), torch.eye(2).to_sparse()])
    assert storages.number(torch.ones(1)) == 0
