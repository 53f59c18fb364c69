"""Lines and modules in a graph's columns, on programs that Hypothesis writes."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.autograd.capture import capture
from tensorlab.autograd.provenance_of_nodes import placed
from tensorlab.dispatch.tracer import Tracer

STEPS: list[Any] = [
    lambda x, y: x * y,
    lambda x, y: x + y.sin(),
    lambda x, _: x[1:].repeat(2, 1)[:3],
    lambda x, _: x.t().reshape(3, 3),
    lambda x, y: torch.cat([x, y])[::2],
    lambda x, y: x @ y,
    lambda x, _: torch.nn.functional.softmax(x, -1),
    lambda x, y: torch.where(x > 0, x, y),
    lambda x, _: x.clone().mul_(2),
    lambda x, y: x.clone().index_fill(0, torch.tensor([0]), 1.0) - y.mean(),
    lambda x, _: torch._foreach_mul([x, x], 2.0)[1],
    lambda x, _: torch.stack(x.unbind(0)),
]


def written(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """A write through a view."""
    z = x.clone()
    z[0].add_(y[1])
    return z


STEPS.append(written)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_runs_cover_every_node_and_gradients_are_the_same(program: list[tuple[Any, int, int]]) -> None:
    def run() -> tuple[Any, Any]:
        leaf = torch.linspace(-1, 1, 9).reshape(3, 3).requires_grad_()
        made: list[Any] = [leaf, leaf * 1]
        for step, one, other in program:
            made.append(step(made[one % len(made)], made[other % len(made)]))
        loss = sum(tensor.sum() for tensor in made)
        return leaf, loss

    leaf, loss = run()
    loss.backward()
    with Tracer() as tracer:
        again, recorded = run()
        recorded.backward(retain_graph=True)
    assert torch.equal(leaf.grad, again.grad)
    graph = placed(capture(recorded))
    nodes = [graph.node(number) for number in range(len(graph))]
    assert all(node.line.startswith("test_provenance_of_nodes.py:") for node in nodes if node.sequence is not None)
    covered = {n for call in tracer.calls for n in range(*call.sequence)}
    assert {node.sequence for node in nodes if node.sequence is not None} <= covered


def test_a_graph_without_sequence_numbers_stays_as_it_is() -> None:
    with Tracer():
        graph = capture(torch.ones(2))
    assert placed(graph) is graph
