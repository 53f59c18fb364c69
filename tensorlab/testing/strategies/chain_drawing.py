"""A strategy for chains of view operations, on an object that they can be run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import note
from hypothesis import strategies as st

from tensorlab.errors import LayoutError
from tensorlab.testing.filling import fill as filled
from tensorlab.testing.strategies.asking import check_room
from tensorlab.testing.strategies.building import array_of, tensor_of
from tensorlab.testing.strategies.calling import apply_calls, draw_calls
from tensorlab.testing.strategies.drawing import Asked, Drawn
from tensorlab.testing.strategies.record import Bounds, ViewChain
from tensorlab.views.record import View

if TYPE_CHECKING:
    from tensorlab.testing.strategies.drawing import Classes, Shape
    from tensorlab.testing.strategies.record import Library


def view_chains(  # noqa: PLR0913 - keywords, each with a default
    *,
    library: Library = "torch",
    shape: Shape = None,
    dtype: Any = "float32",  # noqa: ANN401 - a dtype, a name, several, or a strategy
    classes: Classes = "contiguous",
    max_calls: int = 4,
    min_axes: int = 0,
    max_axes: int = 4,
    min_side: int = 0,
    max_side: int = 6,
) -> st.SearchStrategy[ViewChain]:
    """An object, up to ``max_calls`` view operations, and what they give: a view of the object, never a copy.

    Each call has the words of its library, so that ``str()`` can be pasted; ``apply_calls(base, calls)`` runs them
    again. Swapped axes, slices with steps, single indices, new axes, reshapes that are views, diagonals; for torch
    also expand, unfold, narrow and conj, for NumPy flips.

    Shrinks to the base ``tensor(1.)`` and the call ``[None, ...]``.

    Args:
        library: "torch" or "numpy".
        shape: Of the base; any within the bounds where it is None.
        dtype: As of ``tensors``.
        classes: Layouts of the base.
        max_calls: The largest number of calls, at least 1.
        min_axes: The least number of axes of the base, where its shape is free.
        max_axes: The largest one.
        min_side: The least size of an axis of the base, where its shape is free.
        max_side: The largest one.

    Raises:
        TensorlabError: No base can be so.

    >>> from hypothesis import find
    >>> chain = find(view_chains(), lambda chain: not chain.result.is_contiguous())
    >>> chain.base.numel() <= 4, len(chain.calls), chain.result.data_ptr() == chain.base.data_ptr()
    (True, 1, True)
    """
    if library not in {"torch", "numpy"}:
        raise LayoutError(f'library is "torch" or "numpy"; got {library!r}')
    if type(max_calls) is not int or max_calls < 1:
        raise LayoutError(f"max_calls is an integer, at least 1; got {max_calls!r}")
    check_room(shape)
    return _chains(Asked(shape, dtype, classes, Bounds(min_axes, max_axes, min_side, max_side), library), max_calls)


@st.composite
def _chains(draw: st.DrawFn, asked: Asked, most: int) -> ViewChain:
    laid = asked.draw(draw)
    begin = View(laid.layout, laid.dtype, laid.conj, laid.neg)
    calls = draw_calls(Drawn(draw), begin, most, asked.library)
    build: Any = tensor_of if asked.library == "torch" else array_of
    base = build(laid, filled(laid.layout.shape, laid.dtype))
    chain = ViewChain(base, calls, apply_calls(base, calls))
    note(f"{chain} with a base of shape {laid.layout.shape}, {laid.dtype.name}")
    return chain
