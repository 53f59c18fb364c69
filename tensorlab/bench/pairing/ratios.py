"""From pairs of blocks to one ratio, how sure it is, and what may be claimed."""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from tensorlab.bench.pairing.record import Ratio
from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.bench.pairing.record import Blocks, ClockName, Verdict

DRAWS = 1_000
SEGMENTS = 16
"""Parts of a repeat that are drawn as a whole: what disturbs the machine lasts for many blocks, so that neighbouring
pairs say less than as many independent ones."""
SURE = 0.95
SMALL = 0.05
"""A difference under it may come from where the buffers happen to lie: one make of them shows nothing."""
STUDENT = {2: 6.48, 3: 2.20, 4: 1.62, 5: 1.42, 6: 1.31, 7: 1.25, 8: 1.21, 9: 1.18, 10: 1.15}
"""97.5% point of Student's t for so many repeats, over 1.96; near 1 + 1.25 / (n - 1) beyond."""
MAKES = 3
"""So many show something."""


def ratios(blocks: tuple[Blocks, ...], clock: ClockName, seed: int) -> tuple[Ratio, ...]:
    """Of each contender to the first, and of each other two."""
    return tuple(ratio(other, one, clock, seed) for one, other in combinations(blocks, 2))


def ratio(of: Blocks, to: Blocks, clock: ClockName, seed: int) -> Ratio:
    """Median of the logarithms of the ratios of pairs, and a bootstrap interval of it.

    Repeats are drawn, then runs of neighbouring pairs: neither the place of the buffers nor what disturbs the machine
    is as new in each pair as independent draws would have it. It is widened for few repeats.

    Raises:
        LayoutError: They have no round in common.
    """
    logs, repeats = _pairs(of, to, clock)
    middle = float(np.median(logs))
    low, high = interval(logs, repeats, np.random.default_rng(seed))
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


def interval(logs: NDArray[np.float64], repeats: NDArray[np.int64], random: np.random.Generator) -> tuple[float, float]:
    """Medians of draws: of repeats, since buffers lie elsewhere in each; then of segments of the repeats drawn."""
    segments = [part for again in np.unique(repeats) for part in _segments(np.flatnonzero(repeats == again))]
    owner = np.repeat(np.arange(len(segments)), [len(part) for part in segments])
    values = logs[np.concatenate(segments)]
    order = np.argsort(values)
    owner, values = owner[order], values[order]
    counts = _draws([repeats[part[0]] for part in segments], random)
    medians = _weighted_medians(values, counts[:, owner])
    rest = (1 - SURE) / 2
    low, high = np.quantile(medians, [rest, 1 - rest])
    middle, factor = float(np.median(logs)), _widening(len(np.unique(repeats)))
    return middle + factor * min(0.0, float(low) - middle), middle + factor * max(0.0, float(high) - middle)


def _widening(makes: int) -> float:
    """What a bootstrap of few repeats is too narrow by: Student's t beside the normal, and n beside n - 1.

    >>> round(_widening(8), 2), _widening(1)
    (1.29, 1.0)
    """
    if makes == 1:
        return 1.0
    return STUDENT.get(makes, 1.0 + 1.25 / (makes - 1)) * sqrt(makes / (makes - 1))


def _segments(places: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return np.array_split(places, min(SEGMENTS, len(places)))


def _draws(owners: list[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """How often each segment is drawn, draw by draw; as many of a repeat as it has, each time the repeat is drawn."""
    _, repeat = np.unique(owners, return_inverse=True)
    sizes = np.bincount(repeat)
    starts = np.cumsum(sizes) - sizes
    chosen = random.integers(len(sizes), size=(DRAWS, len(sizes)))
    drawn = np.repeat(chosen, sizes[chosen.ravel()])
    picked = starts[drawn] + (random.random(len(drawn)) * sizes[drawn]).astype(np.int64)
    draws = np.repeat(np.arange(DRAWS), sizes[chosen].sum(axis=1))
    counts = np.bincount(draws * len(repeat) + picked, minlength=DRAWS * len(repeat))
    return counts.reshape(DRAWS, len(repeat))


def _weighted_medians(values: NDArray[np.float64], weights: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of sorted values, each so often, row by row; between the two in the middle where there are two."""
    reached = np.cumsum(weights, axis=1)
    middle = reached[:, -1:] / 2
    low, high = (reached < middle).sum(axis=1), (reached <= middle).sum(axis=1)
    return np.asarray((values[low] + values[high]) / 2, np.float64)


def _verdict(middle: float, low: float, high: float, makes: int) -> Verdict:
    if low <= 0 <= high or (abs(np.expm1(middle)) < SMALL and makes < MAKES):
        return "can't tell"
    return "faster" if high < 0 else "slower"
