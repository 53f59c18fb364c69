"""Torch's private names, and what happens on a torch that lacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd import internals
from tensorlab.memory.internals import is_copy_on_write

if TYPE_CHECKING:
    import pytest


class Foreign:
    """A node of a torch without any private name."""


def test_a_torch_without_private_names_tells_nothing_and_raises_nothing() -> None:
    node = Foreign()
    assert internals.slot_readers(node) == ()
    assert internals.metadata_reader(node)(node) == ()
    assert internals.sequence_reader(node)(node) == -1
    assert not internals.is_gone(node, "self")


def test_an_address_is_told_without_a_copy_or_by_public_names(monkeypatch: pytest.MonkeyPatch) -> None:
    base, lazy = torch.ones(3), torch._lazy_clone(torch.ones(3))
    assert internals.addresses([base[1:]]) == [base.untyped_storage().data_ptr()]
    assert internals.addresses([lazy])[0] > 0
    assert is_copy_on_write(lazy)
    monkeypatch.delattr(torch._C, "_data_address")
    assert internals.addresses([base[1:]]) == [base.untyped_storage().data_ptr()]


def test_a_storage_is_told_apart_without_its_object_or_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    base, other = torch.ones(3), torch.ones(3)
    keys = internals.storage_keys([base, base[1:], other])
    assert keys[0] == keys[1] != keys[2]
    monkeypatch.delattr(torch._C, "_storage_address")
    assert internals.storage_keys([base, base[1:], other]) == keys


def test_readers_fire_no_hook() -> None:
    fired: list[object] = []

    def unpack(held: Any) -> Any:
        fired.append(held)
        return held

    with torch.autograd.graph.saved_tensors_hooks(lambda held: held, unpack):
        made: Any = torch.ones(3, requires_grad=True).exp()
    ((name, reader),) = internals.slot_readers(made.grad_fn)
    assert (name, reader(made.grad_fn).data is not None, fired) == ("result", True, [])


def test_counts_of_leaves_are_none() -> None:
    leaf = torch.ones(3, requires_grad=True)
    node = internals.leaf_node(leaf)
    assert internals.sequence_reader(node)(node) == -1
    assert node.variable is leaf
