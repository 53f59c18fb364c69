"""One deep graph: what is held, and what is let go."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tensorlab.autograd.stress.child import Trial, prepared, released, tried
from tensorlab.autograd.stress.record import PATTERNS, StressCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.autograd.stress.record import Pattern


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_pattern_lets_go_of_everything(pattern: Pattern) -> None:
    trial, case = Trial(), StressCase(length=3000, pattern=pattern)
    gc.disable()
    graph = prepared(trial, case)
    assert len(graph) == (6001 if pattern == "extended" else 3001)
    assert bool(trial.alive) == (pattern != "temporary")
    assert released(trial, case) == ""
    assert trial.alive == 0


def test_a_node_that_stays_is_told() -> None:
    trial, case = Trial(), StressCase(length=100)
    prepared(trial, case)
    other = trial.held[0]
    assert "freed no node" in released(trial, case)
    assert other.grad_fn is not None


def test_what_is_not_freed_is_held() -> None:
    assert tried(StressCase(length=50, free=False))["freed"] == "held"
    assert tried(StressCase(length=50))["freed"] == "ok"
