"""Kinds of nodes."""

from __future__ import annotations

from typing import Any

import torch

from tensorlab.autograd.kinds import Kinds


def nodes(*tensors: torch.Tensor) -> list[Any]:
    return [tensor.grad_fn for tensor in tensors]


def test_nodes_of_one_type_are_of_one_kind() -> None:
    x = torch.ones(3, requires_grad=True)
    kinds = Kinds()
    assert kinds.numbers(nodes(x.sin(), x.exp(), x.sin())) == [0, 1, 0]
    assert kinds.numbers(nodes(x.exp())) == [1]
    assert list(kinds.names) == ["SinBackward0", "ExpBackward0"]


def test_nodes_that_share_a_type_are_told_apart_by_name_and_hide() -> None:
    pair = [torch.ones(3, requires_grad=True) for _ in range(2)]
    made = nodes(torch._foreach_mul(pair, 2.0)[0], torch._foreach_exp(pair)[0])
    assert type(made[0]) is type(made[1])
    kinds = Kinds()
    assert kinds.numbers(made) == [0, 1]
    assert all(kind.hides for kind in kinds.made)


def test_leaves_and_functions_are_known() -> None:
    class Same(torch.autograd.Function):
        @staticmethod
        def forward(_ctx: Any, value: torch.Tensor) -> torch.Tensor:
            return value * 1

    made: Any = Same.apply(torch.ones(3, requires_grad=True))  # type: ignore[no-untyped-call]  # torch's own
    kinds = Kinds()
    kinds.numbers([made.grad_fn, made.grad_fn.next_functions[0][0]])
    assert [(kind.is_function, kind.is_leaf) for kind in kinds.made] == [(True, False), (False, True)]
