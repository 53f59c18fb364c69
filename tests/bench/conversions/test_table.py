from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.conversions import table as module
from tensorlab.bench.conversions.record import Conversion, Conversions
from tensorlab.bench.conversions.table import CHILD, table
from tensorlab.codec import encode
from tensorlab.errors import UnavailableError
from tensorlab.process.record import Failed, Told

if TYPE_CHECKING:
    from collections.abc import Mapping

FOUND = Conversions((("torch", "2.13.0"),), (Conversion(source="list", call="np.array", outcome="copies"),))


def test_the_answer_of_the_child_is_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def ask(name: str, *, timeout: float) -> Told:
        asked.append((name, timeout))
        facts = encode(FOUND)
        assert isinstance(facts, dict)
        told: Mapping[str, object] = facts
        return Told(told)

    monkeypatch.setattr(module, "ask", ask)
    assert table(7.0) == FOUND
    assert asked == [(CHILD, 7.0)]


def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ask", lambda *_, **__: Failed("no answer within 60 s"))
    with pytest.raises(UnavailableError, match="the conversions were not measured: no answer within 60 s"):
        table(60)
