"""torch's private names, and a torch without them."""

from __future__ import annotations

import importlib.util

import pytest
import torch

from tensorlab.dispatch import internals
from tensorlab.dispatch.internals import Apart, is_plain, node_count, operator_names, sequence_of, storage_address
from tensorlab.errors import UnavailableError


def test_nodes_are_counted_as_autograd_does() -> None:
    before = node_count()
    y = torch.ones(2, requires_grad=True) * 2
    assert node_count() == before + 1
    assert sequence_of(y.grad_fn) == before


def test_apart_makes_no_node_and_reaches_no_mode() -> None:
    x, before = torch.ones(2, requires_grad=True), node_count()
    with Apart():
        assert not (x * 2).requires_grad
    assert node_count() == before


def test_plain_is_without_transform_autocast_and_hooks() -> None:
    assert is_plain()
    with torch.autocast("cpu", torch.bfloat16):
        assert not is_plain()
    with torch.autograd.graph.save_on_cpu():
        assert not is_plain()
    seen = []

    def inside(x: torch.Tensor) -> torch.Tensor:
        seen.append(is_plain())
        return x

    torch.func.vmap(inside)(torch.ones(2))
    assert seen == [False]


def test_addresses_and_names() -> None:
    x = torch.zeros(4)
    assert storage_address(x[2:]) == x.data_ptr()
    assert storage_address(torch.zeros(3, device="meta")) is None
    assert {"mul", "convolution", "nativelayernorm"} <= operator_names()


def test_a_torch_without_these_names_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module as it would be loaded there: what a recording cannot do without refuses, the rest does without."""
    monkeypatch.setattr("torch._C", object())
    spec = importlib.util.spec_from_file_location("bare_internals", internals.__file__)
    assert spec is not None
    assert spec.loader is not None
    bare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bare)
    with pytest.raises(UnavailableError, match="has no _get_sequence_nr"):
        bare.node_count()
    assert bare.running_node() is None
    assert (bare.function_modes(), bare.operator_modes(), bare.CAN_STEP_ASIDE) == (1, 1, False)
    assert bare.operator_names() == frozenset()
    assert bare.storage_address(torch.zeros(3)) is None
    with bare.Apart(), bare.NO_FUNCTIONS():
        pass
    bare.unseen_by_compiler(test_addresses_and_names)
    assert bare.sequence_of(object()) is None
