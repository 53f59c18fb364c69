"""torch's names that order, add, remove, cut and join axes, lowered to primitives."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.layout.shapes import numel
from tensorlab.views.arguments import Given, spread
from tensorlab.views.axes import each_normal, existing, normal
from tensorlab.views.merging import obstacle
from tensorlab.views.record import (
    AsStrided,
    Convert,
    Diagonal,
    DropAxes,
    Expand,
    InsertAxis,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    Unfold,
)
from tensorlab.views.spelling import moved, swapped

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Rules, View
    from tensorlab.views.spelling import Lowered, Lowering


def _ndim(view: View) -> int:
    return len(view.layout.shape)


def _t(view: View, call: Call, _rules: Rules) -> Lowered:
    Given(call)
    if _ndim(view) > 2:
        return Refused("RuntimeError", f"t() is for at most 2 axes; the view has {_ndim(view)}")
    return (Permute(tuple(reversed(range(_ndim(view))))),)


def _swap(names: str) -> Lowering:
    first, second = names.split()

    def lowering(view: View, call: Call, rules: Rules) -> Lowered:
        given = Given(call, names)
        pair = each_normal((given.integer(first), given.integer(second)), _ndim(view), rules)
        return pair if isinstance(pair, Refused) else (swapped(view, *pair),)

    return lowering


def _permute(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Permute(spread(call, "dims").sizes("dims")),)


def _move(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "source destination")
    if isinstance(given.value("source"), int) != isinstance(given.value("destination"), int):
        raise given.unknown()
    asked = given.sizes("source"), given.sizes("destination")
    if len(asked[0]) != len(asked[1]):
        return Refused("RuntimeError", f"got {len(asked[0])} axes to move to {len(asked[1])} places")
    placed = [each_normal(axes, _ndim(view), rules) for axes in asked]
    for axes, numbers in zip(placed, asked, strict=True):
        if isinstance(axes, Refused):
            return axes
        if len(set(axes)) < len(axes):
            return Refused("RuntimeError", f"an axis is named twice in {numbers}")
    source, destination = (axes for axes in placed if not isinstance(axes, Refused))
    return (moved(view, source, destination),) if view.layout.shape else ()


def _diagonal(names: str, only: str, *, axes: tuple[int, int]) -> Lowering:
    def lowering(_view: View, call: Call, _rules: Rules) -> Lowered:
        given = Given(call, names, only)
        shift = given.integer("offset", 0)
        return (Diagonal(given.integer("dim1", axes[0]), given.integer("dim2", axes[1]), shift),)

    return lowering


def _select(_view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dim index")
    return (Select(given.integer("dim"), given.integer("index")),)


def _slice(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dim start end step")
    axis, step = given.integer("dim", 0), given.integer("step", 1)
    start, end = given.optional("start"), given.optional("end")
    if not view.layout.shape:
        return Refused("IndexError", "a view without axes cannot be sliced")
    found = existing(axis, _ndim(view))
    if isinstance(found, Refused):
        return found
    if step < 1:
        return Refused("RuntimeError", f"torch slices with steps greater than zero; got {step}")
    return (Slice(found, start, end, step),)


def _narrow(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dim start length")
    asked, start, length = given.integer("dim"), given.integer("start"), given.integer("length")
    if not view.layout.shape:
        return Refused("RuntimeError", "a view without axes cannot be narrowed")
    if length < 0:
        return Refused("RuntimeError", f"a length is 0 or more; got {length}")
    axis = existing(asked, _ndim(view))
    if isinstance(axis, Refused):
        return axis
    size = view.layout.shape[axis]
    if not -size <= start <= size:
        return Refused("IndexError", f"start {start} is outside axis {axis} of size {size}")
    begin = start + size if start < 0 else start
    if begin + length > size:
        return Refused("RuntimeError", f"start {begin} and length {length} pass the end of axis {axis} of size {size}")
    return (Slice(axis, begin, begin + length),)


def _squeeze(_view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dim")
    return (DropAxes(given.sizes("dim") if given.has("dim") else None),)


def _unsqueeze(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (InsertAxis(Given(call, "dim").integer("dim")),)


def _unflatten(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "dim sizes")
    asked, sizes = given.integer("dim"), given.sequence("sizes")
    axis = normal(asked, _ndim(view), rules)
    if not sizes:
        return Refused("RuntimeError", "an axis is unflattened to one axis or more")
    if isinstance(axis, Refused):
        return axis
    if not view.layout.shape:
        return Refused("RuntimeError", "a view without axes has none to unflatten")
    size = view.layout.shape[axis]
    known = prod(n for n in sizes if n >= 0)
    if min(sizes) < -1 or sizes.count(-1) > 1 or (-1 not in sizes and known != size):
        return Refused("RuntimeError", f"sizes {sizes} do not make an axis of {size}")
    if -1 in sizes and (known == 0 or size % known):
        return Refused("RuntimeError", f"the open size of {sizes} cannot make an axis of {size}")
    filled = tuple(size // known if n == -1 else n for n in sizes)
    return (Reshape((*view.layout.shape[:axis], *filled, *view.layout.shape[axis + 1 :]), "view"),)


def _unfold(_view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dimension size step")
    return (Unfold(given.integer("dimension"), given.integer("size"), given.integer("step")),)


def _flatten(view: View, call: Call, rules: Rules) -> Lowered:
    given = Given(call, "start_dim end_dim")
    ends = each_normal((given.integer("start_dim", 0), given.integer("end_dim", -1)), _ndim(view), rules)
    if isinstance(ends, Refused):
        return ends
    first, last = ends
    if first > last:
        return Refused("RuntimeError", f"the first axis to flatten comes after the last; got {first} and {last}")
    shape = view.layout.shape
    if shape and first == last:
        return ()
    return (Reshape((*shape[:first], numel(shape[first : last + 1]), *shape[last + 1 :])),)


def _ravel(view: View, call: Call, _rules: Rules) -> Lowered:
    """First in C order, then one axis: what is not contiguous is copied, also where one axis could be had as it is.

    Where none could, the pair of axes that is in the way says so as for ``reshape(-1)``.
    """
    Given(call)
    if obstacle(view.layout, (numel(view.layout.shape),)) is not None:
        return (Reshape((-1,)),)
    return (Convert("C"), Reshape((-1,), "view"))


def _view(_view: View, call: Call, _rules: Rules) -> Lowered:
    if any(name == "dtype" for name, _ in call.keywords) or not isinstance(
        call.args[0] if call.args else 0, int | tuple | list
    ):
        kind = Given(call, "dtype").kind("dtype")
        if kind is None:
            raise Given(call, "size").unknown()
        return (Reinterpret(kind),)
    return (Reshape(spread(call, "size").sizes("size"), "view"),)


def _view_as(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Reshape(Given(call, "other").view("other").layout.shape, "view"),)


def _reshape_as(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Reshape(Given(call, "other").view("other").layout.shape),)


def _expand_as(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Expand(Given(call, "other").view("other").layout.shape),)


def _as_strided(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "size stride storage_offset")
    offset, itemsize = given.optional("storage_offset"), view.layout.itemsize
    strides = tuple(n * itemsize for n in given.sequence("stride"))
    return (AsStrided(given.sequence("size"), strides, None if offset is None else offset * itemsize),)


def _reshape_alias(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "size stride")
    return (AsStrided(given.sequence("size"), tuple(n * view.layout.itemsize for n in given.sequence("stride"))),)


AXES: dict[str, Lowering] = {
    "_reshape_alias": _reshape_alias,
    "as_strided": _as_strided,
    "diagonal": _diagonal("offset dim1 dim2", "", axes=(0, 1)),
    "expand_as": _expand_as,
    "flatten": _flatten,
    "linalg_diagonal": _diagonal("", "offset dim1 dim2", axes=(-2, -1)),
    "moveaxis": _move,
    "movedim": _move,
    "narrow": _narrow,
    "permute": _permute,
    "ravel": _ravel,
    "reshape_as": _reshape_as,
    "select": _select,
    "slice": _slice,
    "squeeze": _squeeze,
    "swapaxes": _swap("axis0 axis1"),
    "swapdims": _swap("dim0 dim1"),
    "t": _t,
    "transpose": _swap("dim0 dim1"),
    "unflatten": _unflatten,
    "unfold": _unfold,
    "unsqueeze": _unsqueeze,
    "view": _view,
    "view_as": _view_as,
}
"""Names that need no more than the shape."""
