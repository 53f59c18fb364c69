"""The tools, each called as its own documentation does, and what it says of what it found."""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
from typing import TYPE_CHECKING, Any

import tensorlab
from benchmarks.capturing.record import Counted, Tool

if TYPE_CHECKING:
    import torch
    from torch import nn

Found = Any
"""What a tool gives; each is of a library of its own."""


def _ours(model: nn.Module, output: torch.Tensor) -> Found:
    return tensorlab.graph(output, model=model)


def _recorded(model: nn.Module, given: torch.Tensor) -> Found:
    with tensorlab.recording() as rec:
        output = model(given)
    return rec.graph(output, model=model)


def _counted(graph: Found) -> Counted:
    totals = graph.saved()
    return Counted(len(graph), len(graph.edges) // 4, f"{totals.activations:,}")


def _torchviz(model: nn.Module, output: torch.Tensor) -> Found:
    return importlib.import_module("torchviz").make_dot(output, params=dict(model.named_parameters()))


def _lines(dot: Found) -> Counted:
    edges = sum("->" in line for line in dot.body)
    return Counted(sum("[" in line and "->" not in line for line in dot.body), edges)


def _agviz(model: nn.Module, output: torch.Tensor) -> Found:
    named = {name: (tensor, "param") for name, tensor in model.named_parameters()}
    return importlib.import_module("agviz.make_graph").traverse_torch(output, named)


def _torchview(model: nn.Module, given: torch.Tensor) -> Found:
    return importlib.import_module("torchview").draw_graph(model, input_data=given, mode="train", depth=9)


def _torchlens(model: nn.Module, given: torch.Tensor) -> Found:
    return importlib.import_module("torchlens").trace(model, given)


def _logged(trace: Found) -> Counted:
    return Counted(int(trace.num_ops), int(trace.num_edges), f"{int(trace.total_autograd_memory):,}")


def _torchvista(model: nn.Module, given: torch.Tensor) -> Found:
    vista = importlib.import_module("torchvista.tracer")
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as null, contextlib.redirect_stdout(null):  # noqa: PTH123 - the null device
        return vista.trace_model(model, given, export_format="html", export_path=f"{folder}/page.html")


TOOLS = (
    Tool("tensorlab.graph", "the graph", _ours, _counted),
    Tool("torchviz", "the graph", _torchviz, _lines, "torchviz"),
    Tool("agviz", "the graph", _agviz, lambda graph: Counted(len(graph.nodes), len(graph.edges)), "agviz networkx"),
    Tool("tensorlab.recording", "a run", _recorded, _counted),
    Tool("torchview", "a run", _torchview, lambda graph: Counted(None, len(graph.edge_list)), "torchview"),
    Tool("torchlens", "a run", _torchlens, _logged, "torchlens"),
    Tool("torchvista", "a run", _torchvista, lambda _: Counted(), "torchvista"),
)
"""The first of each kind is ours; the others are compared with it."""
