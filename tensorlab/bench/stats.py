"""Few numbers from many: median and quartiles. The raw values are kept beside them."""

from __future__ import annotations

from math import isfinite
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import LayoutError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Summary(NamedTuple):
    """The middle of some values, and where the middle half of them lies."""

    median: float
    low: float
    """First quartile."""
    high: float
    """Third quartile."""

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, relative to the median."""
        return (self.high - self.low) / 2 / self.median if self.median else 0.0


def require_seconds(values: Sequence[float], what: str) -> None:
    """Refuse what no clock can have said.

    Raises:
        LayoutError: There is none of them, or one is negative or not finite.

    >>> require_seconds((0.0, 1.5), "wall")
    >>> require_seconds((0.5, -1.0), "wall")
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: wall is one or more finite numbers of seconds, none below 0; got -1.0
    """
    told = f"{what} is one or more finite numbers of seconds, none below 0"
    if not values:
        raise LayoutError(f"{told}; got none")
    for value in values:
        if not (isfinite(value) and value >= 0):
            raise LayoutError(f"{told}; got {value!r}")


def summary(values: Sequence[float]) -> Summary:
    """Median and quartiles, by linear interpolation between the values.

    Raises:
        ValueError: There is no value.

    >>> summary([4.0, 1.0, 2.0, 3.0])
    Summary(median=2.5, low=1.75, high=3.25)
    >>> summary([4.0, 1.0, 2.0, 3.0]).spread, summary([7.0]).spread
    (0.3, 0.0)
    """
    if not values:
        raise ValueError("got no value; a median needs one or more")
    if len(values) == 1:
        return Summary(values[0], values[0], values[0])
    low, _, high = quantiles(values, n=4, method="inclusive")
    return Summary(median(values), low, high)


def tenth(values: Sequence[float]) -> float:
    """The 10th percentile, by linear interpolation: what is reached when little disturbs.

    Raises:
        ValueError: There is no value.

    >>> tenth([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]), tenth([7.0])
    (2.0, 7.0)
    """
    if not values:
        raise ValueError("got no value; a percentile needs one or more")
    return values[0] if len(values) == 1 else quantiles(values, n=10, method="inclusive")[0]
