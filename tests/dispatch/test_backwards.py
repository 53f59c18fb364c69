"""What a backward was asked for."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.dispatch.backwards import Asked, Backward, tensors_of

X = torch.ones(2, requires_grad=True)
BACKWARD, OF_TENSOR, GRAD = torch.autograd.backward, torch.Tensor.backward, torch.autograd.grad


@pytest.mark.parametrize(
    ("function", "arguments", "options", "expected"),
    [
        (OF_TENSOR, (X,), {}, (1, None, False, None, False)),
        (OF_TENSOR, (X, X, True, True), {"inputs": [X, X]}, (1, 2, True, True, True)),
        (OF_TENSOR, (X,), {"gradient": None, "retain_graph": False}, (1, None, False, False, False)),
        (BACKWARD, ((X, X),), {"grad_tensors": (X, X)}, (2, None, True, None, False)),
        (BACKWARD, (), {"tensors": X, "inputs": {"a": X}}, (1, 1, False, None, False)),
        (GRAD, (X, X, X), {}, (1, 1, True, None, False)),
        (GRAD, (), {"outputs": [X], "inputs": X, "create_graph": True}, (1, 1, False, None, True)),
    ],
)
def test_arguments_by_one_name_each(function: Any, arguments: Any, options: Any, expected: Any) -> None:
    asked = Asked(function, arguments, options)
    inputs = None if asked.inputs is None else len(asked.inputs)
    assert (len(asked.roots), inputs, asked.given, asked.retain, asked.create) == expected
    assert asked.kind == ("grad" if function is GRAD else "backward")


def test_edges_of_a_graph_are_no_tensors() -> None:
    assert tensors_of((torch.autograd.graph.get_gradient_edge(X * 2), X)) == (X,)


def test_a_run_is_failed_until_it_has_ended() -> None:
    run = Backward(site=0, at=0, kind="grad", line="", roots=(), inputs=None, given=False, retain=None, create=False)
    assert run.failed
    assert run.until == -1
