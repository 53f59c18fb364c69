from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.api.pointer_costs import pointer_costs
from tensorlab.bench.chasing import measuring
from tensorlab.bench.chasing.record import ChaseRun

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tensorlab.bench.chasing.measuring import Extent
    from tensorlab.progress import Progress


def test_full_asks_for_a_longer_list_and_progress_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Extent, Callable[[Progress], None] | None]] = []
    empty = ChaseRun(machine="a machine", orders=(), speeds=(), overtakings=())

    def fake(extent: Extent, watch: Callable[[Progress], None] | None) -> ChaseRun:
        asked.append((extent, watch))
        return empty

    def watch(progress: Progress) -> None:
        del progress

    monkeypatch.setattr(measuring, "chased", fake)
    assert pointer_costs(progress=watch).data is empty
    pointer_costs(full=True)
    assert asked == [(measuring.QUICK, watch), (measuring.FULL, None)]
    assert measuring.QUICK.orders == (10_000, 100_000, 1_000_000)
    assert max(measuring.FULL.orders) == 10_000_000
