"""Forms of tensors: comparing many at once tells what looking at each does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.autograd import forms as module
from tensorlab.autograd.capture import capture
from tensorlab.autograd.forms import ODD, Forms
from tensorlab.autograd.internals import likeness
from tensorlab.autograd.outputs import Outputs

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 20


def places(tensors: list[torch.Tensor]) -> list[int]:
    return list(Forms(Outputs(0)).places(tensors, [tensor.grad_fn for tensor in tensors]))


def changed(change: Callable[[torch.Tensor], torch.Tensor]) -> list[torch.Tensor]:
    tensors = [torch.ones(2, 3) for _ in range(COUNT)]
    tensors[-2] = change(tensors[-2])
    return tensors


def test_equal_ones_are_one_form() -> None:
    assert places([torch.ones(2, 3) for _ in range(COUNT)]) == [0] * COUNT
    assert places([torch.nn.Parameter(torch.ones(2)) for _ in range(COUNT)]) == [0] * COUNT
    assert places([torch.ones(2, device="meta") for _ in range(COUNT)]) == [0] * COUNT


@pytest.mark.parametrize(
    "change",
    [
        lambda _: torch.ones(3, 2),
        lambda _: torch.ones(3, 2).t(),
        lambda _: torch.ones(12)[6:].view(2, 3),
        lambda tensor: tensor.double(),
        lambda tensor: tensor.requires_grad_(),
        lambda tensor: tensor.requires_grad_() * 2,
        torch.nn.Parameter,
        lambda _: torch.ones(()),
    ],
)
def test_one_that_differs_has_a_form_of_its_own(change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    assert places(changed(change)) == [0] * (COUNT - 2) + [1, 0]


def test_one_that_is_there_twice_has_one_form() -> None:
    assert places([torch.ones(2)] * COUNT) == [0] * COUNT


def test_lazy_signs_are_odd_wherever_they_stand() -> None:
    lazy = torch.ones(3, dtype=torch.complex64)
    assert set(places([lazy.conj() for _ in range(COUNT)])) == {ODD}
    assert ODD in places(changed(lambda _: lazy.conj().imag))


def test_sparse_ones_are_odd() -> None:
    assert set(places([torch.eye(2).to_sparse() for _ in range(COUNT)])) == {ODD}


def test_a_graph_is_the_same_where_nothing_is_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[Any]:
        x = torch.ones(3, 3, requires_grad=True)
        value = x
        for at in range(3 * COUNT):
            step = (value @ x).sin() * 1.5 + value.t() / 2
            value = step[:1].expand(3, 3) if at % 7 == 0 else step
        found = capture(value.sum())
        slots: Any = found.slots
        columns = [slots.names, slots.states, slots.forms, slots.storages, slots.sources, slots.versions, slots.extents]
        return [found.metas, found.outputs, slots.layouts, *columns]

    whole = told()
    monkeypatch.setattr(module, "_MANY", 10**9)
    assert told() == whole


def test_many_are_compared_with_a_torch_that_can(monkeypatch: pytest.MonkeyPatch) -> None:
    tensors = [torch.ones(2) for _ in range(COUNT)]
    assert likeness(tensors[0], COUNT)(*tensors)
    monkeypatch.delattr(torch._C._dynamo.guards, "TensorGuards")
    assert not likeness(tensors[0], COUNT)(*tensors)
    assert places(tensors) == [0] * COUNT
