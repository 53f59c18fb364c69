"""Strategies for layouts, and what all strategies share: choices that Hypothesis makes and shrinks."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import note, reject
from hypothesis import strategies as st

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.dtype import DType
from tensorlab.layout.shapes import numel
from tensorlab.testing.classing import default_classes
from tensorlab.testing.filling import fill as filled
from tensorlab.testing.strategies.asking import as_classes, as_dtypes, as_shape, check_room, make_wish
from tensorlab.testing.strategies.choosing import choose
from tensorlab.testing.strategies.record import Bounds, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.layout.record import Layout
    from tensorlab.testing.record import Laid, LayoutClass
    from tensorlab.testing.strategies.record import Library, Pattern

Shape = Any
"""A tuple of integers, one integer, a strategy of them, or None for any shape within the bounds."""
Classes = Any
"""A name of a class of layouts, several of them, or None for all."""


_WIDEST = {"bool": "?", "int": "i8", "uint": "u8", "float": "f8", "complex": "c16"}


class Drawn:
    """Choices from Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """One of ``low`` to ``high``, both included; one that cannot be otherwise is no choice."""
        return low if low == high else self._draw(_between(low, high))


@cache
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


class Asked:
    """The arguments of a strategy, looked at as far as they are no strategies themselves.

    Raises:
        LayoutError: No object can be so.
        UnknownNameError: There is no such class, or no such dtype.
        UnsupportedError: Something is of another type than it should be.
    """

    def __init__(self, shape: Shape, dtype: Any, classes: Classes, bounds: Bounds, library: Library) -> None:  # noqa: ANN401 - what a caller gives
        self.shape, self.dtype, self.bounds, self.library = shape, dtype, bounds, library
        self.classes = as_classes(classes)
        self._usual = classes is None and isinstance(dtype, st.SearchStrategy)
        late = isinstance(shape, st.SearchStrategy) or isinstance(dtype, st.SearchStrategy)
        if classes is None and dtype is not None and not self._usual:
            self.classes = default_classes(as_dtypes(dtype, library))
        self.wish = None if late else make_wish(shape, dtype, self.classes, bounds, library)
        if late and not isinstance(shape, st.SearchStrategy):
            as_shape(shape)
        if late and not isinstance(dtype, st.SearchStrategy):
            as_dtypes(dtype, library)

    def classes_of(self, kinds: tuple[DType, ...]) -> tuple[LayoutClass, ...]:
        """The classes for those dtypes: what was asked for, or the usual ones."""
        return default_classes(kinds) if self._usual else self.classes

    def draw(self, draw: st.DrawFn) -> Laid:
        """A layout. What strategies give that fits no class is no example."""
        wish = self.wish
        if wish is None:
            shape = draw(self.shape) if isinstance(self.shape, st.SearchStrategy) else self.shape
            kinds = draw(self.dtype) if isinstance(self.dtype, st.SearchStrategy) else self.dtype
            found = as_dtypes(kinds, self.library)
            wish = Wish(found, self.classes_of(found), self.library, as_shape(shape), self.bounds)
        laid = choose(Drawn(draw), wish)
        return reject() if laid is None else laid


def is_strategy(value: object, name: str) -> bool:
    """Whether elements are drawn.

    Raises:
        UnsupportedError: It is neither a strategy nor None.

    >>> is_strategy(None, "elements"), is_strategy(st.integers(), "elements")
    (False, True)
    """
    if value is not None and not isinstance(value, st.SearchStrategy):
        raise UnsupportedError(f"{name} is a strategy or None; got {value!r}", hint="as in st.integers(0, 9)")
    return value is not None


def check_pattern(fill: object) -> None:
    """Refuses what is neither None nor the name of a fill.

    Raises:
        LayoutError: There is no such fill.

    >>> check_pattern("ramp")
    """
    if fill is not None and (not isinstance(fill, str) or fill not in {"ramp", "signed", "few"}):
        raise LayoutError(f'fill is "ramp", "signed", "few" or None; got {fill!r}')


def draw_values(draw: st.DrawFn, laid: Laid, elements: st.SearchStrategy[Any] | None, fill: Pattern | None) -> Any:  # noqa: ANN401 - an array, or nested lists
    """The elements in C order: drawn one by one, or a fill; where there is neither, half of the time a signed one."""
    check_room(laid.layout.shape)
    if elements is None:
        if fill is None:
            fill = "signed" if Drawn(draw).integer(0, 1) else "ramp"
        return filled(laid.layout.shape, laid.dtype, pattern=fill)
    values = [draw(elements) for _ in range(numel(laid.layout.shape))]
    odd = next((value for value in values if not _holds(laid.dtype, value)), None)
    if odd is not None:
        raise UnsupportedError(f"elements cannot be {laid.dtype.name}: {odd!r} is out of its range")
    try:
        return np.array(values, _WIDEST[laid.dtype.kind]).reshape(laid.layout.shape)
    except (TypeError, ValueError, OverflowError) as error:
        raise UnsupportedError(f"elements cannot be {laid.dtype.name}: {error}") from error


def _holds(kind: DType, value: object) -> bool:
    """Whether the dtype has such a number. What is no number is told of where it is converted."""
    if not isinstance(value, (bool, int, float)) or kind.kind == "complex":
        return True
    if kind.kind == "float":
        most = 2.0**2 ** (kind.bits[1] - 1) if kind.bits and kind.bits[1] < 11 else float("inf")
        return not isfinite(value) or abs(value) < most
    if kind.kind == "bool":
        return value in (0, 1)
    width = 8 * kind.itemsize
    low, high = (0, 2**width) if kind.kind == "uint" else (-(2 ** (width - 1)), 2 ** (width - 1))
    return isfinite(value) and value == int(value) and low <= value < high


def tell(laid: Laid, what: str) -> None:
    """Numbers of the smallest example, which its repr does not show."""
    size = laid.dtype.itemsize
    steps = tuple(stride // size if stride % size == 0 else stride / size for stride in laid.layout.strides)
    note(
        f"{what}: shape {laid.layout.shape}, strides {steps}, offset {laid.layout.offset // size}"
        f" in a storage of {laid.nbytes} bytes, {laid.dtype.name}: {', '.join(sorted(laid.classes))}"
    )


@st.composite
def _layouts(draw: st.DrawFn, asked: Asked) -> Layout:
    return asked.draw(draw).layout


def layouts(  # noqa: PLR0913 - keywords, each with a default
    *,
    shape: Shape = None,
    itemsize: int | Sequence[int] | st.SearchStrategy[int] = (4, 8, 1, 2, 16),
    classes: Classes = None,
    negative: bool = False,
    min_axes: int = 0,
    max_axes: int = 5,
    min_side: int = 0,
    max_side: int = 33,
) -> st.SearchStrategy[Layout]:
    """Layouts of every class: permuted, with gaps, repeated, overlapping, with odd strides, empty, 0-d.

    They are numbers alone: nothing has to be built. Shrinks to ``Layout((), (), itemsize=4)`` and, within a class, to
    the fewest and shortest axes, no offset, and the least gap.

    Args:
        shape: A shape, or a strategy of shapes; any within the bounds where it is None.
        itemsize: Bytes of an element: one number, several, or a strategy.
        classes: Names from ``tensorlab.testing.CLASSES``; all that a layout can have where it is None.
        negative: Whether strides may be negative, as in NumPy.
        min_axes: The least number of axes, where the shape is free.
        max_axes: The largest one.
        min_side: The least size of an axis, where the shape is free.
        max_side: The largest one.

    Raises:
        TensorlabError: No layout can be so.

    >>> from hypothesis import find
    >>> find(layouts(classes="permuted"), lambda layout: True)
    Layout(shape=(2, 2), strides=(4, 8), offset=0, itemsize=4)
    """
    bounds = Bounds(min_axes, max_axes, min_side, max_side)
    bits = {"conj", "neg", "dtype view"} if negative else {"conj", "neg", "dtype view", "negative stride"}
    names = tuple(name for name in as_classes(classes) if name not in bits)
    if not names:
        raise LayoutError(f"{' and '.join(as_classes(classes))} can be told from no layout as it is asked for")
    kinds = itemsize.map(_blank) if isinstance(itemsize, st.SearchStrategy) else _blanks(itemsize)
    return _layouts(Asked(shape, kinds, names, bounds, "numpy" if negative else "torch"))


def _blanks(sizes: int | Sequence[int]) -> list[DType]:
    several: Any = [sizes] if type(sizes) is int else sizes
    if not isinstance(several, (tuple, list)):
        raise UnsupportedError(f"itemsize is an integer, several, or a strategy; got {sizes!r}")
    return [_blank(size) for size in several]


@cache
def _blank(size: int) -> DType:
    if type(size) is not int or size < 1:
        raise LayoutError(f"an itemsize is a positive integer; got {size!r}")
    return DType(f"{size} bytes", size, "uint")
