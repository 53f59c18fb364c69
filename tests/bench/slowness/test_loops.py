from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.bench.slowness.loops import without_loop
from tensorlab.bench.slowness.programs import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.rewrites import Way

ROWS = torch.arange(40.0).reshape(10, 4)


def found(call: Callable[..., object], *given: torch.Tensor) -> tuple[Way | None, object]:
    watch = Watch(given)
    with watch:
        result = call(*given)
    return without_loop(watch.end(result), result), result


@pytest.mark.parametrize(
    ("call", "how"),
    [
        (lambda x: torch.stack([row * 2 for row in x]), "mul of the whole"),
        (lambda x: torch.stack([x[i].exp().neg() for i in range(10)]), "exp, neg of the whole"),
        (lambda x: [row * 2 for row in x], "mul of the whole"),
        (lambda x: sum(row * 3 for row in x), "mul of the whole, then .sum(0)"),
    ],
)
def test_rows_one_by_one(call: Callable[..., object], how: str) -> None:
    way, result = found(call, ROWS)
    assert way is not None
    assert (way.what, way.how) == ("no Python loop", f"{how}, instead of 10 turns of a Python loop")
    whole = way.make()()
    assert type(whole) is type(result)
    if isinstance(result, torch.Tensor) and isinstance(whole, torch.Tensor):
        assert whole.allclose(result)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda x: sum(float(value) for value in x), ".sum()"),
        (lambda x: max(float(value) for value in x), ".amax()"),
        (lambda x: min(value.item() for value in x), ".amin()"),
    ],
)
def test_numbers_one_by_one(call: Callable[..., object], word: str) -> None:
    way, result = found(call, torch.arange(3.0, 13.0))
    assert way is not None
    assert way.how == f"of the whole, then {word}, instead of 10 turns of a Python loop"
    assert way.make()() == result


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x * 2,
        lambda x: torch.stack([row * 2 for row in x[:7]]),
        lambda x: torch.stack([x[i] * i for i in range(10)]),
        lambda x: torch.stack([row.cumsum(0) for row in x]),
        lambda x: sum(float(value) for value in x[:, 0].clone()),
        lambda x: max(float(row.sum()) for row in x),
        lambda x: sum(float(x[i, 0]) * i for i in range(10)),
    ],
)
def test_what_is_no_loop_or_gives_something_else(call: Callable[..., object]) -> None:
    assert found(call, ROWS)[0] is None


def test_what_it_was_given_stays() -> None:
    given = ROWS.clone()
    way, _ = found(lambda x: torch.stack([row.neg() for row in x]), given)
    assert way is not None
    way.make()()
    assert given.equal(ROWS)
