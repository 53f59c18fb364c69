"""What the primitives share: axes counted from either end, and views that differ from another in their layout alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.views.record import Refused, View

if TYPE_CHECKING:
    from tensorlab.views.record import Rules


def placed(view: View, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> View:
    """The same memory under another layout; what the bits mean is kept.

    >>> from tensorlab.layout.dtype import dtype
    >>> print(placed(View(Layout((6,), (1,)), dtype("int8")), (2,), (3,), 1))
    VIEW: shape (2,), strides (3,) and offset 1 in elements
    """
    return View(Layout(shape, strides, offset, view.layout.itemsize), view.dtype, view.conj, view.neg, view.device)


def fresh(view: View, shape: tuple[int, ...], rules: Rules) -> View:
    """A block of its own in C order: conj and neg bits are applied. An empty array of NumPy's has strides 0.

    >>> from tensorlab.layout.dtype import dtype
    >>> view = View(Layout((3,), (0,), 2), dtype("int8"))
    >>> fresh(view, (2, 0), "numpy").layout
    Layout(shape=(2, 0), strides=(0, 0), offset=0, itemsize=1)
    """
    itemsize = view.layout.itemsize
    empty = rules == "numpy" and numel(shape) == 0
    strides = (0,) * len(shape) if empty else canonical_strides(shape, itemsize)
    return View(Layout(shape, strides, itemsize=itemsize), view.dtype, device=view.device)


def error_name(rules: Rules) -> str:
    """What the library raises where a number does not fit.

    >>> error_name("torch"), error_name("numpy")
    ('RuntimeError', 'ValueError')
    """
    return "RuntimeError" if rules == "torch" else "ValueError"


def existing(axis: int, ndim: int) -> int | Refused:
    """An axis that an index reaches: both libraries raise IndexError for one too many, and 0-d has none.

    >>> existing(-1, 2), existing(0, 0).error
    (1, 'IndexError')
    """
    return axis % ndim if -ndim <= axis < ndim else Refused("IndexError", f"axis {axis} is outside the {ndim} axes")


def normal(axis: int, ndim: int, rules: Rules) -> int | Refused:
    """An axis counted from the front. torch counts a 0-d tensor as having one axis.

    >>> normal(-1, 0, "torch"), normal(-1, 0, "numpy").error
    (0, 'AxisError')
    """
    count = max(ndim, 1) if rules == "torch" else ndim
    if -count <= axis < count:
        return axis % count
    return Refused("IndexError" if rules == "torch" else "AxisError", f"axis {axis} is outside the {ndim} axes")


def each_normal(axes: tuple[int, ...], ndim: int, rules: Rules) -> tuple[int, ...] | Refused:
    """Axes counted from the front, as they were given, one named twice too.

    >>> each_normal((-1, 1), 2, "torch")
    (1, 1)
    """
    found: list[int] = []
    for asked in axes:
        axis = normal(asked, ndim, rules)
        if isinstance(axis, Refused):
            return axis
        found.append(axis)
    return tuple(found)


def distinct(axes: tuple[int, ...], ndim: int, rules: Rules) -> tuple[int, ...] | Refused:
    """Axes counted from the front, each of them once.

    >>> distinct((-1, 0), 2, "torch"), distinct((-1, 1), 2, "torch").error
    ((1, 0), 'RuntimeError')
    """
    found: list[int] = []
    for asked in axes:
        axis = normal(asked, ndim, rules)
        if isinstance(axis, Refused):
            return axis
        if axis in found:
            return Refused(error_name(rules), f"axis {axis} is named twice in {axes}")
        found.append(axis)
    return tuple(found)


def replaced(numbers: tuple[int, ...], axis: int, n: int) -> tuple[int, ...]:
    """With another number on one axis.

    >>> replaced((2, 3, 4), 1, 9)
    (2, 9, 4)
    """
    return (*numbers[:axis], n, *numbers[axis + 1 :])


def without(numbers: tuple[int, ...], axes: set[int]) -> tuple[int, ...]:
    """The numbers of all other axes.

    >>> without((2, 3, 4), {0, 2})
    (3,)
    """
    return tuple(n for axis, n in enumerate(numbers) if axis not in axes)
