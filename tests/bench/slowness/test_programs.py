from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.bench.slowness.programs import (
    Ref,
    Watch,
    facts_of,
    filled,
    refs,
    runnable,
    storage_of,
    tensors_in,
    written,
)
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.programs import (
        Program,
    )


def recorded(call: Callable[..., object], *given: torch.Tensor) -> Program:
    watch = Watch(given)
    with watch:
        result = call(*given)
    return watch.end(result)


def test_the_steps_give_the_result_again() -> None:
    x = torch.arange(6.0).reshape(2, 3)
    program = recorded(lambda x: {"sum": (x.t() * 2).sum(0), "parts": x.unbind()}, x)
    assert [str(step.func) for step in program.steps] == [
        "aten.t.default",
        "aten.mul.Tensor",
        "aten.sum.dim_IntList",
        "aten.unbind.int",
    ]
    again = runnable(program)()
    assert isinstance(again, dict)
    assert again["sum"].tolist() == [6, 24]
    assert [part.tolist() for part in again["parts"]] == [[0, 1, 2], [3, 4, 5]]


def test_what_was_there_before_is_outside() -> None:
    x, bias = torch.ones(2), torch.ones(2)
    program = recorded(lambda x: (x + bias).neg(), x)
    assert [one is other for one, other in zip(program.outside.values(), (x, bias), strict=True)] == [True, True]
    assert len(program.facts) == 4
    assert program.facts[0] == facts_of(x, 0)


def test_numbers_that_leave_torch_make_it_unrepeatable() -> None:
    assert recorded(torch.neg, torch.ones(2)).whole
    assert not recorded(lambda x: x * float(x[0]), torch.ones(2)).whole
    assert not recorded(torch.Tensor.dim, torch.ones(2)).whole


def test_what_it_was_given_may_be_written_and_is_told() -> None:
    x = torch.ones(2)
    watch = Watch([x])
    with watch:
        x.add_(1)
    assert watch.written == {storage_of(x)}
    assert x.tolist() == [2, 2]


def test_what_it_makes_may_be_written() -> None:
    watch = Watch()
    with watch:
        torch.ones(2).add_(1)
    assert watch.written == set()


def test_nothing_else_is_written() -> None:
    other = torch.ones(2)
    with pytest.raises(UnsupportedError, match=r"writes memory that it was not given: aten.add_.Tensor of a \(2,\)"):
        recorded(other.add_, torch.ones(2))
    assert other.tolist() == [1, 1]


def test_gradients_are_taken_off_again() -> None:
    weight = torch.ones(2, requires_grad=True)
    with pytest.raises(UnsupportedError, match="leaves gradients on tensors that it was not given"):
        recorded(lambda x: (x * weight).sum().backward(), torch.ones(2))
    assert weight.grad is None


def test_storages_live_as_long_as_something_needs_them() -> None:
    program = recorded(lambda x: x.neg().t().exp(), torch.ones(2, 3))
    made = [program.facts[step.gave.number].storage for step in program.steps]
    assert made[0] == made[1]
    last = program.last_uses()
    assert [last[storage] for storage in made] == [2, 2, 3]


def test_tensors_without_memory() -> None:
    sparse = torch.eye(2).to_sparse()
    assert storage_of(sparse) == 0
    assert facts_of(sparse, 4).storage == -5


def test_numbers_in_the_place_of_tensors() -> None:
    x = torch.ones(1)
    assert refs(([Ref(3), 1], {"a": Ref(0)})) == (3, 0)
    assert filled(([Ref(3), 1],), {3: x}) == ([x, 1],)
    assert tensors_in({"a": [x, 1]}) == [x]
    assert written(torch.ops.aten.add.Tensor, (x, x), {}) == []
    assert written(torch.ops.aten.add.out, (x, x), {"out": x}) == [x]
    assert written(len, (x,), {}) == []
