"""The median with its interval."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from tensorlab.bench.crossing.record import Aspect

if TYPE_CHECKING:
    from collections.abc import Sequence


def middle(seconds: Sequence[float]) -> Aspect:
    """The median, and the order statistics between which it lies in 95% of cases.

    >>> middle([5.0, 1.0, 2.0, 4.0, 3.0])
    Aspect(seconds=3.0, low=1.0, high=5.0)
    """
    ordered = sorted(seconds)
    count = len(ordered)
    away = 0.98 * sqrt(count)
    low = max(0, int(count / 2 - away))
    high = min(count - 1, int(count / 2 + away))
    half = count // 2
    found = ordered[half] if count % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Aspect(seconds=found, low=ordered[low], high=ordered[high])
