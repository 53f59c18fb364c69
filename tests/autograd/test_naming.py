"""Names of leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from torch import nn

from tensorlab.autograd.naming import named_tensors
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYER = nn.BatchNorm1d(2)


def test_parameters_and_buffers_of_a_model() -> None:
    found = [(named.name, named.owner) for named in named_tensors(model=LAYER)]
    assert found[:2] == [("weight", "parameter"), ("bias", "parameter")]
    assert {owner for _, owner in found[2:]} == {"buffer"}


@pytest.mark.parametrize(
    "params",
    [dict(LAYER.named_parameters()), LAYER.named_parameters(), list(LAYER.named_parameters()), nn.Sequential()],
)
def test_names_come_in_several_forms(params: object) -> None:
    expected = [] if isinstance(params, nn.Module) else ["weight", "bias"]
    assert [named.name for named in named_tensors(params)] == expected


def test_a_list_and_one_tensor_are_numbered() -> None:
    assert [named.name for named in named_tensors([LAYER.weight, LAYER.bias])] == ["params[0]", "params[1]"]
    assert [named.name for named in named_tensors(LAYER.weight)] == ["params[0]"]
    assert [named.name for named in named_tensors(LAYER.parameters())] == ["params[0]", "params[1]"]


def test_tied_parameters_have_both_names() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    assert named_tensors(model=model)[0].name == "0.weight = 1.weight"


def test_names_of_a_model_win_over_places_in_a_list() -> None:
    assert [named.name for named in named_tensors([LAYER.weight], LAYER)][:2] == ["weight", "bias"]


def broken() -> Iterator[object]:
    yield LAYER.weight
    raise ValueError("no more")


@pytest.mark.parametrize(
    ("params", "model", "message"),
    [
        (3, None, "params are tensors and their names; got int"),
        ("weight", None, "params are tensors and their names; got str"),
        ([1], None, "params holds tensors and their names; got int"),
        ({"a": 1}, None, "params holds tensors and their names; got int"),
        (broken(), None, "params cannot be gone through: no more"),
        (None, LAYER.weight, "model is a torch.nn.Module; got torch.nn.parameter.Parameter"),
    ],
)
def test_what_names_nothing_is_refused(params: object, model: object, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        named_tensors(params, model)
