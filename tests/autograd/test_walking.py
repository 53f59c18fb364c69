"""Tensors in whatever a function gives, and the nodes behind them."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from tensorlab.autograd.walking import tensors_in, walk
from tensorlab.errors import UnsupportedError

Pair = namedtuple("Pair", "one two")  # noqa: PYI024 - a plain one is what is tried


@dataclass
class Output:
    """As models give them."""

    logits: torch.Tensor
    hidden: tuple[torch.Tensor, ...] = ()
    count: int = 3


ONE = torch.ones(2)
TWO = torch.ones(3)


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        (ONE, ["loss"]),
        ([ONE, TWO], ["output 0", "output 1"]),
        (Pair(ONE, [TWO]), ["output 0", "output 1[0]"]),
        ({"a": ONE, 3: TWO}, ["a", "3"]),
        (OrderedDict(x=ONE), ["x"]),
        (Output(ONE, (TWO,)), ["logits", "hidden[0]"]),
        ([[ONE], {"k": [None, TWO, "word"]}], ["output 0[0]", "output 1['k'][1]"]),
        ([ONE, ONE], ["output 0"]),
    ],
)
def test_tensors_are_found_and_named(outputs: object, names: list[str]) -> None:
    assert list(tensors_in(outputs)) == names


def test_a_list_that_contains_itself_is_gone_through_once() -> None:
    own: list[Any] = [ONE]
    own.append(own)
    assert list(tensors_in(own)) == ["output 0"]


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (None, "a graph is that of a loss; got NoneType"),
        (3, "a graph is that of a loss; got int"),
        ([], "a graph is that of a loss; got list without a tensor in it"),
        ({"a": None}, "a graph is that of a loss; got dict without a tensor in it"),
        (torch.nn.Linear(2, 2), "a graph is that of a loss; got torch.nn.modules.linear.Linear"),
        (torch.Tensor, "a graph is that of a loss; got "),
    ],
)
def test_what_has_no_tensor_is_refused(outputs: object, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        tensors_in(outputs)


def test_parallel_edges_and_outputs_keep_their_numbers() -> None:
    x = torch.ones(4, requires_grad=True)
    one, two = torch.split(x * x, 2)
    found = walk([two - one])
    names = [node.name() for node in found.nodes]
    split = names.index("SplitBackward0")
    assert found.rows[0] == (0, split, 1, 1, split, 0)
    assert found.rows[names.index("MulBackward0")][1::3] == (names.index("torch::autograd::AccumulateGrad"),) * 2


def test_a_leaf_leads_to_itself_and_a_plain_tensor_nowhere() -> None:
    leaf = torch.ones(3, requires_grad=True)
    assert [node.variable is leaf for node in walk([leaf]).nodes] == [True]
    assert walk([torch.ones(3)]).nodes == []


def test_a_view_that_torch_refuses_is_passed_over() -> None:
    base = torch.ones(3, requires_grad=True) * 1
    with torch.no_grad():
        view = base[0]
    base.mul_(2)
    assert walk([view]).nodes == []
    assert len(walk([view, base]).nodes) == 3
