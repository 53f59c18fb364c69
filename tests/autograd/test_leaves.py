"""Leaves and what is known by name."""

from __future__ import annotations

import torch
from torch import nn

import tensorlab


def test_leaves_have_their_names_and_others_none() -> None:
    layer, x = nn.Linear(2, 2), torch.ones(1, 2, requires_grad=True)
    graph = tensorlab.graph(layer(x).sum(), model=layer)
    assert [(known.name, known.owner, known.node) for known in graph.tensors] == [
        ("weight", "parameter", 0),
        ("bias", "parameter", 1),
        ("", "input", 2),
    ]
    assert [graph.node(known.node).label for known in graph.tensors if known.node is not None] == ["weight", "bias", ""]


def test_parameters_are_known_without_a_model() -> None:
    graph = tensorlab.graph(nn.Linear(2, 2)(torch.ones(1, 2)).sum())
    assert [(known.name, known.owner) for known in graph.tensors] == [("", "parameter")] * 2


def test_a_parameter_that_the_graph_does_not_reach_has_no_node() -> None:
    model = nn.ModuleDict({"used": nn.Linear(2, 2, bias=False), "not": nn.Linear(2, 2, bias=False)})
    graph = tensorlab.graph(model["used"](torch.ones(1, 2)).sum(), model=model)
    assert {known.name: known.node for known in graph.tensors} == {"used.weight": 0, "not.weight": None}


def test_tied_parameters_are_one_leaf_with_both_names() -> None:
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    graph = tensorlab.graph(model(torch.ones(1, 2)).sum(), model=model)
    assert graph.node(0).label == "0.weight = 1.weight"
    assert len(graph.tensors) == 1
