"""From pairs of blocks to one ratio, how sure it is, and what may be claimed."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.bench.pairing.record import Ratio
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.bench.pairing.record import Blocks, ClockName, Verdict

DRAWS = 2_000
SURE = 0.95
SMALL = 0.05
"""A difference under it may come from where the buffers happen to lie: one make of them shows nothing."""
MAKES = 3
"""So many show something."""


def ratios(blocks: tuple[Blocks, ...], clock: ClockName, seed: int) -> tuple[Ratio, ...]:
    """Of each contender to the first, and of each other two."""
    return tuple(ratio(other, one, clock, seed) for one, other in combinations(blocks, 2))


def ratio(of: Blocks, to: Blocks, clock: ClockName, seed: int) -> Ratio:
    """Median of the logarithms of the ratios of pairs, and a bootstrap interval of it: repeats are drawn, then pairs.

    Raises:
        LayoutError: They have no round in common.
    """
    logs, repeats = _pairs(of, to, clock)
    middle = float(np.median(logs))
    low, high = _interval(logs, repeats, np.random.default_rng(seed))
    return Ratio(
        of=of.name,
        to=to.name,
        value=float(np.exp(middle)),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
        pairs=len(logs),
        verdict=_verdict(middle, low, high, len(set(repeats.tolist()))),
    )


def _pairs(of: Blocks, to: Blocks, clock: ClockName) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    there = dict(zip(to.round, to.seconds(clock), strict=True))
    found = [
        (seconds / there[number], again)
        for number, again, seconds in zip(of.round, of.repeat, of.seconds(clock), strict=True)
        if there.get(number) and seconds
    ]
    if not found:
        raise LayoutError(
            f"{of.name} and {to.name} have no pair of blocks that the {clock} clock can tell from nothing"
        )
    values, repeats = zip(*found, strict=True)
    return np.log(np.array(values)), np.array(repeats)


def _interval(
    logs: NDArray[np.float64], repeats: NDArray[np.int64], random: np.random.Generator
) -> tuple[float, float]:
    groups = [logs[repeats == again] for again in np.unique(repeats)]
    medians = np.empty(DRAWS)
    for draw in range(DRAWS):
        chosen = random.integers(len(groups), size=len(groups))
        medians[draw] = np.median(np.concatenate([random.choice(groups[one], len(groups[one])) for one in chosen]))
    rest = (1 - SURE) / 2
    low, high = np.quantile(medians, [rest, 1 - rest])
    return float(low), float(high)


def _verdict(middle: float, low: float, high: float, makes: int) -> Verdict:
    if low <= 0 <= high or (abs(np.expm1(middle)) < SMALL and makes < MAKES):
        return "can't tell"
    return "faster" if high < 0 else "slower"
