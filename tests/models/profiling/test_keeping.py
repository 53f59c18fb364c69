import copy
import random
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tensorlab.errors import UnsupportedError
from tensorlab.models.profiling.keeping import apart, given_of, kept, own_copy, same_chance


def test_inputs_are_arguments() -> None:
    x = torch.zeros(2)
    assert given_of(x).args == given_of((x,)).args == given_of([x]).args == (x,)
    assert given_of({"x": x}).kwargs == {"x": x}


@pytest.mark.parametrize("inputs", [3, None, "words", {3: 4}])
def test_what_is_no_input_is_refused(inputs: object) -> None:
    with pytest.raises(UnsupportedError, match="inputs are a tensor"):
        given_of(inputs)


def test_inputs_of_its_own_share_nothing() -> None:
    x = torch.zeros(2, requires_grad=True)
    middle = x * 2
    found = apart(given_of((middle, {"again": [middle]})))
    first, again = found.args[0], found.args[1]["again"][0]
    assert first is again
    assert first.is_leaf
    assert first.requires_grad
    first.data.add_(1)
    assert middle.sum() == 0


def test_a_copy_where_one_can_be_made() -> None:
    class Stubborn(nn.Linear):
        def __deepcopy__(self, memo: dict[int, Any]) -> Any:
            raise TypeError("no two of me")

    module, stubborn = nn.Linear(2, 2), Stubborn(2, 2)
    assert own_copy(module)[0] is not module
    found, why = own_copy(stubborn)
    assert found is stubborn
    assert why.endswith("TypeError: no two of me")


def test_values_gradients_and_modes_are_put_back() -> None:
    module = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout())
    module[1].eval()
    before = copy.deepcopy(module.state_dict())
    grad = torch.ones(2)
    module[0].weight.grad = grad
    with kept(module):
        module.train()
        module(torch.randn(8, 2)).sum().backward()
    assert [part.training for part in module.modules()] == [True, True, False]
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert module[0].weight.grad is grad


def chance() -> tuple[object, object, object]:
    numpys = str(np.random.get_state())  # noqa: NPY002 - that one is kept
    return torch.get_rng_state().tolist(), random.getstate(), numpys


def draw() -> None:
    with same_chance():
        torch.rand(3)
        random.random()
        np.random.rand(3)  # noqa: NPY002 - that one is kept
        raise ZeroDivisionError("drawn")


def test_chance_goes_on_as_if_nothing_had_been_drawn() -> None:
    before = chance()
    with pytest.raises(ZeroDivisionError, match="drawn"):
        draw()
    assert chance() == before
