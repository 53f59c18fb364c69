"""Slots read in batches: the order of nodes is kept, and batches do not change what is told."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.autograd import capture as module
from tensorlab.autograd.capture import capture
from tensorlab.autograd.slots import asked


def program() -> torch.Tensor:
    x = torch.ones(3, 3, requires_grad=True)
    value = x
    for _ in range(20):
        value = (value @ x).sigmoid() * value[:, torch.tensor([0, 1, 2])]
    return value.sum()


def rows(loss: torch.Tensor) -> list[Any]:
    return [(saved.node, saved.slot, saved.state, saved.storage, saved.source) for saved in capture(loss).slots or ()]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_batches_of_any_size_tell_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loss = program()
    whole = [row[:3] + row[4:] for row in rows(loss)]
    assert [row[0] for row in whole] == sorted(row[0] for row in whole)
    monkeypatch.setattr(module, "_TOGETHER", size)
    found = rows(loss)
    assert [row[:3] + row[4:] for row in found] == whole


def test_slots_that_share_a_storage_do_so_in_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = program()

    def shared() -> list[list[int]]:
        groups: dict[Any, list[int]] = {}
        for place, row in enumerate(rows(loss)):
            groups.setdefault(row[3], []).append(place)
        return sorted(groups.values())

    whole = shared()
    monkeypatch.setattr(module, "_TOGETHER", 3)
    assert shared() == whole


def test_what_an_odd_tensor_does_not_tell_is_not_known() -> None:
    assert asked(lambda tensor: tensor.untyped_storage().nbytes(), torch.eye(2).to_sparse()) == -1
    assert asked(lambda tensor: tensor.numel(), torch.ones(3)) == 3
