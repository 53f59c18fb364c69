"""What following pointers costs: lists in two orders, and lists beside arrays and tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.chasing import chase_scene
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.progress import Progress


def pointer_costs(*, full: bool = False, progress: Callable[[Progress], None] | None = None) -> Figure:
    """Sum a list in allocation order and shuffled; find the sizes at which containers overtake each other.

    Args:
        full: A list of ten million elements too, and more repeats.
        progress: Called before each step.

    Returns:
        A ``Figure`` of a ``ChaseRun``.

    >>> from tensorlab.api.pointer_costs import pointer_costs
    >>> found = pointer_costs().data  # doctest: +SKIP
    >>> print(found.overtakings[2])  # doctest: +SKIP
    add: torch overtakes list at 41 elements [38, 45]
    """
    from tensorlab.bench.chasing.measuring import FULL, QUICK, chased

    found = chased(FULL if full else QUICK, progress)
    return Figure(found, chase_scene(found))
