"""What follows from the seconds of layers. Imports neither torch nor NumPy."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.models.record import LayerTimes


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
