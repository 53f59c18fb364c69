"""Custom Functions and the calls in their forward."""

from __future__ import annotations

from typing import Any

import torch

from tensorlab.autograd.findings.functions import marking
from tensorlab.autograd.findings.recorded import recorded
from tensorlab.autograd.provenance import check
from tensorlab.dispatch.tracer import Tracer


class Plain(torch.autograd.Function):
    @staticmethod
    def forward(_: Any, a: torch.Tensor) -> torch.Tensor:
        return a * 2


class Marked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: torch.Tensor) -> torch.Tensor:
        twice = a * 2
        ctx.mark_non_differentiable(twice)
        return twice


def marked(x: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = Marked.apply(x)  # type: ignore[no-untyped-call]  # torch has no types here
    return found


def test_what_a_function_marks_is_cut_by_it_and_not_by_no_grad() -> None:
    with Tracer() as tracer:
        x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
        loss = (marked(x) * w).sum()
    found = recorded(tracer, x, loss)
    line = marked.__code__.co_firstlineno + 1
    assert (found.verdict, found.op, found.line) == (
        "cut by non-differentiable op",
        "Marked",
        f"test_functions.py:{line}",
    )


def test_a_loss_that_a_function_marks_has_no_graph_because_of_it() -> None:
    with Tracer() as tracer:
        loss = marked(torch.ones(2, requires_grad=True)).sum()
    assert "cut by non-differentiable op: Marked test_functions.py:" in str(check(tracer, loss))


def test_a_function_under_no_grad_is_cut_by_no_grad() -> None:
    with Tracer() as tracer:
        x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
        with torch.no_grad():
            y: torch.Tensor = Plain.apply(x)  # type: ignore[no-untyped-call]  # torch has no types here
        loss = (y * w).sum()
    assert recorded(tracer, x, loss).verdict == "cut by no_grad"
    assert [marking(tracer, number) for number in range(len(tracer.events))] == [None] * len(tracer.events)
