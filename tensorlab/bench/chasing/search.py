"""The size at which one contender overtakes another: a few sizes far apart, then halves in equal factors."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.chasing.record import Trial

FACTOR = 4
"""From one size of the first look to the next."""
NEAR = 1.1
"""Sizes that are not told apart any further."""


class Found(NamedTuple):
    """Where the second contender overtakes the first."""

    size: int | None
    low: int | None
    high: int | None
    trials: tuple[Trial, ...]


def search(trial: Callable[[int], Trial], least: int, most: int) -> Found:
    """Look at sizes from the least on until the second is faster twice in a row, then halve the last step.

    The interval goes from the largest size at which the first is faster for certain (the interval of the ratio lies
    above 1) to the smallest beyond it from which on the second is. Where the two change places several times, the first
    change that holds at the next size too is told.

    Args:
        trial: Both side by side at a size: seconds of the second over seconds of the first.
        least: Smallest size.
        most: Largest size.

    >>> from tensorlab.bench.chasing.record import Trial
    >>> def fake(size):  # 100 and half an element's time, against 1 an element
    ...     ratio = (100 + size / 2) / size
    ...     return Trial(size=size, ratio=ratio, low=ratio * 0.9, high=ratio * 1.1)
    >>> search(fake, 1, 100_000)[:3]
    (215, 128, 256)
    """
    tried: dict[int, Trial] = {}

    def faster(size: int) -> bool:
        tried[size] = tried.get(size) or trial(size)
        return tried[size].ratio < 1

    below, above = _scanned(faster, least, most)
    if above is None:
        return Found(None, None, None, _in_order(tried))
    while below is not None and above - below > 1 and above / below > NEAR:
        middle = min(max(isqrt(below * above), below + 1), above - 1)
        below, above = (below, middle) if faster(middle) else (middle, above)
    ordered = _in_order(tried)
    surely_first = [one.size for one in ordered if one.size < above and one.low > 1]
    low = max(surely_first, default=min(least, above))
    high = None
    for one in reversed(ordered):
        if one.size < above or one.high >= 1:
            break
        high = one.size
    return Found(above, low, high, ordered)


def _scanned(faster: Callable[[int], bool], least: int, most: int) -> tuple[int | None, int | None]:
    """The last size at which the first is faster, and the next one: at it, and at one more, the second is."""
    below: int | None = None
    above: int | None = None
    size = least
    while size <= most:
        if not faster(size):
            below, above = size, None
        elif above is not None:
            return below, above
        else:
            above = size
        if size == most:
            break
        size = min(size * FACTOR, most)
    return below, above


def _in_order(tried: dict[int, Trial]) -> tuple[Trial, ...]:
    return tuple(tried[size] for size in sorted(tried))
