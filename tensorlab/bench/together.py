"""Two sets of runs side by side: pairs of blocks where they ran in turns, otherwise medians a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tensorlab.bench.pairing.ratios import interval
from tensorlab.bench.record import MAKES, SMALL, Standing
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.bench.record import Run

T_95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 10: 2.23}
"""Student's t for an interval of 95%, by degrees of freedom."""


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


def inside(one: Run, other: Run) -> Standing | None:
    """One run beside another by what the blocks of each differ among themselves; nothing is added for the moment.

    Alone it says little: two moments of one machine differ by more. Several of them, in other processes, do.
    """
    try:
        pairs = _pairs(one, other) if one.together and one.together == other.together else []
        if pairs:
            return _paired([pairs])
        (own,), (base,) = process_medians([one]), process_medians([other])
        half = float(np.hypot(within([one]), within([other])))
    except LayoutError:
        return None
    return _standing(own - base, (own - base - half, own - base + half), paired=False, pairs=1, makes=1)


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
    ends = _interval(groups)
    return _standing(float(np.median(whole)), ends, paired=True, pairs=len(whole), makes=len(groups))


def _interval(groups: list[NDArray[np.float64]]) -> tuple[float, float]:
    """Of the median: groups are drawn, then runs of neighbours in each."""
    owners = np.repeat(np.arange(len(groups)), [len(one) for one in groups])
    return interval(np.concatenate(groups), owners, np.random.default_rng(0))


def _unpaired(own: list[Run], base: list[Run]) -> Standing:
    """Medians of the processes; with fewer than three on a side, 5% more either way: what two moments differ by."""
    one, other = process_medians(own), process_medians(base)
    middle, makes = float(np.median(one) - np.median(other)), min(len(one), len(other))
    if makes >= MAKES:
        half = T_95.get(makes - 1, 2.1) * float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    else:
        half = float(np.hypot(within(own), within(base))) + float(np.log1p(SMALL))
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
        low, high = _interval([logs[repeats == again] for again in np.unique(repeats)])
        widths.append((high - low) / 2)
    return float(np.max(widths))


def _standing(middle: float, ends: tuple[float, float], *, paired: bool, pairs: int, makes: int) -> Standing:
    low, high = (float(np.exp(end)) for end in ends)
    return Standing(value=float(np.exp(middle)), low=low, high=high, paired=paired, pairs=pairs, makes=makes)
