"""The two modes."""

from __future__ import annotations

import sys

import torch
from support.probe import run_python

from tensorlab.dispatch.modes import Functions, Operators
from tensorlab.dispatch.tracer import Tracer


def test_a_silent_tracer_lets_all_pass() -> None:
    tracer = Tracer()
    tracer.silent = True
    with tracer:
        assert torch.equal(torch.ones(2) * 2, torch.full((2,), 2.0))
    assert tracer.calls == ()


def test_the_compiler_is_not_loaded() -> None:
    code = """
import sys, torch
from tensorlab.dispatch.tracer import Tracer
with Tracer():
    torch.ones(2).sin()
print("torch._dynamo" in sys.modules)
"""
    assert run_python(code).stdout.strip() == "False"


def test_functions_inside_a_function_belong_to_it() -> None:
    with Tracer() as tracer:
        torch.nn.functional.layer_norm(torch.ones(2, 3), (3,))
    assert [call.call for call in tracer.calls] == ["torch.ones", "torch.nn.functional.layer_norm"]
    assert issubclass(Functions, torch.overrides.TorchFunctionMode)
    assert Operators._should_skip_dynamo() is False
    assert sys.getrecursionlimit() > 0
