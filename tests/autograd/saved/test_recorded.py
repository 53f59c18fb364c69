"""Whose bytes a recording saw."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

import tensorlab
from tensorlab.autograd.saved.recorded import owners_seen


def test_without_a_recording_nothing_is_known() -> None:
    assert list(owners_seen([torch.ones(3).untyped_storage()])) in ([], [-1])


def test_a_mask_from_outside_is_an_input_and_one_made_inside_is_not() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5))
    scale, x = torch.ones(4), torch.randn(2, 4)
    with tensorlab.recording() as rec:
        out = model(x) * scale
    ledger = rec.saved(out, model=model)
    assert [saved.owner for saved in ledger.slots] == ["input", "activation", "input"]
    assert ledger.slots[-1].nbytes == 16


def test_what_is_made_outside_modules_of_no_gradient_is_an_input() -> None:
    with tensorlab.recording() as rec:
        model = nn.Linear(4, 4)
        x = torch.randn(2, 4)
        x = (x - x.mean()) / x.std()
        out = model(x).relu() * torch.rand(4).round()
    ledger = rec.saved(out, model=model)
    assert [(saved.slot, saved.owner) for saved in ledger.slots] == [
        ("mat1", "input"),
        ("result", "activation"),
        ("other", "input"),
    ]


def test_a_weight_that_a_recording_saw_is_still_a_parameter() -> None:
    layer = nn.Linear(3, 3)
    with tensorlab.recording() as rec:
        out = layer(layer(torch.ones(1, 3)))
    assert rec.saved(out).parameters == 36


def test_a_leaf_that_is_made_inside_is_an_input_and_what_comes_of_it_is_none() -> None:
    with tensorlab.recording() as rec:
        weight = torch.randn(3, requires_grad=True)
        loss = weight.sin().exp().sum()
        q = torch.randn(2, 2, 4, 8, requires_grad=True)
        attended = nn.functional.scaled_dot_product_attention(q, q, q, is_causal=True).sum()
    ledger = rec.saved(loss)
    assert (ledger.inputs, ledger.activations) == (12, 12)
    ledger = rec.saved(attended)
    assert (ledger.inputs, ledger.activations) == (512, 576)


class Both(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x, x.exp())
        return x * x

    @staticmethod
    def backward(ctx: Any, *slopes: torch.Tensor) -> torch.Tensor:
        exp: torch.Tensor = ctx.saved_tensors[1]
        return exp * slopes[0]


def test_what_a_python_function_computes_on_the_way_is_no_input() -> None:
    def run() -> torch.Tensor:
        x = torch.randn(3, requires_grad=True)
        return Both.apply(x).sum()  # type: ignore[no-any-return, no-untyped-call]  # torch does not say its types

    ledger = tensorlab.graph(run()).saved()
    assert (ledger.inputs, ledger.activations, ledger.unclear) == (12, 0, 12)
    with tensorlab.recording() as rec:
        loss = run()
    ledger = rec.saved(loss)
    assert (ledger.inputs, ledger.activations, ledger.unclear) == (12, 12, 0)


def test_an_input_in_another_dtype_is_one_whether_it_was_recorded_or_not() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

    def run() -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return model(torch.randn(2, 4)).float().sum()  # type: ignore[no-any-return]  # a module gives Any

    with tensorlab.recording() as rec:
        loss = run()
    for ledger in (rec.saved(loss, model=model), tensorlab.graph(run(), model=model).saved()):
        assert (ledger.inputs, ledger.activations) == (16, 16)
