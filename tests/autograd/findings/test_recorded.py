"""Why there is no gradient, by what was recorded: a table of small programs."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from support.missing_gradients import HEAD, PROGRAMS

import tensorlab
from tensorlab.autograd.findings.recorded import recorded
from tensorlab.dispatch.tracer import Tracer


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.filterwarnings("ignore:To copy construct:UserWarning", "ignore:Converting a tensor:UserWarning")
def test_the_verdict_on_a_program(name: str) -> None:
    code, expected = PROGRAMS[name]
    names: dict[str, Any] = {}
    with tensorlab.recording() as rec:
        exec(compile(HEAD + code, "why.py", "exec"), names)
    verdict = rec.why_no_grad(names.get("asked", names["x"]), names["loss"])
    assert str(verdict).startswith(expected)


def test_without_a_loss() -> None:
    x = torch.ones(2, requires_grad=True)
    tracer = Tracer()
    assert recorded(tracer, x, None).verdict == "backward not run"
    with tracer:
        x.exp().sum().backward()  # type: ignore[no-untyped-call]  # torch has no types here
        x.grad = None
    assert recorded(tracer, x, None).verdict == "set to None"


def test_a_tensor_that_no_call_had() -> None:
    tracer = Tracer()
    loss = torch.ones(2, requires_grad=True).sum()
    assert recorded(tracer, torch.ones(2, requires_grad=True), loss).verdict == "unreachable"
