"""Sentences about live nodes and tensors."""

from __future__ import annotations

import pytest
import torch
from support.special_graphs import Cubing, Cycling, Stashing, applied, leaf, linear, reentrant, refused_view

from tensorlab.autograd.asides import hooked, packer, remarks, said, stashed


def test_a_leak_is_counted_and_named() -> None:
    node = applied(Stashing, leaf(2, 3)).grad_fn
    assert [(name, tuple(tensor.shape)) for name, tensor in stashed(node)] == [
        ("ctx.kept", (2, 3)),
        ("ctx.parts[0]", (2, 3)),
        ("ctx.parts[1]['more']", (2, 3)),
    ]
    node.parts = []
    node.same = node.kept
    (leak,) = said(node)
    assert leak.startswith(
        "leak: ctx.kept and ctx.same hold 24 B outside save_for_backward: backward does not free them,"
    )


def test_an_output_on_ctx_is_a_cycle() -> None:
    node = applied(Cycling, leaf()).grad_fn
    assert said(node)[1] == "leak: ctx.out is its own output, a cycle: only the garbage collector frees it"
    node.out = refused_view()
    assert len(said(node)) == 1


def test_what_keeps_nothing_or_must_keep_it_says_nothing() -> None:
    assert said(applied(Cubing, leaf()).grad_fn) == ()
    checkpointed = reentrant().grad_fn
    assert checkpointed is not None
    assert said(checkpointed.next_functions[0][0]) == ()
    assert said(leaf().sin().grad_fn) == said(3) == ()


def test_what_cannot_be_counted_or_never_ends_is_passed() -> None:
    node = applied(Stashing, leaf()).grad_fn
    del node.kept
    round_about: list[object] = []
    node.parts = round_about
    round_about.append(round_about)
    assert said(node) == ()
    node.parts = torch.nn.parameter.UninitializedParameter()
    assert said(node)[0].startswith("leak: ctx.parts holds bytes that cannot be counted outside")


@pytest.mark.parametrize("hooks", [0, 1, 2])
def test_hooks_of_a_leaf(hooks: int) -> None:
    weight = leaf()
    for _ in range(hooks):
        weight.register_hook(lambda grad: grad)
    expected = {0: (), 1: ("1 hook on its gradient",), 2: ("2 hooks on its gradient",)}
    assert hooked(weight) == expected[hooks]


def test_packed_data_is_told_by_its_packer() -> None:
    with torch.autograd.graph.saved_tensors_hooks(lambda _: 7, lambda _: torch.ones(())):
        torch.ones((), requires_grad=True).sin()
    assert packer(7) == "hooks hold what it saved as int: it comes back when backward asks them"


def test_remarks_on_what_is_given() -> None:
    assert remarks({"loss": linear()(torch.ones(1, 4)).sum()}) == ()
    assert remarks({"logits": leaf() * 2, "loss": leaf().sum()}) == ()
    assert remarks({"loss": 3}) == ()
    assert remarks({"loss": torch.nested.nested_tensor([torch.ones(2)], requires_grad=True, layout=torch.jagged)}) == (
        "loss is a leaf: backward only puts the gradient that it starts from into loss.grad",
    )
    assert "under no_grad, whose memory was written in place since" in remarks({"v": refused_view()})[0]
