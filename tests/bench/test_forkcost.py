from __future__ import annotations

from typing import Any

import pytest

from tensorlab.bench import forkcost
from tensorlab.bench.forkcost import fork_costs
from tensorlab.memory.record import ForkCost
from tensorlab.process.record import Failed, Told


def test_a_list_costs_its_boxes_and_an_array_next_to_nothing() -> None:
    costs = {cost.label: cost for cost in fork_costs(["list", "array.array('q')", "numpy int64"], 500_000, "int")}
    if costs["list"].reason:
        pytest.skip(costs["list"].reason)
    grown = {label: cost.grown or 0 for label, cost in costs.items()}
    assert 14_000_000 < grown["list"] < 20_000_000
    assert max(grown["array.array('q')"], grown["numpy int64"]) < 2_000_000


def test_what_the_reader_says_is_a_row_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def ask(*words: str, timeout: float) -> Told:
        asked.append((words, timeout))
        return Told({"list": 5, "mmap": "none is made"})

    monkeypatch.setattr(forkcost, "ask", ask)
    assert fork_costs(["list", "mmap"], 3, "int") == (ForkCost("list", 5), ForkCost("mmap", None, "none is made"))
    assert asked == [((forkcost.READER, "3", "int", "list", "mmap"), forkcost.TIMEOUT)]


def test_a_reader_that_fails_is_a_reason_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forkcost, "ask", lambda *_, **__: Failed("no answer within 120 s"))
    assert fork_costs(["list"], 3, "int") == (ForkCost("list", None, "no answer within 120 s"),)
