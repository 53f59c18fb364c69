"""Names of functions as users write them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from tensorlab.dispatch.naming import BACKWARDS, PASSED_BY, SINGLE, SINGLE_WRITES, called, is_asked
from tensorlab.dispatch.tracer import Tracer

TENSOR: Any = torch.Tensor


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (torch.Tensor.add_, "Tensor.add_"),
        (torch.add, "torch.add"),
        (nn.functional.relu, "torch.nn.functional.relu"),
        (nn.init.ones_, "torch.nn.init.ones_"),
        (TENSOR.grad.__set__, "Tensor.grad.__set__"),
        (torch.fft.fft, "torch.fft.fft"),
        (torch.autograd.grad, "torch.autograd.grad"),
    ],
)
def test_called(function: object, name: str) -> None:
    assert called(function) == name


def test_functions_of_the_users_are_not_kept() -> None:
    def mine() -> None: ...

    assert called(mine).endswith(".mine")
    assert called(mine) == called(mine)


def test_questions() -> None:
    assert is_asked(torch.Tensor.size)
    assert not is_asked(torch.Tensor.add_)
    assert torch.autograd.grad in BACKWARDS


def arguments_for(function: object) -> list[tuple[object, ...]]:
    """What it may be called with: one tensor, a tensor and a number, two tensors."""
    x = torch.full((2, 3), 0.5)
    possible: list[tuple[object, ...]] = [(x,), (x, 2.0), (x, x)]
    return [arguments for arguments in possible if works(function, arguments)]


def works(function: object, arguments: tuple[object, ...]) -> bool:
    try:
        function(*arguments)  # type: ignore[operator]  # each of them is a function
    except (TypeError, RuntimeError, ValueError, IndexError):
        return False
    return True


CALLS = [(function, given) for function in sorted(SINGLE, key=repr) for given in arguments_for(function)]


@pytest.mark.parametrize(("function", "given"), CALLS)
def test_functions_that_are_one_operator_are_recorded_as_the_mode_has_them(function: Any, given: Any) -> None:
    """Twice each: seen by the mode, and past it."""
    seen = set()
    for _ in range(2):
        arguments = [one.clone().requires_grad_() if isinstance(one, torch.Tensor) else one for one in given]
        with Tracer() as tracer:
            made = function(*arguments)
        call = tracer.calls[0]  # where the result is saved, torch detaches it: a second one
        names = tuple(one.name for one in tracer.calls)
        seen.add((names, call.versions, call.outputs[0].shape, call.sequence[1] - call.sequence[0], call.line))
        assert call.tensors[1] == (tracer.tensor_number(made),)
    assert len(seen) == 1


WRITES = [(function, given) for function in sorted(SINGLE_WRITES, key=repr) for given in arguments_for(function)]


@pytest.mark.parametrize(("function", "given"), WRITES)
def test_writes_that_are_one_operator_are_recorded_as_the_mode_has_them(function: Any, given: Any) -> None:
    """Three times each: seen by the mode, past it, and recorded by autograd, where the mode sees it again."""
    seen = set()
    for grad in (False, False, True):
        arguments = [one.clone() if isinstance(one, torch.Tensor) else one for one in given]
        with Tracer() as tracer, torch.set_grad_enabled(grad):
            made = function(*arguments)
        (call,) = [call for call in tracer.calls if call.name.startswith("aten")]
        assert made is arguments[0]
        assert call.tensors[0][0] == call.tensors[1][0]
        assert call.versions[0] == (0, 1)
        seen.add((call.name, call.call, call.versions, call.nonfinite, call.storages, call.line))
    assert len(seen) == 1


def _word(function: Any) -> str:
    """Without its address: "shape.__get__"."""
    return f"{getattr(getattr(function, '__self__', None), '__name__', '')}.{function.__name__}"


@pytest.mark.parametrize("function", sorted(PASSED_BY, key=_word), ids=_word)
def test_questions_that_are_passed_by_reach_no_operator(function: Any) -> None:
    x = torch.ones(2, 3, requires_grad=True)
    with Tracer() as tracer:
        function(x * 1)
    assert is_asked(function)
    assert [call.name for call in tracer.calls] == ["aten.mul.Tensor"]


def test_what_a_write_leaves_is_known_at_its_version() -> None:
    x = torch.ones(3)
    with Tracer() as tracer, torch.no_grad():
        for number in (2.0, float("inf"), 0.0):
            x.mul_(number)
    assert [(call.versions[0], call.nonfinite) for call in tracer.calls] == [
        ((0, 1), ((False,), (False,))),
        ((1, 2), ((False,), (True,))),
        ((2, 3), ((True,), (True,))),
    ]
