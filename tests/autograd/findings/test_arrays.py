"""Storages that an array shares."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.autograd.findings.arrays import Arrays
from tensorlab.dispatch.tracer import Tracer


def shared(tracer: Tracer, tensor: torch.Tensor) -> str | None:
    arrays = Arrays()
    arrays.catch_up(tracer)
    found = arrays.sharing(tracer.storage_number(tensor.untyped_storage()))
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("make", "word"), [(torch.from_numpy, "from_numpy"), (torch.as_tensor, "as_tensor"), (torch.tensor, None)]
)
def test_a_tensor_made_over_an_array(make: object, word: str | None) -> None:
    assert callable(make)
    array = np.ones(4, dtype=np.float32)
    with Tracer() as tracer:
        x = make(array)
        x.add_(1)
    assert shared(tracer, x) == word
    assert (array[0] == 2) == (word is not None)


def test_an_array_made_over_a_tensor() -> None:
    with Tracer() as tracer:
        x, y, z = torch.ones(2), torch.ones(2), torch.ones(2)
        x.detach().numpy()
        np.asarray(y)
        z.clone().tolist()
    assert [shared(tracer, one) for one in (x, y, z)] == ["numpy", "asarray", None]
