"""What follows from a run beside its time: rates, and how it stands beside NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.record import Case, Run

BASE = "numpy"
"""The library that the others are compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a row of the table says."""

    run: Run
    time: Quantity
    """Median seconds a call, with the spread beside it."""
    spread: float
    """Half the distance between the quartiles, relative to the median."""
    bandwidth: Quantity | None
    """Bytes of operands and result, over the median; None where that is 0."""
    rate: Quantity | None
    """Floating-point operations a second; None where nothing is computed, or the median is 0."""
    speedup: float | None
    """NumPy's median over this one, so above 1 is faster than NumPy; None where NumPy was not measured, or
    one of the two is 0."""
    base: str
    """The dtype of the NumPy run that it is compared with; "" where there is none."""


def figures(runs: Iterable[Run]) -> tuple[Figures, ...]:
    """Each run with its rates and its standing beside NumPy's run of the same workload, size, threads and dtype.

    Where NumPy was measured in other dtypes only (a list computes in float64 whatever was asked for), the first of
    them is compared with, and ``base`` says which.
    """
    rows = tuple(runs)
    return tuple(_figures(run, _base(run.case, rows)) for run in rows)


def seconds_a_call(run: Run) -> tuple[float, ...]:
    """Every block, as seconds a call."""
    return tuple(block / run.loops for block in run.wall)


def _base(case: Case, runs: tuple[Run, ...]) -> Run | None:
    place = (case.workload, case.size, case.threads)
    found = [
        run
        for run in runs
        if run.case.backend == BASE and (run.case.workload, run.case.size, run.case.threads) == place
    ]
    same = [run for run in found if run.case.dtype == case.dtype]
    return next(iter(same + found), None)


def _figures(run: Run, base: Run | None) -> Figures:
    time = summary(seconds_a_call(run))
    case, seconds = run.case, time.median
    beside = summary(seconds_a_call(base)).median if base else 0.0
    return Figures(
        run=run,
        time=Quantity(time.median, "s"),
        spread=time.spread,
        bandwidth=Quantity((case.reads + case.writes) / seconds, "B/s") if seconds else None,
        rate=Quantity(case.flops / seconds, "FLOP/s") if case.flops and seconds else None,
        speedup=beside / seconds if beside and seconds else None,
        base=base.case.dtype if base else "",
    )
