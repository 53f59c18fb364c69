from __future__ import annotations

import torch

from tensorlab.memory.living.record import LiveTensor
from tensorlab.memory.living.tally import held_bytes, held_storages, storages_of
from tensorlab.memory.registry import describe


def lives(*tensors: torch.Tensor) -> list[LiveTensor]:
    return [LiveTensor(memory=describe(tensor)) for tensor in tensors]


def test_by_storage_the_largest_first_and_meta_last() -> None:
    small, big, meta = torch.zeros(2), torch.zeros(100), torch.empty(10**6, device="meta")
    found = storages_of(lives(small, meta, big, big[3:]))
    assert [(storage.nbytes, storage.members, storage.held) for storage in found] == [
        (400, (2, 3), True),
        (8, (0,), True),
        (4 * 10**6, (1,), False),
    ]


def test_bytes_that_are_held_count_once() -> None:
    big = torch.zeros(100)
    assert held_bytes(lives(big, big[3:], torch.empty(5, device="meta"))) == 400
    assert held_storages(lives(torch.empty(5, device="meta"))) == []


def test_components_belong_to_their_tensor() -> None:
    (first, *_) = storages_of(lives(torch.eye(3).to_sparse()))
    assert first.members == (0,)
