"""Strategies for torch tensors of every layout, alone or several of one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.testing.strategies.asking import DEFAULTS, as_dtypes, check_room
from tensorlab.testing.strategies.building import tensor_of
from tensorlab.testing.strategies.choosing import choose
from tensorlab.testing.strategies.drawing import Asked, Drawn, check_pattern, draw_values, is_strategy, tell
from tensorlab.testing.strategies.record import Bounds, Wish

if TYPE_CHECKING:
    import torch

    from tensorlab.testing.record import Laid
    from tensorlab.testing.strategies.drawing import Classes, Shape
    from tensorlab.testing.strategies.record import Pattern

_GRADED = frozenset({"float", "complex"})


class _Tensors:
    """How tensors are drawn, whatever is asked of their layouts."""

    def __init__(self, asked: Asked, elements: st.SearchStrategy[Any] | None, fill: Pattern | None, grad: Any) -> None:  # noqa: ANN401 - a bool or a strategy
        self.asked, self.elements, self.fill, self.grad = asked, elements, fill, grad

    def draw(self, draw: st.DrawFn, name: str = "a tensor") -> torch.Tensor:
        laid = self.asked.draw(draw)
        tell(laid, name)
        made = tensor_of(laid, draw_values(draw, laid, self.elements, self.fill))
        grad = draw(self.grad) if isinstance(self.grad, st.SearchStrategy) else self.grad
        return made.detach().requires_grad_() if grad and laid.dtype.kind in _GRADED else made


def tensors(  # noqa: PLR0913 - keywords, each with a default
    *,
    shape: Shape = None,
    dtype: Any = None,  # noqa: ANN401 - a dtype, a name, several, or a strategy
    classes: Classes = None,
    min_axes: int = 0,
    max_axes: int = 5,
    min_side: int = 0,
    max_side: int = 33,
    requires_grad: bool | st.SearchStrategy[bool] = False,
    elements: st.SearchStrategy[Any] | None = None,
    fill: Pattern | None = None,
) -> st.SearchStrategy[torch.Tensor]:
    """Tensors of every layout that torch has, as views of a storage with poison between and around the elements.

    First a class of layouts is chosen, each as often as any other, then a dtype and a shape that it can have, then
    strides, gaps and where it starts; the elements are 1, 2, 3, ... or 1, -2, 3, ... in C order, so that shrinking the
    layout is all there is to shrink. What belongs to no element is NaN or a large number. An axis that repeats, indices
    that share bytes and odd strides also come along with other classes where ``classes`` has them; gaps, a start and
    another order always may. Where several indices share bytes, the last one's element is what is read.

    Shrinks to ``tensor(1.)``: no axes, one element, float32; within a class to the fewest and shortest axes, no offset,
    and the least gap: what is not contiguous shrinks to ``torch.arange(1., 5.).view(2, 2).t()`` or less.

    Args:
        shape: A tuple, an integer, or a strategy of either; any within the bounds where it is None. Give several
            ``tensors(shape=st.shared(...))`` one shape with layouts of their own, or use ``tensor_tuples``.
        dtype: torch's dtype or its name, several, or a strategy; the usual ones where it is None.
        classes: Names from ``tensorlab.testing.CLASSES``; all that shape and dtype allow where it is None. Then a neg
            bit, which comes from complex numbers, comes where the dtype is free or complex ones are among several.
        min_axes: The least number of axes, where the shape is free.
        max_axes: The largest one.
        min_side: The least size of an axis, where the shape is free.
        max_side: The largest one. Sizes up to 5 are common, the longer ones rare.
        requires_grad: Whether to track gradients, or a strategy that says so; a free dtype then is a float or complex.
        elements: A strategy of elements, drawn one by one; None for a fill, which shrinks best.
        fill: "ramp" (1, 2, 3, ...), "signed" (1, -2, 3, ...) or "few" (few distinct ones), where there are no elements;
            None for a ramp or a signed one, which shrinks to the ramp.

    Raises:
        TensorlabError: No tensor can be so.

    >>> import torch
    >>> from hypothesis import find
    >>> found = find(tensors(dtype=torch.float32), lambda x: not x.is_contiguous())
    >>> found.numel() <= 4, find(tensors(classes="permuted"), lambda x: True).stride()
    (True, (1, 2))
    """
    bounds = Bounds(min_axes, max_axes, min_side, max_side)
    kinds = _graded(dtype, requires_grad)
    is_strategy(elements, "elements")
    check_pattern(fill)
    check_room(shape)
    return _one(_Tensors(Asked(shape, kinds, classes, bounds, "torch"), elements, fill, requires_grad))


def _graded(dtype: Any, grad: object) -> Any:  # noqa: ANN401 - what a caller gives
    """The dtypes, which have gradients where they are asked for."""
    if not isinstance(grad, (bool, st.SearchStrategy)):
        raise UnsupportedError(f"requires_grad is a bool or a strategy of them; got {grad!r}")
    if grad is not True or isinstance(dtype, st.SearchStrategy):
        return dtype
    kinds = DEFAULTS["torch"] if dtype is None else as_dtypes(dtype, "torch")
    found = [kind for kind in kinds if kind.kind in _GRADED]
    if not found:
        raise LayoutError(f"only floats and complex numbers have gradients; got dtype {kinds[0].name}")
    return found


@st.composite
def _one(draw: st.DrawFn, how: _Tensors) -> torch.Tensor:
    return how.draw(draw)


def tensor_tuples(
    *,
    count: int = 2,
    shape: Shape = None,
    dtype: Any = None,  # noqa: ANN401 - a dtype, a name, several, or a strategy
    classes: Classes = None,
) -> st.SearchStrategy[tuple[torch.Tensor, ...]]:
    """Several tensors of one shape and dtype, each with a storage of its own.

    Each has a layout of its own, or all have the same one, or all but one: then the others are mostly contiguous.

    Shrinks to as many ``tensor(1.)``.

    Args:
        count: How many.
        shape: As of ``tensors``.
        dtype: As of ``tensors``.
        classes: As of ``tensors``, for each of them; one that the shape does not allow is left out.

    Raises:
        TensorlabError: No tensors can be so.

    >>> from hypothesis import find
    >>> a, b = find(tensor_tuples(), lambda pair: pair[0].stride() != pair[1].stride() and pair[0].numel() > 1)
    >>> a.shape == b.shape
    True
    """
    if type(count) is not int or count < 1:
        raise LayoutError(f"count is how many tensors, at least 1; got {count!r}")
    check_room(shape)
    return _several(count, Asked(shape, dtype, classes, Bounds(), "torch"))


@st.composite
def _several(draw: st.DrawFn, count: int, asked: Asked) -> tuple[torch.Tensor, ...]:
    first = asked.draw(draw)
    alike = Asked(first.layout.shape, first.dtype, asked.classes_of((first.dtype,)), asked.bounds, "torch")
    made = []
    for place, laid in enumerate(_layouts(Drawn(draw), first, alike, count)):
        one = alike.draw(draw) if laid is None else laid
        tell(one, f"tensor {place}")
        made.append(tensor_of(one, draw_values(draw, one, None, None)))
    return tuple(made)


def _layouts(source: Drawn, first: Laid, alike: Asked, count: int) -> list[Laid | None]:
    """How each lies, None for a layout of its own: all as the first; each so; or all but one, mostly in C order.

    All alike comes first: it takes the fewest choices, so that it is what the others shrink to.
    """
    way = source.integer(0, 5) if count > 1 else 0
    if way == 0:
        return [first] * count
    if way <= 2:
        return [first] + [None] * (count - 1)
    usual: Laid | None = first
    if "contiguous" in alike.classes and source.integer(0, 3):
        wish = Wish((first.dtype,), ("contiguous",), "torch", first.layout.shape)
        usual = choose(source, wish) or first
    odd = source.integer(0, count - 1)
    return [None if place == odd else usual for place in range(count)]
