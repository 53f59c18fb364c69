"""NumPy's names that order, add, cut, flip and join axes, lowered to primitives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.views.arguments import Given, spread
from tensorlab.views.axes import each_normal
from tensorlab.views.merging import obstacle
from tensorlab.views.record import (
    AsStrided,
    Convert,
    Copy,
    Diagonal,
    DropAxes,
    Permute,
    Refused,
    Reshape,
    Slice,
    Unfold,
)
from tensorlab.views.spelling import at_least, moved, reversed_axes, swapped

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Primitive, Rules, View
    from tensorlab.views.spelling import Lowered, Lowering


def _ndim(view: View) -> int:
    return len(view.layout.shape)


def _axis_tuple(axes: tuple[int, ...], ndim: int, rules: Rules) -> tuple[int, ...] | Refused:
    """As ``normalize_axis_tuple``: one that is not there is told before one that is named twice."""
    found = each_normal(axes, ndim, rules)
    if isinstance(found, Refused) or len(set(found)) == len(found):
        return found
    return Refused("ValueError", f"an axis is named twice in {axes}")


def _transpose(view: View, call: Call, rules: Rules) -> Lowered:
    """Without arguments, or with None, the axes are reversed."""
    if call.args in ((), (None,)) and not call.keywords:
        return reversed_axes(view, type(call)(call.name), rules)
    return (Permute(spread(call, "axes").sizes("axes")),)


def _swapaxes(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "axis1 axis2")
    pair = each_normal((given.integer("axis1"), given.integer("axis2")), _ndim(view), rules)
    return pair if isinstance(pair, Refused) else (swapped(view, *pair),)


def _matrix(view: View, call: Call, _rules: Rules) -> Lowered:
    Given(call)
    ndim = _ndim(view)
    if ndim < 2:
        return Refused("ValueError", f"a matrix has two axes or more; the array has {ndim}")
    return (swapped(view, ndim - 2, ndim - 1),)


def _moveaxis(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "source destination")
    asked = given.sizes("source"), given.sizes("destination")
    source, destination = (_axis_tuple(axes, _ndim(view), rules) for axes in asked)
    if isinstance(source, Refused):
        return source
    if isinstance(destination, Refused):
        return destination
    if len(source) != len(destination):
        return Refused("ValueError", f"got {len(source)} axes to move to {len(destination)} places")
    return (moved(view, source, destination),)


def _order(view: View, given: Given, default: str = "C") -> Literal["C", "F", "K"]:
    """Which of the two orders A stands for depends on the array."""
    word = given.word("order", ("C", "F", "A", "K"), default)
    if word == "A":
        return "F" if is_contiguous(view.layout, "F") and not is_contiguous(view.layout) else "C"
    return "C" if word == "C" else "F" if word == "F" else "K"


def _reshape(view: View, call: Call, _rules: Rules) -> Lowered:
    given = spread(call, "shape", "order copy")
    if len(call.args) == 2 and type(call.args[1]) is str:
        given = Given(call, "shape order", "copy")
    order, copy = _order(view, given), given.value("copy")
    if order == "K" or copy not in (None, True, False) or type(copy) is int:
        raise given.unknown()
    shape = given.sizes("shape")
    if copy and numel(view.layout.shape):
        return (Convert(order, cause="always"), Reshape(shape, order=order))
    if copy:  # strides are computed anew, for the very shape of the array too
        return (
            Reshape((0, 1) if shape == (0,) else (0,)),
            Reshape(shape, order=order),
            Convert("same", cause="always"),
        )
    return (Reshape(shape, "reshape" if copy is None else "view", order),)


def _by_speed(view: View) -> Permute:
    """The slowest axis first, as NumPy's iterator sorts: stride 0 and size 1 are not compared, and stay."""
    layout = view.layout
    pace = [0 if n == 1 else abs(stride) for n, stride in zip(layout.shape, layout.strides, strict=True)]
    axes = list(reversed(range(len(pace))))
    for last in range(1, len(axes)):
        moving, to = axes[last], last
        for before in reversed(range(last)):
            here, there = pace[moving], pace[axes[before]]
            if here and there:
                if there <= here:
                    break
                to = before
        axes.insert(to, axes.pop(last))
    return Permute(tuple(reversed(axes)))


def _ravel(view: View, call: Call, rules: Rules) -> Lowered:
    """What is not in the order that was asked for is copied, also where one axis could be had as it is.

    Where none could, in C order, the pair of axes that is in the way says so as for ``reshape(-1)``.
    """
    given = Given(call, "order")
    order = _order(view, given)
    layout = view.layout
    if order == "K":
        order = "C" if is_contiguous(layout) else "F" if is_contiguous(layout, "F") else "K"
    if order == "C" and obstacle(layout, (numel(layout.shape),)) is not None:
        return (Reshape((-1,)),)
    turned = _turned(view, order)
    return (*turned, Convert("C"), Reshape((-1,) if numel(layout.shape) or rules == "numpy" else (0,)))


def _flatten(view: View, call: Call, _rules: Rules) -> Lowered:
    turned = _turned(view, _order(view, Given(call, "order")))
    return (*turned, Copy(), Reshape((-1,))) if numel(view.layout.shape) else (Reshape((-1,)), Copy())


def _turned(view: View, order: Literal["C", "F", "K"]) -> tuple[Primitive, ...]:
    """The axes so that the elements are counted in C order."""
    if order == "C":
        return ()
    return (_by_speed(view),) if order == "K" else (Permute(tuple(reversed(range(_ndim(view))))),)


def _squeeze(view: View, call: Call, _rules: Rules) -> Lowered:
    """A 0-d array can be squeezed along a single axis 0 or -1, not along a tuple of them."""
    given = Given(call, "axis")
    axis = given.value("axis")
    if axis is None:
        return (DropAxes(),)
    if not view.layout.shape and type(axis) is int and axis in (0, -1):
        return (DropAxes(()),)
    return (DropAxes(given.sizes("axis")),)


def _expand_dims(view: View, call: Call, rules: Rules) -> Lowered:
    """NumPy reshapes here, so that strides are not those of ``None`` in an index."""
    asked = Given(call, "axis").sizes("axis")
    ndim = _ndim(view) + len(asked)
    axes = _axis_tuple(asked, ndim, rules)
    if isinstance(axes, Refused):
        return axes
    old = iter(view.layout.shape)
    return (Reshape(tuple(1 if axis in axes else next(old) for axis in range(ndim))),)


def _windows(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "window_shape axis", "subok writeable")
    sizes = given.sizes("window_shape")
    if given.truth("subok"):
        raise given.unknown()
    given.truth("writeable")
    if min(sizes, default=0) < 0:
        return Refused("ValueError", f"a window has 0 elements or more; got {sizes}")
    asked = tuple(range(_ndim(view))) if given.value("axis") is None else given.sizes("axis")
    if given.value("axis") is None and len(sizes) != _ndim(view):
        return Refused("ValueError", f"got windows along {len(sizes)} of the {_ndim(view)} axes")
    axes = each_normal(asked, _ndim(view), rules)
    if isinstance(axes, Refused):
        return axes
    if len(axes) != len(sizes):
        return Refused("ValueError", f"got {len(sizes)} windows for {len(axes)} axes")
    return tuple(Unfold(axis, size) for axis, size in zip(axes, sizes, strict=True))


def _scalar(view: View) -> tuple[Primitive, ...]:
    """An index that takes nothing of a 0-d array makes a scalar of its own."""
    return () if view.layout.shape else (Copy(),)


def _flip(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "axis")
    asked = tuple(range(_ndim(view))) if given.value("axis") is None else given.sizes("axis")
    axes = _axis_tuple(asked, _ndim(view), rules)
    if isinstance(axes, Refused):
        return axes
    return (*(Slice(axis, step=-1) for axis in sorted(axes)), *_scalar(view))


def _flip_of(axis: int) -> Lowering:
    def lowering(view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        if _ndim(view) <= axis:
            return Refused("ValueError", f"{call.name} needs {axis + 1} axes or more; the array has {_ndim(view)}")
        return (Slice(axis, step=-1),)

    return lowering


def _rot90(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "k axes")
    turns, ndim = given.integer("k", 1), _ndim(view)
    pair = given.sequence("axes") if given.has("axes") else (0, 1)
    if len(pair) != 2:
        return Refused("ValueError", f"a turn is in a plane of two axes; got {pair}")
    if pair[0] == pair[1] or abs(pair[0] - pair[1]) == ndim:
        return Refused("ValueError", f"a turn needs two different axes; got {pair}")
    if not all(-ndim <= axis < ndim for axis in pair):
        return Refused("ValueError", f"axes {pair} are outside the {ndim} axes")
    first, second = (axis % ndim for axis in pair)
    swap, back = swapped(view, first, second), Slice(second, step=-1)
    turned: dict[int, tuple[Primitive, ...]] = {
        0: (),
        1: (back, swap),
        2: (Slice(first, step=-1), back),
        3: (swap, back),
    }
    return turned[turns % 4]


def _diagonal(_view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "offset axis1 axis2")
    return (Diagonal(given.integer("axis1", 0), given.integer("axis2", 1), given.integer("offset", 0)),)


def _as_strided(view: View, call: Call, _rules: Rules) -> Lowered:
    """The strides of a contiguous array are not told to the new one, which counts its own from its shape."""
    given = Given(call, "shape strides", "writeable")
    given.truth("writeable", default=True)
    shape = view.layout.shape if given.value("shape") is None else given.sequence("shape")
    if given.value("strides") is not None:
        return (AsStrided(shape, given.sequence("strides")),)
    told = not is_contiguous(view.layout)
    return (AsStrided(shape, view.layout.strides if told else canonical_strides(shape, view.layout.itemsize)),)


AXES: dict[str, Lowering] = {
    "T": reversed_axes,
    "as_strided": _as_strided,
    "atleast_1d": at_least(1),
    "atleast_2d": at_least(2),
    "atleast_3d": at_least(3),
    "diagonal": _diagonal,
    "expand_dims": _expand_dims,
    "flatten": _flatten,
    "flip": _flip,
    "fliplr": _flip_of(1),
    "flipud": _flip_of(0),
    "mT": _matrix,
    "matrix_transpose": _matrix,
    "moveaxis": _moveaxis,
    "permute_dims": _transpose,
    "ravel": _ravel,
    "reshape": _reshape,
    "rot90": _rot90,
    "sliding_window_view": _windows,
    "squeeze": _squeeze,
    "swapaxes": _swapaxes,
    "transpose": _transpose,
}
"""Names that need no more than the layout."""
