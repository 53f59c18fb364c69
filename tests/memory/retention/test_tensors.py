from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch

from tensorlab.memory.retention.tensors import gradient, held_by, own, parameters_of
from tensorlab.memory.retention.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(thing: object) -> list[str]:
    return [entry.name for entry in walk(thing, held_by).entries]


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.Linear(2, 3)
        self.register_buffer("kept", torch.zeros(1))
        self.register_buffer("hidden", torch.zeros(1), persistent=False)
        self.cache = [torch.zeros(1)]

    def named_parameters(self, *_: object, **__: object) -> Iterator[tuple[str, torch.nn.Parameter]]:
        raise SystemExit("code of the module ran")


def test_a_module_by_qualified_names() -> None:
    assert names(Net()) == ["kept", "hidden", "inner.weight", "inner.bias", "cache[0]"]


def test_gradients_belong_to_their_leaf() -> None:
    net = torch.nn.Linear(2, 3, bias=False)
    net(torch.ones(1, 2)).sum().backward()
    assert names({"net": net}) == ["net.weight", "net.weight.grad"]
    assert gradient(net.weight) is net.weight.grad


def test_a_non_leaf_is_not_asked_for_its_gradient() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradient(torch.ones(2, requires_grad=True) * 2) is None


def test_attributes_of_a_tensor_are_found() -> None:
    tensor = torch.zeros(1)
    tensor.extra = [torch.zeros(2)]  # type: ignore[attr-defined]  # tensors have a dictionary
    assert names(tensor) == ["", "extra[0]"]


def test_an_optimizer_by_parameter() -> None:
    first, second = (torch.nn.Parameter(torch.ones(2)) for _ in range(2))
    optimizer = torch.optim.Adam([first, second])
    second.sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    optimizer.step()
    found = names(optimizer)
    assert [name for name in found if name.startswith("param_groups")] == [
        "param_groups[0].params[0]",
        "param_groups[0].params[1]",
        "param_groups[0].params[1].grad",
    ]
    assert [name for name in found if name.startswith("state")] == [
        "state[1].step",
        "state[1].exp_avg",
        "state[1].exp_avg_sq",
    ]
    assert parameters_of(optimizer.param_groups)[1] is second


def test_a_subclass_is_not_asked() -> None:
    class Loud(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_: object, **__: object) -> object:
            raise SystemExit("code of the subclass ran")

    loud = torch.zeros(3).as_subclass(Loud)
    assert names([loud]) == ["[0]"]


def test_what_is_not_torchs_is_left_alone() -> None:
    assert held_by({}) is None
    assert own(torch.nn.ReLU())["training"] is True
    assert parameters_of(None) == []
