from __future__ import annotations

from typing import Any

import pytest
import torch
from support.layout_blind import flat, in_place, right

from tensorlab.testing import check_backward


@pytest.mark.parametrize(
    ("fn", "specs"),
    [
        (right, ("float32[...]",)),
        (torch.matmul, ("float32[n, m]", "float32[m, k]")),
        (torch.nn.functional.conv2d, ("float32[1, 2, 3, 3]", "float32[2, 2, 2, 2]")),
        (torch.nn.functional.embedding, ("int64[k] < n", "float32[n, 3]")),
        (lambda x: x.t().exp(), ("complex64[n, m]",)),
    ],
)
def test_right_ones(fn: Any, specs: tuple[str, ...]) -> None:
    found = check_backward(fn, *specs, examples=80)
    assert found.passed, found.findings
    assert found.tested == 80


def test_a_backward_that_reads_grad_output_as_if_it_were_contiguous() -> None:
    found = check_backward(flat, "float32[2, 2]", examples=60)
    (one,) = found.findings
    assert one.verdict == "SILENT-WRONG"
    assert one.confirmed
    assert one.message.startswith("the gradient of argument 0: element ")
    assert "grad_output with strides" in one.message
    assert len(one.script.splitlines()) == 3
    assert "tensorlab" not in one.script
    assert "torch.autograd.grad" in one.script


def test_a_backward_that_writes_grad_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.testing.backward.fails_as_said", lambda *_: True)
    found = check_backward(in_place, "float32[3]", examples=30)
    assert found.findings[0].verdict == "MUTATED"
    assert "before = y.clone()" in found.findings[0].script


def test_what_has_no_gradient() -> None:
    found = check_backward(torch.argmax, "float32[3]", examples=10)
    assert found.tested == 0
    assert found.skipped[0][0] == "the result is no tensor that has a gradient"
