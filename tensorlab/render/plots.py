"""Where the parts of a plot stand: ticks, and points brought together where there are more than places."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.scene.record import Plot, Point

_NICE = (1, 2, 5, 10)
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places: 0 is the first, 1 the last."""

    low: float
    high: float
    log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands.

        >>> Scale(0, 4).at(1), Scale(1, 100, log=True).at(10)
        (0.25, 0.5)
        """
        if self.log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Values with their words, as many as asked for at most, and two at least.

        >>> [word for _, word in Scale(0, 17).ticks(5)], [word for _, word in Scale(1e-9, 1, log=True).ticks(5)]
        (['0', '5', '10', '15'], ['1e-8', '1e-6', '1e-4', '1e-2', '1'])
        """
        if not self.log:
            step = _step(self.high - self.low, most)
            first = ceil(self.low / step - _SLACK)
            values = [n * step for n in range(first, floor(self.high / step + _SLACK) + 1)]
            return [(value, f"{value:,.6g}") for value in values]
        low, high = round(log10(self.low)), round(log10(self.high))
        step = next(n for n in (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 400) if (high - low) // n + 1 <= max(most, 2))
        return [(10.0**power, power_of_ten(power)) for power in range(low, high + 1) if power % step == 0]


def power_of_ten(power: int) -> str:
    """A tick of a logarithmic axis, in short.

    >>> [power_of_ten(power) for power in (-12, -1, 0, 2, 5)]
    ['1e-12', '0.1', '1', '100', '1e5']
    """
    return f"{10.0**power:g}" if -2 < power < 4 else f"1e{power}"


def scales(plot: Plot) -> tuple[Scale, Scale]:
    """Of the places and of the values: what the points need, whole decades on a logarithmic axis.

    >>> from tensorlab.scene.record import Plot
    >>> along, up = scales(Plot("step", "norm", (("all", ((0, 0.5, 0.02, 3), (8, 0.5, 0.5, 0.5))),), log=True))
    >>> (along.low, along.high), (up.low, up.high)
    ((0, 8), (0.01, 10.0))
    """
    points = [point for _, series in plot.series for point in series]
    places = [point[0] for point in points] + [place for place, _, _ in plot.marks]
    lows = [point[2] for point in points] + [at for _, at, _ in plot.marks if at is not None]
    highs = [point[3] for point in points] + [at for _, at, _ in plot.marks if at is not None]
    places += [place for place, _, _ in plot.words]
    lows, highs = lows + [at for _, at, _ in plot.words], highs + [at for _, at, _ in plot.words]
    first, last = min(places, default=0), max(places, default=1)
    along = _decades(places) if plot.log_x else Scale(first, last if last > first else first + 1)
    if not plot.log:
        low, high = min([0.0, *lows]), max(highs, default=1.0)
        return along, Scale(low, high if high > low else low + 1)
    return along, _decades([*lows, *highs])


def _decades(values: list[float]) -> Scale:
    """Whole decades that hold the values."""
    bottom = max(floor(log10(min(values, default=0.1)) + _SLACK), -300)
    top = ceil(log10(max(values, default=1.0)) - _SLACK)
    return Scale(10.0**bottom, 10.0 ** max(top, bottom + 1), log=True)


def binned(points: Iterable[Point], along: Scale, places: int) -> list[Point]:
    """The points where there are no more than so many places; else one a place: a median, and all that was there.

    >>> binned([(n, n, n, n) for n in range(100)], Scale(0, 99), 2)
    [(0, 24.5, 0, 49), (50, 74.5, 50, 99)]
    """
    every = sorted(points)
    if len(every) <= places:
        return every
    bins: dict[int, list[Point]] = {}
    for point in every:
        bins.setdefault(min(int(along.at(point[0]) * places), places - 1), []).append(point)
    return [
        (held[0][0], median(p[1] for p in held), min(p[2] for p in held), max(p[3] for p in held))
        for held in bins.values()
    ]


def _step(length: float, most: int) -> float:
    """Between ticks: 1, 2 or 5 times a power of ten."""
    raw = length / max(most - 1, 1)
    power = 10.0 ** floor(log10(raw))
    return next(nice * power for nice in _NICE if nice * power >= raw * (1 - _SLACK))
