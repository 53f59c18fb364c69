"""What nodes hide, as a recording saw it, against pack hooks."""

from __future__ import annotations

import torch

import tensorlab


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
