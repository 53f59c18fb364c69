"""What a live node saved is asked of torch, and no hook is run."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from tensorlab.autograd.findings.slots import slots_of


class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = x.exp()
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return ctx.saved_tensors[1] * grads[0]  # type: ignore[no-any-return]  # as torch has it


def seen(node: object) -> list[tuple[str, str, tuple[int, int] | None]]:
    return [(slot.name, slot.condition, slot.versions) for slot in slots_of(node, {})]


def leaf() -> torch.Tensor:
    return torch.ones(3, requires_grad=True)


def test_a_saved_tensor_is_good_until_it_is_written_or_freed() -> None:
    y = leaf().sigmoid()
    node = y.grad_fn
    assert seen(node) == [("result", "good", None)]
    y.detach().mul_(2)
    assert seen(node) == [("result", "overwritten", (0, 1))]
    loss = leaf().exp().sum()
    node = loss.grad_fn.next_functions[0][0]  # type: ignore[union-attr]  # it has one
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert seen(node) == [("result", "freed", None)]


def test_inputs_and_outputs_of_a_custom_function() -> None:
    x = leaf() * 1
    y = Exp.apply(x)  # type: ignore[no-untyped-call]  # torch has no types here
    node = y.grad_fn
    assert seen(node) == [("saved_tensors[0]", "good", None), ("saved_tensors[1]", "good", None)]
    y.add_(1)
    assert seen(node)[1] == ("saved_tensors[1]", "overwritten", (0, 1))
    x.add_(1)
    assert seen(node)[0] == ("saved_tensors[0]", "overwritten", (0, 1))


def test_a_freed_custom_function() -> None:
    y = Exp.apply(leaf())  # type: ignore[no-untyped-call]  # torch has no types here
    node = y.grad_fn
    y.sum().backward()
    assert [condition for _, condition, _ in seen(node)] == ["freed"]


def test_hooks_hold_and_nothing_is_computed_again() -> None:
    ran: list[int] = []

    def forward(x: torch.Tensor) -> torch.Tensor:
        ran.append(1)
        return x.exp()

    y = checkpoint(forward, leaf(), use_reentrant=False)
    assert seen(y.grad_fn) == [("result", "packed", None)]
    assert ran == [1]


def test_what_was_never_there_is_empty() -> None:
    y = torch.nn.functional.layer_norm(leaf(), (3,))
    conditions = {name: condition for name, condition, _ in seen(y.grad_fn)}
    assert conditions["weight"] == "empty"
    assert conditions["input"] == "good"
