from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.dispatch.operands import map_of
from tensorlab.dispatch.prediction import agrees, plain, predicted
from tensorlab.layout.dtype import DTYPES
from tensorlab.views.record import CopyNeeded, View


def memory(thing: object) -> Any:
    found = map_of(thing)
    assert found is not None
    return found


def test_a_reshape_is_predicted_for_both_libraries() -> None:
    for thing in (torch.arange(6).view(2, 3).t(), np.arange(6).reshape(2, 3).T):
        (outcome,) = predicted("reshape", (6,), {}, memory(thing))
        assert isinstance(outcome, CopyNeeded)
        assert "cannot merge: stride[0]=1, needs 2*3=6" in outcome.reason


def test_what_no_rule_knows_is_not_predicted() -> None:
    x = memory(torch.zeros(2, 3))
    assert predicted("matmul", (3,), {}, x) == ()
    assert predicted("reshape", ("six",), {}, x) == ()
    assert predicted("reshape", (6,), {}, memory(torch.eye(3).to_sparse())) == ()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (torch.int8, "int8"),
        (np.dtype("f4"), "float32"),
        (np.int16, "int16"),
        (float, "float64"),
        (bool, "bool"),
    ],
)
def test_dtypes_lose_their_library(value: object, name: str) -> None:
    assert plain(value) == DTYPES[name]


def test_other_arguments_lose_their_library() -> None:
    assert plain(torch.Size([2, 3])) == (2, 3)
    assert plain(torch.channels_last) == "channels_last"
    assert plain(torch.device("cpu")) == "cpu"
    assert isinstance(plain(torch.zeros(3)), View)
    assert plain(np.dtype(">f4")) == np.dtype(">f4")
    assert plain(None) is None


def test_results_are_held_against_the_prediction() -> None:
    x = torch.arange(6).view(2, 3)
    outcomes = predicted("t", (), {}, memory(x))
    assert agrees(outcomes, [memory(x.t())], fresh=False) is True
    assert agrees(outcomes, [memory(x)], fresh=False) is False
    assert agrees(outcomes, [memory(x.t())], fresh=True) is False
    assert agrees(outcomes, [], fresh=False) is False
    copied = predicted("reshape", (6,), {}, memory(x.t()))
    assert agrees(copied, [memory(x.t().reshape(6))], fresh=True) is True
    assert agrees((), [memory(x)], fresh=True) is None
