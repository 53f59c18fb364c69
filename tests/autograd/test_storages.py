"""Numbers of storages."""

from __future__ import annotations

import pytest
import torch

from tensorlab.autograd.storages import Storages
from tensorlab.memory.internals import is_copy_on_write


def test_one_storage_has_one_number_however_often_it_is_met() -> None:
    storages = Storages()
    one, two = torch.ones(4), torch.ones(3)
    assert list(storages.numbers([one, two, one[1:]])) == [0, 1, 0]
    assert list(storages.numbers([two, torch.ones(1)])) == [1, 2]
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


def test_a_storage_lives_while_its_number_is_known() -> None:
    storages = Storages()
    found = [storages.number(torch.ones(64)) for _ in range(50)]
    assert found == list(range(50))
    assert [storage.nbytes() for storage in storages.held] == [256] * 50


def test_batches_that_share_storages_go_on_with_the_numbers() -> None:
    storages, tensors = Storages(), [torch.ones(2) for _ in range(4)]
    assert list(storages.numbers(tensors[:2])) == [0, 1]
    assert list(storages.numbers(tensors[2:])) == [2, 3]
    assert list(storages.numbers([*reversed(tensors), torch.ones(1)])) == [3, 2, 1, 0, 4]
