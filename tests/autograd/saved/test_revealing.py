"""What nodes hide, as a recording saw it, against pack hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

import tensorlab
from tensorlab.autograd.capture import capture
from tensorlab.dispatch.tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_write_through_a_slice_is_counted() -> None:
    factor = torch.full((99, 100), 2.0)
    x = torch.ones(100, 100, requires_grad=True).clone()
    with tensorlab.recording() as rec:
        x[1:].mul_(factor)
    ledger = rec.saved(x)
    assert str(ledger) == "slots 1 naive 39,600 params 0 activations 0 input 39,600 double-counted 0"
    assert [(saved.label.partition(" ")[2], saved.state) for saved in ledger.slots] == [
        ("CopySlices.hidden[0]", "held")
    ]


def test_operators_on_lists_are_counted() -> None:
    a, b = ([torch.ones(100, 100, requires_grad=True) for _ in range(2)] for _ in range(2))
    with tensorlab.recording() as rec:
        products = torch._foreach_mul(a, b)
    assert rec.saved(products).naive == 160_000
    assert "unknown" not in str(rec.saved(products))


def test_what_an_operator_copies_for_itself_is_an_activation() -> None:
    y = torch.ones(99, 100, requires_grad=True)
    x = torch.ones(100, 100, requires_grad=True).clone()
    with tensorlab.recording() as rec:
        x[1:].mul_(y)
    ledger = rec.saved(x)
    assert (ledger.naive, ledger.activations, ledger.inputs) == (79_200, 39_600, 39_600)


def test_a_write_that_saves_nothing_has_no_slot_and_one_that_backward_freed_says_so() -> None:
    x = torch.ones(4, requires_grad=True).clone()
    y = torch.ones(4, requires_grad=True).clone()
    with tensorlab.recording() as rec:
        x[1:] = torch.ones(3)
        y[1:].mul_(torch.ones(3))
        y.sum().backward()  # type: ignore[no-untyped-call]  # torch does not say its types
    assert str(rec.saved(x)) == "slots 0 naive 0 params 0 activations 0 input 0 double-counted 0"
    assert str(rec.saved(y)).endswith("freed 1 slot")


def test_calls_are_looked_through_once_however_many_nodes_hide() -> None:
    def times_looked(count: int) -> int:
        x = torch.ones(4, requires_grad=True)
        with Tracer() as tracer:
            y = x.clone()
            for _ in range(count):
                y[1:].mul_(torch.ones(3))
        remembered = _Counted(tracer.hiding)
        tracer.hiding = remembered
        assert {saved.state for saved in capture(y).slots or ()} == {"held"}
        return remembered.looks

    assert times_looked(40) == times_looked(4)


class _Counted(list[Any]):
    """A list that counts how often it is gone through."""

    looks = 0

    def __iter__(self) -> Iterator[Any]:
        self.looks += 1
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self.looks += 1
        return super().__reversed__()
