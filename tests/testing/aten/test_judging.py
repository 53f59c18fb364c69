from typing import Any

import pytest
import torch

from tensorlab.testing.aten.calling import Prepared
from tensorlab.testing.aten.judging import Expected, difference, observe
from tensorlab.testing.aten.record import Plan

TRANSPOSED = Plan((0,), ("transposed",))


def seen(function: Any, plan: Plan = TRANSPOSED, values: torch.Tensor | None = None) -> list[str]:
    x = torch.arange(1.0, 7.0).view(2, 3) if values is None else values
    call = Prepared(None, "call", function, [[x], {}])
    return [one.verdict for one in observe(call, Expected(call), plan)]


def reads_storage(x: torch.Tensor) -> torch.Tensor:
    return x.as_strided(x.shape, (3, 1)) + 0


def writes_strided(x: torch.Tensor) -> torch.Tensor:
    if not x.is_contiguous():
        x.zero_()
    return torch.ones(())


def writes_gap(x: torch.Tensor) -> torch.Tensor:
    if not x.is_contiguous():
        x.as_strided((1,), (1,), x.storage_offset() + 1).zero_()
    return torch.ones(())


@pytest.mark.parametrize(
    ("function", "plan", "verdicts"),
    [
        (torch.neg, TRANSPOSED, []),
        (torch.Tensor.zero_, TRANSPOSED, []),
        (reads_storage, TRANSPOSED, ["SILENT-WRONG"]),
        (lambda x: x.view(6), TRANSPOSED, ["REFUSED"]),
        (writes_strided, TRANSPOSED, ["MUTATED"]),
        (writes_gap, Plan((0,), ("gaps",)), ["STRAY-WRITE"]),
        (lambda x: x.double() if not x.is_contiguous() else x, TRANSPOSED, ["SILENT-WRONG"]),
    ],
)
def test_each_promise_and_how_it_is_broken(function: Any, plan: Plan, verdicts: list[str]) -> None:
    assert seen(function, plan) == verdicts


def test_what_c_order_writes_may_be_written_and_is_held_against_it() -> None:
    assert seen(lambda x: x.add_(1)) == []
    assert seen(lambda x: x.add_(1 if x.is_contiguous() else 2).sum() * 0) == ["SILENT-WRONG"]


def test_sums_in_another_order_are_roundings_of_one_result() -> None:
    values = torch.linspace(-1e4, 1e4, 4096).view(64, 64).sin() * 1e4

    def summed(x: torch.Tensor) -> torch.Tensor:
        flat = x.reshape(-1) if x.is_contiguous() else x.reshape(-1).flip(0)
        return flat.cumsum(0)[-1]

    assert seen(summed, values=values) == []
    assert seen(lambda x: summed(x) + (not x.is_contiguous()), values=values) == ["SILENT-WRONG"]


@pytest.mark.parametrize(
    ("right", "given", "words"),
    [
        (torch.tensor([1, 2]), torch.tensor([1, 2]), ""),
        (torch.tensor([float("nan")]), torch.tensor([float("nan")]), ""),
        (float("nan"), float("nan"), ""),
        (torch.ones(2), torch.ones(2).double(), "the result has dtype torch.float64; in C order torch.float32"),
        (torch.ones(2), torch.ones(2, 1), "the result has shape (2, 1); in C order (2,)"),
        ((1, 2), (1,), "the result has shape tuple; in C order tuple of 2"),
        ({"a": 1}, {"a": 2}, "the result['a'] is 2; in C order 1"),
        (torch.tensor([True]), torch.tensor([False]), "element (0,) of the result is False; in C order True"),
    ],
)
def test_what_tells_two_results_apart(right: object, given: object, words: str) -> None:
    assert difference(right, given) == words
