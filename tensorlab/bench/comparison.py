"""What follows from a run beside its time: rates, and how it stands beside NumPy."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.record import Figures, Run
from tensorlab.bench.stats import summary, tenth
from tensorlab.bench.together import standing_beside
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.record import Case, Skipped

BASE = "numpy"
"""The library that the others are compared with."""


def figures(runs: Iterable[Run]) -> tuple[Figures, ...]:
    """Each case with its rates and its standing beside NumPy's run of the same workload, size, threads and dtype.

    Where NumPy was measured in other dtypes only (a list computes in float64 whatever was asked for), the first of
    them is compared with, and ``base`` says which. Runs of one case in several processes are one row.
    """
    cases: dict[Case, list[Run]] = {}
    for run in runs:
        cases.setdefault(run.case, []).append(run)
    bases: dict[tuple[str, int, int], list[Case]] = {}
    for case in cases:
        if case.backend == BASE:
            bases.setdefault(_place(case), []).append(case)
    near = {case: _base(case, bases.get(_place(case), [])) for case in cases}
    return tuple(_figures(own, [] if (base := near[case]) is None else cases[base]) for case, own in cases.items())


def _place(case: Case) -> tuple[str, int, int]:
    return case.workload, case.size, case.threads


def told_rows(rows: Iterable[Run | Skipped]) -> tuple[Figures | Skipped, ...]:
    """The rows as a table says them, in their order: each case that was measured with its figures, once."""
    rows = tuple(rows)
    measured = {found.run.case: found for found in figures(row for row in rows if isinstance(row, Run))}
    told: dict[tuple[str, Case], Figures | Skipped] = {}
    for row in rows:
        if isinstance(row, Run):
            told.setdefault(("run", row.case), measured[row.case])
        else:
            told.setdefault(("skipped", row.case), row)
    return tuple(told.values())


def seconds_a_call(run: Run) -> tuple[float, ...]:
    """Every block, as seconds a call, by the clock that the run's figures are of."""
    return tuple(block / run.loops for block in (run.cpu if run.clock == "cpu" else run.wall))


def _base(case: Case, found: list[Case]) -> Case | None:
    """The nearest case of NumPy: the same but for the library, then in its usual allocation and cache, then dtype."""
    same = replace(case, backend=BASE)
    return max(found, key=lambda one: _likeness(one, same), default=None)


def _likeness(one: Case, other: Case) -> tuple[bool, bool, bool]:
    return one.dtype == other.dtype, one.cache == other.cache, one.allocates


def _figures(own: list[Run], base: list[Run]) -> Figures:
    run = own[0]
    blocks = [seconds for one in own for seconds in seconds_a_call(one)]
    time = summary(blocks)
    case, seconds = run.case, time.median
    return Figures(
        run=run,
        time=Quantity(seconds, "s"),
        least=Quantity(tenth(blocks), "s"),
        spread=time.spread,
        bandwidth=Quantity((case.reads + case.writes) / seconds, "B/s") if seconds else None,
        rate=Quantity(case.flops / seconds, "FLOP/s") if case.flops and seconds else None,
        standing=standing_beside(own, base) if base else None,
        base=base[0].case.dtype if base else "",
        ceiling=run.ceiling,
        part=run.part * median(seconds_a_call(run)) / seconds if seconds else 0.0,
    )
