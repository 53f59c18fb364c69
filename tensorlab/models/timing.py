"""What follows from the seconds of layers. Imports neither torch nor NumPy."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.models.record import LayerTimes


def spread(wall: tuple[float, ...]) -> float:
    """Half the distance between the quartiles, as a fraction of the median; 0 for a single value.

    >>> spread((1.0, 2.0, 3.0)), spread((5.0,))
    (0.25, 0.0)
    """
    if len(wall) < 2 or median(wall) == 0:
        return 0.0
    low, _, high = quantiles(wall, n=4, method="inclusive")
    return (high - low) / 2 / median(wall)


def rounds_summed(times: LayerTimes) -> tuple[float, ...]:
    """Seconds of all layers together, one sum a round."""
    return tuple(map(sum, zip(*(layer.wall for layer in times.layers), strict=True)))


def shares(times: LayerTimes) -> tuple[float, ...]:
    """Each layer's median as a fraction of the sum of the medians."""
    medians = [median(layer.wall) for layer in times.layers]
    total = sum(medians)
    return tuple(value / total if total else 0.0 for value in medians)


def images_per_second(times: LayerTimes) -> float:
    """Images that whole forward passes finish in a second, by their median."""
    seconds = median(times.whole)
    return times.batch / seconds if seconds else float("inf")
