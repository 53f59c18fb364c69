"""``tensorlab.graph``: the face."""

from __future__ import annotations

import pytest
import torch

import tensorlab
from tensorlab.errors import UnsupportedError


def test_names_come_from_params_or_from_a_model() -> None:
    layer = torch.nn.Linear(2, 2)
    loss = layer(torch.ones(1, 2)).sum()
    for graph in (tensorlab.graph(loss, layer.named_parameters()), tensorlab.graph(loss, model=layer)):
        assert [graph.node(number).label for number in (0, 1)] == ["weight", "bias"]
    assert tensorlab.graph(loss).node(0).label == ""


@pytest.mark.parametrize("outputs", [None, 3, [], {}, torch.nn.Linear(1, 1), "loss", len])
def test_what_is_no_loss_is_refused_in_one_sentence(outputs: object) -> None:
    with pytest.raises(UnsupportedError, match="a graph is that of a loss; got ") as caught:
        tensorlab.graph(outputs)
    assert "give the loss" in caught.value.hint
