"""Two sets of runs side by side: pairs of blocks where they ran in turns, otherwise medians a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.bench.pairing.record import Verdict
    from tensorlab.bench.record import Run

DRAWS = 1_000
SMALL = 0.05
"""A difference under it may come from where buffers happen to lie, or from the moment: few makes of them show nothing."""
MAKES = 3
"""So many processes, or makes of the buffers in turns, show something."""
T_95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 10: 2.23}
"""Student's t for an interval of 95%, by degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How long one takes beside another: the ratio of their seconds a call, with its interval of 95%."""

    value: float
    """Below 1 is faster."""
    low: float
    high: float
    paired: bool
    """Whether blocks that ran in turns were compared, pair by pair; otherwise the interval is wider."""
    pairs: int
    """Of blocks, or of processes where they did not run in turns."""
    makes: int
    """In how many processes, or makes of the buffers, it was seen."""

    @property
    def verdict(self) -> Verdict:
        """What may be claimed: the interval excludes 1, and a difference under 5% was seen in three makes or more."""
        if self.low <= 1 <= self.high or (abs(self.value - 1) < SMALL and self.makes < MAKES):
            return "can't tell"
        return "faster" if self.high < 1 else "slower"


def standing_beside(own: list[Run], base: list[Run]) -> Standing | None:
    """The runs of one case beside those of another; None where a clock cannot tell one of them from nothing.

    Args:
        own: One for each process.
        base: What it is compared with, likewise.
    """
    if {run.case for run in own} == {run.case for run in base} and own == base:
        return Standing(value=1.0, low=1.0, high=1.0, paired=True, pairs=len(own[0].wall), makes=len(own))
    try:
        pairs = [_pairs(one, other) for one in own for other in base if one.together and one.together == other.together]
        pairs = [groups for groups in pairs if groups]
        return _paired(pairs) if pairs else _unpaired(own, base)
    except LayoutError:
        return None


def _pairs(one: Run, other: Run) -> list[NDArray[np.float64]]:
    """Logarithms of the ratios of pairs, a list for each repeat."""
    there = dict(zip(other.round, _logs(other), strict=False))
    found: dict[int, list[float]] = {}
    for number, again, log in zip(one.round, one.repeat, _logs(one), strict=False):
        if number in there and np.isfinite(log - there[number]):
            found.setdefault(again, []).append(float(log - there[number]))
    return [np.array(logs) for logs in found.values()]


def _logs(run: Run) -> NDArray[np.float64]:
    seconds = np.array(run.cpu if run.clock == "cpu" else run.wall) / run.loops
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(seconds), np.float64)


def _paired(pairs: list[list[NDArray[np.float64]]]) -> Standing:
    """Several processes are drawn as wholes; of one, the repeats."""
    groups = [np.concatenate(groups) for groups in pairs] if len(pairs) >= MAKES else [g for gs in pairs for g in gs]
    whole = np.concatenate(groups)
    low, high = bootstrapped(groups)
    return _standing(float(np.median(whole)), (low, high), paired=True, pairs=len(whole), makes=len(groups))


def bootstrapped(groups: list[NDArray[np.float64]]) -> tuple[float, float]:
    """The interval of 95% of the median: groups are drawn, then values of each."""
    random = np.random.default_rng(0)
    medians = np.empty(DRAWS)
    for draw in range(DRAWS):
        chosen = random.integers(len(groups), size=len(groups))
        medians[draw] = np.median(np.concatenate([random.choice(groups[one], len(groups[one])) for one in chosen]))
    low, high = np.quantile(medians, [0.025, 0.975])
    return float(low), float(high)


def _unpaired(own: list[Run], base: list[Run]) -> Standing:
    """Medians of the processes; with fewer than three on a side, 5% more either way: what two moments differ by."""
    one, other = process_medians(own), process_medians(base)
    middle, makes = float(np.median(one) - np.median(other)), min(len(one), len(other))
    if makes >= MAKES:
        half = T_95.get(makes - 1, 2.1) * float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    else:
        spreads = [within(runs) for runs in (own, base)]
        half = float(np.hypot(*spreads)) + float(np.log1p(SMALL))
    return _standing(middle, (middle - half, middle + half), paired=False, pairs=makes, makes=makes)


def process_medians(runs: list[Run]) -> NDArray[np.float64]:
    """The logarithm of each run's median.

    Raises:
        LayoutError: One is 0.
    """
    medians = np.array([np.median(_logs(run)) for run in runs])
    if not np.isfinite(medians).all():
        raise LayoutError("a median of 0 s has no ratio")
    return medians


def within(runs: list[Run]) -> float:
    """Half the interval of the median within a process, in logarithms: repeats are drawn, then blocks."""
    widths = []
    for run in runs:
        logs = _logs(run)
        repeats = np.array(run.repeat or (0,) * len(logs))
        low, high = bootstrapped([logs[repeats == again] for again in np.unique(repeats)])
        widths.append((high - low) / 2)
    return float(np.max(widths))


def _standing(middle: float, ends: tuple[float, float], *, paired: bool, pairs: int, makes: int) -> Standing:
    low, high = (float(np.exp(end)) for end in ends)
    return Standing(value=float(np.exp(middle)), low=low, high=high, paired=paired, pairs=pairs, makes=makes)
