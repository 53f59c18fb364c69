"""NumPy's view operations and conversions, lowered. Where a method and a function differ, a name is the method."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tensorlab.layout.facts import is_contiguous
from tensorlab.views.arguments import MOST_PIECES, Given, pieces, unsupported
from tensorlab.views.axes import existing, normal
from tensorlab.views.numpy_axes import AXES
from tensorlab.views.record import Convert, Part, Refused, Reinterpret, Reshape, Select, Slice
from tensorlab.views.spelling import expanded, one_axis_sliced, subscripted

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.primitives import Cause, CopyOrder
    from tensorlab.views.record import Rules, View
    from tensorlab.views.spelling import Lowered, Lowering

_FEWEST = {"hsplit": 1, "vsplit": 2, "dsplit": 3}
"""Axes that an array must have."""


def _view(_view: View, call: Call, _rules: Rules) -> Lowered:
    """A dtype, or nothing: the array as it is."""
    given = Given(call, "dtype")
    kind = given.kind("dtype")
    if kind is None and given.has("dtype"):
        raise given.unknown()
    return () if kind is None else (Reinterpret(kind),)


def _part(part: str) -> Lowering:
    def lowering(_view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        return (Part("real" if part == "real" else "imag"),)

    return lowering


def _order(given: Given, default: CopyOrder) -> CopyOrder:
    orders: dict[str, CopyOrder] = {"C": "C", "F": "F", "A": "A", "K": "K"}
    return orders[given.word("order", tuple(orders), default)]


def _astype(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "dtype order casting subok copy")
    kind = given.kind("dtype")
    if kind is None:
        raise given.unknown()
    given.word("casting", ("unsafe",), "unsafe")
    given.truth("subok", default=True)
    cause: Cause | None = "always" if given.truth("copy", default=True) and kind == view.dtype else None
    return (Convert(_order(given, "K"), kind, cause=cause),)


def _copy(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Convert(_order(Given(call, "order"), "C"), cause="always"),)


def _as_order(order: CopyOrder) -> Lowering:
    def lowering(view: View, call: Call, _rules: Rules) -> Lowered:
        converted = Convert(order, Given(call, "dtype").kind("dtype"))
        return (converted,) if view.layout.shape else (converted, Reshape((1,)))

    return lowering


def _asarray(view: View, call: Call, _rules: Rules) -> Lowered:
    """Where the dtype changes too, order A is no order: NumPy keeps that of the axes."""
    given = Given(call, "dtype order", "copy")
    kind, order, copy = given.kind("dtype"), _order(given, "K"), given.value("copy")
    if copy not in (None, True, False) or type(copy) is int:
        raise given.unknown()
    changes = kind is not None and kind != view.dtype
    lies = order in {"A", "K"} or is_contiguous(view.layout, "F" if order == "F" else "C")
    if copy is False and (changes or not lies):
        return Refused("ValueError", "a copy is needed, and none is allowed")
    return (
        Convert(
            "K" if order == "A" and (changes or not copy) else order,
            kind,
            cause="always" if copy and not changes else None,
        ),
    )


def _split(view: View, call: Call, rules: Rules) -> Lowered:
    """Into equal parts, which must be whole (not for ``array_split``), or at indices."""
    given = Given(call, "indices_or_sections axis")
    where, asked = given.value("indices_or_sections"), given.integer("axis", 0)
    axis = existing(asked, len(view.layout.shape))
    _parts(call, where)
    if isinstance(axis, Refused):
        return axis
    return _cut(view, call, axis, rules)


def _split_along(view: View, call: Call, rules: Rules) -> Lowered:
    ndim, fewest = len(view.layout.shape), _FEWEST[call.name]
    _parts(call, Given(call, "indices_or_sections").value("indices_or_sections"))
    if ndim < fewest:
        return Refused("ValueError", f"{call.name} needs {fewest} axes or more; the array has {ndim}")
    axis = {"hsplit": min(1, ndim - 1), "vsplit": 0, "dsplit": 2}[call.name]
    return _cut(view, call, axis, rules)


def _parts(call: Call, where: object) -> int | tuple[int, ...]:
    if type(where) is int:
        return where
    if not isinstance(where, tuple | list) or any(type(n) is not int for n in where):
        raise unsupported(call, "a number of parts, or a tuple of indices")
    return tuple(where)


def _cut(view: View, call: Call, axis: int, _rules: Rules) -> Lowered:
    given = Given(call, "indices_or_sections axis")
    where, size = _parts(call, given.value("indices_or_sections")), view.layout.shape[axis]
    if isinstance(where, tuple):
        return pieces(call, [Slice(axis, start, stop) for start, stop in pairwise([0, *where, size])])
    if where == 0 and call.name != "array_split":
        return Refused("ZeroDivisionError", "an axis cannot be split into 0 parts")
    if where < 1 or (size % where and call.name != "array_split"):
        return Refused("ValueError", f"axis {axis} of {size} does not make {where} equal parts")
    small, larger = divmod(size, where)
    ends = [0]
    for part in range(min(where, MOST_PIECES + 1)):
        ends.append(ends[-1] + small + (part < larger))
    return pieces(call, [Slice(axis, start, stop) for start, stop in pairwise(ends)])


def _unstack(view: View, call: Call, rules: Rules) -> Lowered:
    asked = Given(call, "", "axis").integer("axis", 0)
    if not view.layout.shape:
        return Refused("ValueError", "an array without axes has none to unstack")
    axis = normal(asked, len(view.layout.shape), rules)
    if isinstance(axis, Refused):
        return axis
    if len(view.layout.shape) == 1:
        raise unsupported(call, "an array of two axes or more: of one axis the pieces are scalars")
    return pieces(call, [Select(axis, index) for index in range(min(view.layout.shape[axis], MOST_PIECES + 1))])


VIEWS: dict[str, Lowering] = {
    **AXES,
    "array_split": _split,
    "asarray": _asarray,
    "ascontiguousarray": _as_order("C"),
    "asfortranarray": _as_order("F"),
    "astype": _astype,
    "broadcast_to": expanded,
    "copy": _copy,
    "dsplit": _split_along,
    "getitem": subscripted,
    "hsplit": _split_along,
    "imag": _part("imag"),
    "real": _part("real"),
    "slice_axis": one_axis_sliced,
    "split": _split,
    "unstack": _unstack,
    "view": _view,
    "vsplit": _split_along,
}
"""What a chain may call under NumPy's rules."""
