"""Each two that change places at some size, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tensorlab.bench.chasing.record import UNITS, ChaseRun
from tensorlab.bench.chasing.record import WORDS as CONTAINERS
from tensorlab.bench.crossing.record import WORDS as TRANSFERS
from tensorlab.page.report.crossing import rounded
from tensorlab.page.report.words import Entry, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.crossing.record import Crossings
    from tensorlab.page.report.crossing import Crossing

HEAD = ("work", "faster up to there", "faster from there on", "size ", "counted in", "interval ", "how")
ENDS = "the largest size at which the first is faster for certain, and the smallest at which the second is"
Ends: TypeAlias = tuple[int | None, int | None]


def overtakings(crossed: Iterable[Crossing], beside: Iterable[ChaseRun | Crossings]) -> str:
    """A table with what the run's sizes show, and what was searched for; "" where nothing changes places.

    >>> overtakings([], [])
    ''
    """
    lines = [_between(one) for one in crossed]
    for found in beside:
        lines += _of_containers(found) if isinstance(found, ChaseRun) else _of_devices(found)
    return table(HEAD, lines) if lines else ""


def _between(one: Crossing) -> tuple[Entry, ...]:
    size = Entry(f"about {rounded(one.size):,}", one.size)
    return _line((one.workload, one.first, one.second), size, one.unit, (one.low, one.high), "between sizes of the run")


def _of_containers(found: ChaseRun) -> list[tuple[Entry, ...]]:
    return [
        _line(
            (one.operation, CONTAINERS[one.first], CONTAINERS[one.second]),
            Entry(f"{one.size:,}", one.size),
            UNITS[one.operation],
            (one.low, one.high),
            "searched: bench chase",
        )
        for one in found.overtakings
        if one.size is not None
    ]


def _of_devices(found: Crossings) -> list[tuple[Entry, ...]]:
    how = "projected: no device" if found.projected else "measured: bench crossover"
    return [
        _line(
            (f"{one.workload} {one.dtype}", "cpu", f"{one.device} {TRANSFERS[one.transfer]}"),
            Entry("nowhere", kind="dim n") if one.size is None else Entry(f"{one.size:,}", one.size),
            one.unit,
            (one.low, one.high),
            how,
        )
        for one in found.crossings
    ]


def _line(names: tuple[str, str, str], size: Entry, unit: str, ends: Ends, how: str) -> tuple[Entry, ...]:
    told = " to ".join("?" if end is None else f"{end:,}" for end in ends)
    return (*map(Entry, names), size, Entry(unit), Entry(told, size.order, ENDS), Entry(how, kind="dim"))
