from __future__ import annotations

import pytest
import torch
from torch import nn

from tensorlab.errors import UnknownNameError, UnsupportedError
from tensorlab.models.placement.placing import Part, brought, moved, parts, settle

CPU, META = torch.device("cpu"), torch.device("meta")


class Shortcut(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.inner = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.mul(self.inner(x), self.scale)


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 2), Shortcut(), nn.ReLU())


def cut(places: dict[str, torch.device]) -> list[tuple[str, str]]:
    return [(part.name, part.device.type) for part in parts(net(), places, CPU)]


def test_parts_are_as_large_as_can_be() -> None:
    assert cut({}) == [("", "cpu")]
    assert cut({"0": CPU}) == [("", "cpu")]
    assert cut({"1": META}) == [("0", "cpu"), ("1", "meta"), ("2", "cpu")]
    assert cut({"1.inner.1": META}) == [("0", "cpu"), ("1.inner.0", "cpu"), ("1.inner.1", "meta"), ("2", "cpu")]
    assert cut({"1": META, "1.inner.0": CPU}) == [
        ("0", "cpu"),
        ("1.inner.0", "cpu"),
        ("1.inner.1", "meta"),
        ("2", "cpu"),
    ]
    with pytest.raises(UnknownNameError, match=r"no layer is called '1\.iner'"):
        cut({"1.iner": META})


def test_a_layer_whose_name_begins_like_another_is_another() -> None:
    ten = nn.Sequential(*(nn.ReLU() for _ in range(11)))
    assert [part.device.type for part in parts(ten, {"1": META}, CPU)].count("meta") == 1


def test_settled_parts_lie_where_they_are_told_and_the_rest_at_home() -> None:
    module = net()
    settle(module, parts(module, {"1.inner": META}, CPU), CPU)
    assert {name: one.device.type for name, one in module.named_parameters()} == {
        "0.weight": "cpu",
        "0.bias": "cpu",
        "1.scale": "cpu",
        "1.inner.0.weight": "meta",
        "1.inner.0.bias": "meta",
        "1.inner.1.weight": "meta",
        "1.inner.1.bias": "meta",
    }


def test_a_parameter_lies_in_one_place() -> None:
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    tied = nn.Sequential(first, second)
    with pytest.raises(UnsupportedError, match="layers '0' and '1' share a parameter; got cpu and meta"):
        settle(tied, parts(tied, {"1": META}, CPU), CPU)


def test_only_what_lies_elsewhere_is_moved_and_once() -> None:
    steps: list[object] = []
    ticks = iter([1.0, 3.5])
    one = torch.ones(3)
    given = {"a": one, "b": [one, 7], "c": torch.ones(2, device="meta")}
    found = moved(given, META, "part", steps, lambda: next(ticks))  # type: ignore[arg-type]  # a list of steps
    assert found["a"].device == found["b"][0].device == META
    assert found["c"] is given["c"]
    assert steps == [("part", "meta", "cpu", 12, 2.5)]
    assert moved(given["a"], CPU, "part", None, lambda: 0.0) is one


def test_hooks_are_gone_afterwards() -> None:
    module = nn.Linear(2, 2)
    with brought((Part("", module, CPU),), None, lambda: 0.0):
        assert module._forward_pre_hooks
    assert not module._forward_pre_hooks
    assert not module._forward_hooks
