"""why_no_grad, alone and with a recording."""

from __future__ import annotations

import pytest
import torch

import tensorlab
from tensorlab.api.missing_gradients import recorded_why, why_no_grad
from tensorlab.dispatch.tracer import Tracer
from tensorlab.errors import UnsupportedError


def test_the_face_has_it() -> None:
    assert tensorlab.why_no_grad is why_no_grad


def test_what_is_neither_tensor_nor_module_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="what is asked about is a tensor; got int"):
        why_no_grad(3)
    with pytest.raises(UnsupportedError, match="the loss is a tensor; got str"):
        why_no_grad(torch.ones(2), "loss")
    with pytest.raises(UnsupportedError, match="the loss is a tensor; got Linear"):
        recorded_why(Tracer(), torch.ones(2), torch.nn.Linear(1, 1))


def test_a_verdict_is_drawn() -> None:
    x = torch.ones(2, requires_grad=True)
    figure = tensorlab.show(why_no_grad(x * 2))
    assert "non-leaf: MulBackward0" in figure.text()
    assert "cure: call retain_grad()" in figure.text(ascii=True)
