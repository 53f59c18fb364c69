"""Whose bytes slots keep: what a recording saw goes before what a graph shows, names that are known before both."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

import tensorlab
from tensorlab.autograd.ledger.owners import owners_of
from tensorlab.autograd.record import Known, SavedColumns

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph


def product() -> Graph:
    """An activation times something that came from outside."""
    return tensorlab.graph(torch.ones(4, requires_grad=True).sigmoid() * torch.ones(4))


@pytest.mark.parametrize(("place", "owner"), [(0, "parameter"), (1, "buffer"), (2, "input"), (3, "activation")])
def test_a_recording_knows(place: int, owner: str) -> None:
    graph = product()
    assert isinstance(graph.slots, SavedColumns)
    assert graph.saved().slots[1].owner is None
    column = array("q", [-1] * len(graph.slots.extents))
    column[graph.slots.storages[1]] = place
    recorded = replace(graph, slots=replace(graph.slots, owners=column))
    assert [saved.owner for saved in recorded.saved().slots] == ["activation", owner]


def test_a_name_that_is_known_goes_first() -> None:
    graph = product()
    assert isinstance(graph.slots, SavedColumns)
    known = (*graph.tensors, Known(name="scale", owner="buffer", nbytes=16, storage=graph.slots.storages[1]))
    assert replace(graph, tensors=known).saved().buffers == 16


def test_slots_that_share_have_one_owner() -> None:
    x = torch.ones(3, 4)
    weight = torch.ones(4, requires_grad=True)
    graph = tensorlab.graph((weight * x).exp() * x[0])
    assert {saved.owner for saved in graph.saved().slots if saved.slot == "other"} == {"input"}


def test_a_view_of_a_weight_is_nothing_that_was_computed() -> None:
    weight, x = torch.ones(4, 3, requires_grad=True), torch.ones(2, 4)
    assert [saved.owner for saved in tensorlab.graph(x @ weight.t().t()).saved().slots] == ["input"]


@pytest.mark.parametrize("function", [torch.sort, torch.topk, torch.max, torch.kthvalue])
def test_indices_that_were_chosen_are_activations(function: object) -> None:
    h = torch.rand(3, 4, requires_grad=True).exp()
    options = {"dim": 1} if function in {torch.sort, torch.max} else {"k": 2, "dim": 1}
    values = function(h, **options).values  # type: ignore[operator]  # one of four
    found = tensorlab.graph(values).saved()
    assert {saved.owner for saved in found.slots} == {"activation"}


def test_without_slots_there_are_no_owners() -> None:
    assert owners_of(replace(product(), slots=None), []) == []
