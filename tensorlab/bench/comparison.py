"""What follows from a run beside its time: rates, and how it stands beside NumPy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary, tenth
from tensorlab.bench.together import Standing, standing_beside
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
    """The first, where several processes measured the case."""
    time: Quantity
    """Median seconds a call, over the blocks of all processes."""
    least: Quantity
    """The 10th percentile beside it: what the machine does when little disturbs it."""
    spread: float
    """Half the distance between the quartiles, relative to the median."""
    bandwidth: Quantity | None
    """Bytes of operands and result, over the median; None where that is 0."""
    rate: Quantity | None
    """Floating-point operations a second; None where nothing is computed, or the median is 0."""
    standing: Standing | None
    """Its time over NumPy's, with the interval; None where NumPy was not measured, or one of the two is 0."""
    base: str
    """The dtype of the NumPy run that it is compared with; "" where there is none."""

    @property
    def speedup(self) -> float | None:
        """NumPy's time over this one, so above 1 is faster than NumPy."""
        return 1 / self.standing.value if self.standing else None


def figures(runs: Iterable[Run]) -> tuple[Figures, ...]:
    """Each case with its rates and its standing beside NumPy's run of the same workload, size, threads and dtype.

    Where NumPy was measured in other dtypes only (a list computes in float64 whatever was asked for), the first of
    them is compared with, and ``base`` says which. Runs of one case in several processes are one row.
    """
    cases: dict[Case, list[Run]] = {}
    for run in runs:
        cases.setdefault(run.case, []).append(run)
    return tuple(_figures(own, cases.get(_base(case, tuple(cases)))) for case, own in cases.items())


def seconds_a_call(run: Run) -> tuple[float, ...]:
    """Every block, as seconds a call, by the clock that the run's figures are of."""
    return tuple(block / run.loops for block in (run.cpu if run.clock == "cpu" else run.wall))


def _base(case: Case, cases: tuple[Case, ...]) -> Case | None:
    """The nearest case of NumPy: the same but for the library, then in its usual allocation and cache, then dtype."""
    place = (case.workload, case.size, case.threads)
    found = [one for one in cases if one.backend == BASE and (one.workload, one.size, one.threads) == place]
    same = replace(case, backend=BASE)
    return max(found, key=lambda one: _likeness(one, same), default=None)


def _likeness(one: Case, other: Case) -> tuple[bool, bool, bool]:
    return one.dtype == other.dtype, one.cache == other.cache, one.allocates


def _figures(own: list[Run], base: list[Run] | None) -> Figures:
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
    )
