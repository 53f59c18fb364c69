"""Numbers of tensors and storages."""

from __future__ import annotations

import gc

import pytest
import torch

from tensorlab.dispatch.identities import Identities
from tensorlab.memory.tensor import describe


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(3),
        torch.zeros(4, 6)[1:3, ::2].t(),
        torch.nn.Parameter(torch.ones(2, 2)),
        torch.zeros(2, 3, dtype=torch.int16),
        torch.zeros((), dtype=torch.complex64),
        torch.ones(3, requires_grad=True) * 2,
        torch.zeros(3, device="meta"),
        torch.eye(3).to_sparse(),
    ],
    ids=str,
)
def test_a_look_is_what_describe_says(tensor: torch.Tensor) -> None:
    numbers = Identities()
    assert numbers.map(numbers.known(tensor)[1]) == describe(tensor)


def test_numbers_stay_and_are_never_given_again() -> None:
    numbers = Identities()
    x = torch.zeros(3)
    first = numbers.known(x)[1][0]
    seen = set()
    for _ in range(2500):
        fresh = torch.zeros(3)
        seen.add(numbers.known(fresh)[1][:2])
    assert len({tensor for tensor, _ in seen}) == len({storage for _, storage in seen}) == 2500
    assert numbers.number(x) == numbers.known(x)[1][0] == first
    assert numbers.number(torch.zeros(3)) is None


def test_what_has_changed_is_looked_at_anew() -> None:
    numbers, x = Identities(), torch.zeros(2, 3)
    before = numbers.known(x)[1]
    x.t_()
    assert numbers.known(x)[1] == before
    after = numbers.again(x)[1]
    assert after[:2] == before[:2]
    assert numbers.map(after).shape == (3, 2)


def test_storages_are_let_go() -> None:
    numbers, x = Identities(), torch.zeros(100)
    numbers.known(x)
    storage = x.untyped_storage()
    assert numbers.storage_number(storage) == 0
    del numbers
    gc.collect()
    assert storage.nbytes() == 400
