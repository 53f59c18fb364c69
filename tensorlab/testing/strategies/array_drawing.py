"""A strategy for NumPy arrays of every layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tensorlab.testing.strategies.asking import check_room
from tensorlab.testing.strategies.building import array_of
from tensorlab.testing.strategies.drawing import Asked, check_pattern, draw_values, is_strategy, tell
from tensorlab.testing.strategies.record import Bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tensorlab.testing.strategies.drawing import Classes, Shape
    from tensorlab.testing.strategies.record import Pattern


def arrays(  # noqa: PLR0913 - keywords, each with a default
    *,
    shape: Shape = None,
    dtype: Any = None,  # noqa: ANN401 - a dtype, a name, several, or a strategy
    classes: Classes = None,
    min_axes: int = 0,
    max_axes: int = 5,
    min_side: int = 0,
    max_side: int = 33,
    elements: st.SearchStrategy[Any] | None = None,
    fill: Pattern | None = None,
) -> st.SearchStrategy[NDArray[Any]]:
    """Arrays of every layout that NumPy has, negative strides too, with poison between and around the elements.

    As ``tensors``: a class, a dtype, a shape, then the numbers; the elements are 1, 2, 3, ... in C order, or
    1, -2, 3, ....

    Shrinks to ``array(1., dtype=float32)``: no axes, one element; within a class to the fewest and shortest axes, no
    offset, and the least gap.

    Args:
        shape: A tuple, an integer, or a strategy of either; any within the bounds where it is None.
        dtype: NumPy's dtype or its name, several, or a strategy; the usual ones where it is None.
        classes: Names from ``tensorlab.testing.CLASSES``; all that shape and dtype allow where it is None.
        min_axes: The least number of axes, where the shape is free.
        max_axes: The largest one.
        min_side: The least size of an axis, where the shape is free.
        max_side: The largest one. Sizes up to 5 are common, the longer ones rare.
        elements: A strategy of elements, drawn one by one; None for a fill, which shrinks best.
        fill: "ramp" (1, 2, 3, ...), "signed" (1, -2, 3, ...) or "few" (few distinct ones), where there are no elements;
            None for a ramp or a signed one, which shrinks to the ramp.

    Raises:
        TensorlabError: No array can be so.

    >>> from hypothesis import find
    >>> found = find(arrays(dtype="int32", classes="negative stride"), lambda x: True)
    >>> found.tolist(), found.strides
    ([1, 2], (-4,))
    """
    is_strategy(elements, "elements")
    check_pattern(fill)
    check_room(shape)
    bounds = Bounds(min_axes, max_axes, min_side, max_side)
    return _one(Asked(shape, dtype, classes, bounds, "numpy"), elements, fill)


@st.composite
def _one(draw: st.DrawFn, asked: Asked, elements: st.SearchStrategy[Any] | None, fill: Pattern | None) -> NDArray[Any]:
    laid = asked.draw(draw)
    tell(laid, "an array")
    made: NDArray[Any] = array_of(laid, draw_values(draw, laid, elements, fill))
    return made
