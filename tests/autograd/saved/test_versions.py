"""Versions of saved tensors, against what torch says of each when it refuses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch

import tensorlab
from tensorlab.diagram.ledger import ledger_scene
from tensorlab.render.text import text


class Keeps(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        made = torch.zeros(4).add_(x).mul_(2)
        ctx.save_for_backward(made)
        return x * 1

    @staticmethod
    def backward(ctx: Any, *slopes: torch.Tensor) -> torch.Tensor:
        (made,) = ctx.saved_tensors
        result: torch.Tensor = made * slopes[0]
        return result


STEPS: dict[str, Any] = {
    "result": lambda x: x.sigmoid(),
    "written before": lambda x: x.mul_(2).add_(1).exp(),
    "result in place": lambda x: x.mul_(2).tanh_(),
    "saved and written": lambda x: x.mul_(x * 1),
    "other": lambda x: x * torch.ones(4).add_(1),
    "through a view": lambda x: (x[:2].mul_(2), x.cos())[1],
    "norm": lambda x: torch.softmax(x.mul_(3), 0),
    "in a function of torch's": lambda x: torch.nn.functional.dropout(x, 0.5),
    "in lists": lambda x: torch.logsumexp(torch.stack([x, x]).add_(1), 0),
    "a custom function": Keeps.apply,
}


@pytest.mark.parametrize("name", STEPS)
def test_versions_are_those_that_torch_expects(name: str) -> None:
    with tensorlab.recording() as rec:
        x = torch.rand(4, requires_grad=True).clone()
        y = STEPS[name](x)
    node: Any = y.grad_fn
    told = {saved.slot: saved.version for saved in rec.saved(y).slots if saved.name == type(node).__name__}
    told = {slot: version for slot, version in told.items() if version is not None}
    assert told
    for slot, version in told.items():
        place = re.fullmatch(r"saved_tensors\[(\d+)\]", slot)
        raw = node._raw_saved_tensors[int(place[1])] if place else getattr(node, f"_raw_saved_{slot}")
        raw.data.detach().zero_()
        with pytest.raises(RuntimeError, match="modified by an inplace operation") as refused:
            node.saved_tensors if place else getattr(node, f"_saved_{slot}")
        expected = re.search(r"expected version (\d+)", str(refused.value))
        assert expected is not None
        assert int(expected[1]) == version, slot


def test_without_a_recording_no_version_is_known() -> None:
    slots = tensorlab.graph(torch.ones(3, requires_grad=True).exp()).saved().slots
    assert [saved.version for saved in slots] == [None]


def test_the_table_of_slots_tells_versions_where_they_are_known() -> None:
    with tensorlab.recording() as rec:
        y = torch.rand(4, requires_grad=True).clone().mul_(2).exp()
    assert str(rec.saved(y).slots[-1]).split(" activation ")[1].startswith("v0 ")
    assert re.search(r"ExpBackward0.result .* activation +v0", text(ledger_scene(rec.saved(y), by="slot")))
