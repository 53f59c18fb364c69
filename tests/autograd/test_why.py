"""What a tensor and its graph prove about a gradient that is not there."""

from __future__ import annotations

import pytest
import torch

import tensorlab
from tensorlab.autograd.why import by_itself, conditions, from_graph, is_reached, require_tensor
from tensorlab.errors import UnsupportedError


def leaf() -> torch.Tensor:
    return torch.ones(3, requires_grad=True)


def test_what_the_tensor_alone_tells() -> None:
    x = leaf()
    assert by_itself(x) is None
    for tensor, verdict in (
        (torch.ones(3), "no requires_grad"),
        (torch.arange(3), "no requires_grad"),
        (x * 2, "non-leaf"),
    ):
        found = by_itself(tensor)
        assert found is not None
        assert found.verdict == verdict
    x.sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
    found = by_itself(x)
    assert found is not None
    assert found.verdict == "has grad"


def test_what_the_graph_proves() -> None:
    x = leaf()
    loss = x.exp().sum()
    assert str(from_graph(x, loss)).startswith("unknown: record it: ")
    assert str(from_graph(x, None)).startswith("unknown: record it")
    assert from_graph(leaf(), loss).verdict == "unreachable"
    assert "unknown: record it" in str(from_graph(x, torch.ones(())))
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert from_graph(x, loss).verdict == "has grad"
    x.grad = None
    assert from_graph(x, loss).verdict == "freed"


def test_a_retained_gradient_counts_and_no_warning_is_given() -> None:
    h = leaf() * 2
    h.retain_grad()
    assert from_graph(h, h.sum()).verdict == "unknown"
    h.sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert from_graph(h, None).verdict == "has grad"


def test_a_deep_graph_is_walked_and_freed() -> None:
    x = leaf()
    y = x
    for _ in range(50_000):
        y = y + 1
    assert tensorlab.why_no_grad(x, y.sum()).verdict == "unknown"  # type: ignore[union-attr]  # of a tensor


def test_the_parts() -> None:
    x = leaf()
    loss = x.exp().sum()
    node = loss.grad_fn
    assert is_reached(x, [node.next_functions[0][0].next_functions[0][0]])  # type: ignore[union-attr]  # they are there
    assert conditions([node]) == set()
    with pytest.raises(UnsupportedError, match="it is a tensor; got list"):
        require_tensor([1.0], "it")
