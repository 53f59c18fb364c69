"""What a check asks of a recording, kept from check to check."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from tensorlab.autograd.findings import writes
from tensorlab.autograd.findings.history import History, history
from tensorlab.autograd.internals import sequence_reader
from tensorlab.autograd.provenance import check
from tensorlab.dispatch.tracer import Tracer

if TYPE_CHECKING:
    import pytest


def start(known: History, tensor: torch.Tensor) -> int | None:
    node = tensor.grad_fn
    assert node is not None
    return known.start(sequence_reader(node)(node))


def test_in_parts_the_same_is_known_as_at_once() -> None:
    x = torch.ones(4, requires_grad=True)
    old = x * 3
    with Tracer() as tracer:
        parts = History(tracer)
        made = []
        for _ in range(3):
            made += [torch.nn.functional.gelu(x * 2), torch.nn.functional.mse_loss(x, x.detach()), old.exp()]
            parts.catch_up(tracer)
            made[-3].sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
            parts.catch_up(tracer)
    whole = [start(History(tracer), one) for one in made]
    assert [start(parts, one) for one in made] == whole
    assert [tracer.calls[number].name.split(".")[1] for number in whole if number is not None] == [
        *("gelu", "mse_loss", "exp") * 3
    ]
    assert start(parts, old) == -1


def test_each_call_is_looked_at_once_however_often_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = writes.WriteLog._take

    def counting(self: writes.WriteLog, tracer: Tracer, number: int) -> None:
        taken.append(number)
        take(self, tracer, number)

    monkeypatch.setattr(writes.WriteLog, "_take", counting)
    w = torch.ones(4, requires_grad=True)
    with Tracer() as tracer:
        for _ in range(20):
            loss = (w * w).relu_().sum()
            with tracer.quiet():
                assert not check(tracer, loss)
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
            with torch.no_grad():
                w.sub_(0.1)
    assert taken == list(range(taken[-1] + 1))
    assert len(taken) > 100


class Kept(torch.autograd.Function):
    """Runs its operator past all modes, as compiled functions do."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        with _disable_current_modes():
            return x * 2

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return ctx.saved_tensors[0] * grads[0]


def test_what_was_written_before_a_node_that_no_operator_made_is_no_finding() -> None:
    with Tracer() as tracer:
        w = torch.nn.Linear(2, 2).weight  # written as it is made
        loss = Kept.apply(w).sum()  # type: ignore[no-untyped-call]  # torch has no types here
        assert not check(tracer, loss)
        w.detach().data.add_(1)
        assert [str(write).partition(" ")[0] for one in check(tracer, loss).findings for write in one.writes] == [
            "add_"
        ]


def test_a_tracer_that_nobody_holds_goes() -> None:
    tracer = Tracer()
    with tracer:
        torch.ones(2)
    history(tracer)
    gone = weakref.ref(tracer)
    del tracer
    gc.collect()
    assert gone() is None
