from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tensorlab.api import stride_costs as home
from tensorlab.bench.pairing.counters import Reading
from tensorlab.bench.striding import measuring
from tensorlab.bench.striding.measuring import Extent, strides
from tensorlab.bench.striding.record import StrideRun

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tensorlab.progress import Progress

TICKS = count()


def fake_read() -> Reading:
    now = next(TICKS) / 1000
    return Reading(now, now, now, 0, 0)


def test_the_record_is_drawn_and_full_asks_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Extent] = []

    def small(extent: Extent, watch: Callable[[Progress], None] | None) -> StrideRun:
        asked.append(extent)
        return strides(Extent(2**22, 1), watch, fake_read)

    monkeypatch.setattr(measuring, "strides", small)
    figure = home.stride_costs()
    home.stride_costs(full=True)
    assert asked == [measuring.QUICK, measuring.FULL]
    run = figure.data
    assert isinstance(run, StrideRun)
    patterns = [row.pattern for row in run.rows if row.stride is None and row.library == "numpy"]
    assert {*patterns} == {"row", "column", "transposed", "expanded", "channels_last", "unaligned", "gather"}
    assert [row.stride for row in run.rows if row.stride][:13] == [2**power for power in range(13)]
    assert "row, column: a square matrix" in figure.text()
