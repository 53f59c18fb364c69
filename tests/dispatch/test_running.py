"""Backwards are told before they run, and what they raise before that leaves them."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.dispatch.tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).name


def leaf() -> Any:
    return torch.ones(3, requires_grad=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda loss, _: loss.backward(retain_graph=True),
        lambda loss, _: torch.autograd.backward(loss),
        lambda loss, _: torch.autograd.backward((loss,), grad_tensors=(torch.ones(()),)),
        torch.autograd.grad,
        lambda loss, x: torch.autograd.grad(outputs=[loss], inputs=[x], create_graph=True),
    ],
)
def test_each_way_to_a_backward_is_told_once_and_before(call: Callable[[Any, Any], Any]) -> None:
    x, told = leaf(), []
    tracer = Tracer()
    tracer.before_backward = lambda roots, run: told.append((len(roots), run.kind, run.line))
    with tracer:
        call((x * 2).sum(), x)
    assert len(told) == len(tracer.backwards) == 1
    assert told[0][0] == 1
    assert told[0][2].startswith(HERE)


def test_a_failing_backward_is_told_so_and_raises_as_it_would() -> None:
    x = leaf()
    tracer = Tracer()
    with tracer:
        y = x.exp()
        y.add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()
        assert tracer.backwards[0].failed
    assert tracer.running_roots == ()


def test_a_loss_whose_backward_failed_is_freed_where_the_failure_was_caught() -> None:
    with Tracer() as tracer:
        y = torch.ones(3, requires_grad=True).sigmoid()
        y.mul_(2)
        loss = y.sum()
        gone = weakref.ref(loss)
        with pytest.raises(RuntimeError, match="modified by an inplace") as raised:
            torch.autograd.backward(loss)
        assert [root is loss for root in tracer.running_roots] == [True]
        del loss, raised
        gc.collect()
        assert gone() is None
        assert len(tracer.running_roots) == 0


def test_what_a_backward_raises_is_told_before_it_leaves_it() -> None:
    told: list[tuple[str, str, int]] = []
    tracer = Tracer()
    tracer.at_failure = lambda error, run: told.append((type(error).__name__, run.line, len(tracer.running_roots)))
    with tracer:
        loss = leaf().exp().sum()
        loss.backward()
        with pytest.raises(RuntimeError, match="second time"):
            loss.backward()
        loss = loss.exp()
    assert [(kind, line.partition(":")[0], roots) for kind, line, roots in told] == [("RuntimeError", HERE, 1)]
    assert [run.failed for run in tracer.backwards] == [False, True]


def test_a_hook_of_torchs_stands_where_the_user_called_the_backward() -> None:
    x = leaf()
    y = x * 2
    y.register_hook(torch.nn.functional.relu)
    with Tracer() as tracer:
        y.sum().backward()
    lines = {tracer.python_line(number).partition(":")[0] for number in range(len(tracer.events))}
    assert lines == {"", HERE}
