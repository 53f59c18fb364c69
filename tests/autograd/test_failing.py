"""An exception that leaves a recording says where it came from."""

from __future__ import annotations

import pytest
import torch

import tensorlab
from tensorlab.autograd.failing import explain_failure, line_of
from tensorlab.dispatch.tracer import Tracer


def test_an_exception_of_another_kind_is_left_alone() -> None:
    with pytest.raises(KeyError, match="k") as caught, tensorlab.recording() as rec:
        raise KeyError("k")
    assert rec.failure is None
    assert not hasattr(caught.value, "__notes__")
    assert explain_failure(Tracer(), RuntimeError("out of memory")) is None


def test_a_freed_graph_names_the_backward_that_freed_it() -> None:
    with pytest.raises(RuntimeError, match="second time") as caught, tensorlab.recording() as rec:  # noqa: PT012 - a block
        loss = torch.ones(2, requires_grad=True).exp().sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert str(rec.failure).startswith("ExpBackward0.result saved test_failing.py:")
    assert "; freed by the backward test_failing.py:" in str(rec.failure)
    assert str(rec.failure) in caught.value.__notes__
    assert caught.value.__notes__[1].startswith("cure: ")


def test_a_loss_without_a_graph_says_where_it_was_cut() -> None:
    with pytest.raises(RuntimeError, match="does not require grad"), tensorlab.recording() as rec:
        torch.ones(2, requires_grad=True).exp().detach().sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert "cut by detach: detach test_failing.py:" in str(rec.failure)


def test_the_line_is_the_users() -> None:
    with pytest.raises(RuntimeError, match="scalar") as caught, tensorlab.recording():
        (torch.ones(2, requires_grad=True) * 1).backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert line_of(caught.value).startswith("test_failing.py:")
    assert line_of(ValueError()) == ""
