"""Operators as they run."""

from __future__ import annotations

import pytest
import torch

from tensorlab.dispatch.tracer import Tracer
from tensorlab.dispatch.watching import OperatorLog


def test_a_log_by_itself_knows_no_nodes() -> None:
    log = OperatorLog(values=True)
    with pytest.raises(NotImplementedError):
        log._made(1, None)


def test_lists_and_out_arguments_are_taken_apart() -> None:
    x, out = torch.ones(2), torch.zeros(4)
    with Tracer() as tracer:
        torch.cat([x, x], out=out)
        torch.split(out, 2)
    joined, parted = tracer.calls
    assert joined.tensors == ((0, 0, 1), (1,))
    assert joined.versions == ((0, 0), (0, 0), (0, 1))
    assert len(parted.outputs) == 2
    assert {*parted.storages[1]} == {joined.storages[1][0]}


def test_an_operator_that_raises_raises_and_is_not_told() -> None:
    with Tracer() as tracer:
        with pytest.raises(RuntimeError, match="must match"):
            torch.ones(2) + torch.ones(3)
        torch.ones(1).sin()
    assert [call.name for call in tracer.calls] == ["aten.ones.default"] * 3 + ["aten.sin.default"]


def test_values_are_looked_at_again_after_a_write() -> None:
    x = torch.ones(3)
    with Tracer() as tracer:
        x.sin()
        x[0] = float("nan")
        x.sin()
    assert [call.nonfinite for call in tracer.calls if "sin" in call.name] == [((False,), (False,)), ((True,), (True,))]


def test_views_of_what_is_finite_are_finite_and_of_what_is_not_are_looked_at() -> None:
    x = torch.tensor([1.0, float("inf")])
    with Tracer() as tracer:
        _ = x[:1], x[1:]
    assert [call.nonfinite for call in tracer.calls] == [((True,), (False,)), ((True,), (True,))]


def test_inference_tensors_have_no_versions() -> None:
    with Tracer() as tracer, torch.inference_mode():
        torch.ones(3).mul_(2)
    assert tracer.calls[-1].versions == ((None, None),)
    assert not tracer.calls[-1].grad


def test_what_is_told_of_an_operator_does_not_hang_on_what_ran_before() -> None:
    def told(*, recorded: bool) -> list[str]:
        x = torch.ones(3, requires_grad=recorded)
        with Tracer() as tracer:
            x.expm1()
        return [call.name for call in tracer.calls]

    alone = ["aten.expm1.default"]
    kept = ["aten.expm1.default", "aten.detach.default"]  # torch keeps the result for backward
    ran = [told(recorded=recorded) for recorded in (False, False, True, True, False)]
    assert ran == [alone, alone, kept, kept, alone]


@pytest.mark.parametrize("size", [3, 100])
def test_what_keeps_finite_numbers_finite_is_told_as_if_it_were_looked_at(size: int) -> None:
    good, bad = torch.ones(size), torch.full((size,), float("inf"))
    large = torch.full((size,), 1e300, dtype=torch.float64)
    with Tracer() as tracer:
        for one in (good, bad):
            torch.cat([good, one])
            one.relu()
            one.clone()
        torch.zeros(size).copy_(large)
        torch.zeros(size, dtype=torch.float64).copy_(large)
    odd = [call.nonfinite[1] for call in tracer.calls if call.name.split(".")[1] in {"cat", "relu", "clone", "copy_"}]
    assert odd == [(False,)] * 3 + [(True,)] * 3 + [(True,), (False,)]
