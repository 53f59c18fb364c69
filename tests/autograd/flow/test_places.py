"""Gradients are told with the line and the module of their nodes, where those were recorded."""

from __future__ import annotations

import torch
from torch import nn

import tensorlab


def test_gradients_have_the_lines_and_modules_that_the_graph_has() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True))
    with tensorlab.recording() as rec:
        hidden = model(torch.ones(2, 3))
        loss = hidden.sum()
    graph = rec.graph(loss)
    flow = tensorlab.gradients(loss, model=model, wrt=hidden)
    told = {stat.number: (stat.module, stat.line) for stat in flow.nodes}
    nodes = [graph.node(number) for number in range(len(graph))]
    assert told == {node.number: (node.module, node.line) for node in nodes if node.role != "leaf"}
    assert all(line.startswith("test_places.py:") for _, line in told.values())
    assert {module for module, _ in told.values()} == {"0", "1", ""}
    (wanted,) = flow.wrt
    assert (wanted.module, wanted.line) == told[wanted.number]
    assert wanted.line in str(wanted)


def test_without_a_recording_there_is_none() -> None:
    flow = tensorlab.gradients(nn.Linear(3, 1)(torch.ones(2, 3)).sum())
    assert {(stat.module, stat.line) for stat in flow.nodes} == {("", "")}
