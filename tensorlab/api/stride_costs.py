"""What strides and other layouts cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.striding import stride_scene
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.progress import Progress


def stride_costs(*, full: bool = False, progress: Callable[[Progress], None] | None = None) -> Figure:
    """Sum and copy with strides from 1 to 4096 in torch and NumPy, each beside the time predicted from its layout.

    Rows, columns, a transpose, an expanded element, channels last, unaligned elements and a gather are measured too.

    Args:
        full: Twice the memory and more rounds.
        progress: Called before each round.

    Returns:
        A ``Figure`` of a ``StrideRun``.

    >>> from tensorlab.api.stride_costs import stride_costs
    >>> found = stride_costs().data  # doctest: +SKIP
    >>> print(found)  # doctest: +SKIP
    predicted within 30% of what was measured: sum 24 of 26, copy 23 of 26 strides
    """
    from tensorlab.bench.striding.measuring import FULL, QUICK, strides

    found = strides(FULL if full else QUICK, progress)
    return Figure(found, stride_scene(found))
