from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.teams import CREW, TRANSFER

from tensorlab.distributed import worker
from tensorlab.distributed.journal import rows, states
from tensorlab.distributed.record import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_the_first_rank_keeps_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(plan: Plan, note: Any) -> Iterator[tuple[int, Any]]:
        note(f"{plan.side}")
        yield 0, CREW
        yield 0, TRANSFER

    monkeypatch.setattr(worker, "measured", measured)
    worker.work(tmp_path, Plan(side=7), 0)
    assert rows(tmp_path) == [CREW, TRANSFER]
    assert (states(tmp_path, 1)[0].steps, states(tmp_path, 1)[0].step) == (2, "7")


def test_another_rank_keeps_none_and_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(plan: Plan, note: Any) -> Iterator[tuple[int, Any]]:
        del plan, note
        yield 1, CREW
        raise MemoryError("too much")

    monkeypatch.setattr(worker, "measured", measured)
    with pytest.raises(MemoryError, match="too much"):
        worker.work(tmp_path, Plan(), 1)
    assert rows(tmp_path) == []
    assert states(tmp_path, 2)[1].error == "MemoryError: too much"
