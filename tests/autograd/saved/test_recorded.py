"""Whose bytes a recording saw."""

from __future__ import annotations

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
