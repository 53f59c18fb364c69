"""Another dtype, another device, another order of the elements: whether a copy is needed, and the strides it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.memory_format import kept_strides
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.views.record import CopyNeeded, Refused, View

if TYPE_CHECKING:
    from tensorlab.layout.record import Order
    from tensorlab.views.primitives import Cause, CopyOrder
    from tensorlab.views.record import Convert, Outcome, Rules

_CHANNELS = {"channels_last": 4, "channels_last_3d": 5}
"""Axes that torch's formats are for."""


NO_NEGATIVE = frozenset(
    [
        *("bool", "uint16", "uint32", "uint64", "float4_e2m1fn_x2", "float8_e4m3fn", "float8_e4m3fnuz"),
        *("float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"),
    ]
)
"""Dtypes whose negative torch does not compute: the bit can be set, and no copy made of it."""


def without_negative(view: View) -> Refused | None:
    """What torch raises where it would have to compute a negative and cannot; None where it can, or need not.

    >>> from tensorlab.layout.dtype import dtype
    >>> print(without_negative(View(Layout((2,), (1,)), dtype("bool"), neg=True)))
    NotImplementedError: no copy holds the negative of a bool
    """
    if view.neg and view.dtype.name in NO_NEGATIVE and numel(view.layout.shape):
        return Refused("NotImplementedError", f"no copy holds the negative of a {view.dtype.name}")
    return None


def convert(view: View, op: Convert, rules: Rules) -> Outcome:
    """The view itself where dtype, device and order are as asked; otherwise a copy, and which of them is its cause.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.views.record import Convert
    >>> view = View(Layout((2, 3), (4, 8), itemsize=4), dtype("float32"))
    >>> print(convert(view, Convert("C"), "torch"), convert(view, Convert("F"), "numpy"), sep=chr(10))
    COPY: the elements are asked for in another order
    VIEW: shape (2, 3), strides (1, 2) and offset 0 in elements
    >>> convert(view, Convert(dtype=dtype("float64")), "torch").result.layout.strides
    (8, 16)
    """
    cause = op.cause or _cause(view, op)
    if cause is None:
        return view
    if op.order in _CHANNELS and len(view.layout.shape) != _CHANNELS[op.order]:
        return Refused("RuntimeError", f"{op.order} needs {_CHANNELS[op.order]} axes; got {view.layout.shape}")
    kind = op.dtype or view.dtype
    strides = _strides(view.layout, op.order, rules)
    if view.layout.itemsize != kind.itemsize:
        ratio = view.layout.itemsize or 1
        strides = tuple(stride // ratio * kind.itemsize for stride in strides)
    return CopyNeeded(
        cause, View(Layout(view.layout.shape, strides, 0, kind.itemsize), kind, device=op.device or view.device)
    )


def _cause(view: View, op: Convert) -> Cause | None:
    if op.dtype is not None and op.dtype != view.dtype:
        return "dtype"
    if op.device is not None and op.device != view.device:
        return "device"
    return None if in_order(view.layout, op.order) else "format"


def in_order(layout: Layout, order: CopyOrder) -> bool:
    """Whether the elements lie in that order already; a channels-last order is for one number of axes.

    >>> in_order(Layout((2, 3), (1, 2)), "A"), in_order(Layout((2, 3), (1, 2)), "channels_last")
    (True, False)
    """
    if order in {"K", "same"}:
        return True
    if order == "A":
        return is_contiguous(layout) or is_contiguous(layout, "F")
    axes = _CHANNELS.get(order, len(layout.shape))
    return len(layout.shape) == axes and is_contiguous(layout, cast("Order", order))


def _strides(layout: Layout, order: CopyOrder, rules: Rules) -> tuple[int, ...]:
    if order == "same":
        return layout.strides
    if rules == "numpy":
        return _numpy_strides(layout, order)
    if order == "K":
        return kept_strides(layout) or canonical_strides(layout.shape, layout.itemsize)
    return canonical_strides(layout.shape, layout.itemsize, cast("Order", order))


def _numpy_strides(layout: Layout, order: CopyOrder) -> tuple[int, ...]:
    """As ``PyArray_NewLikeArray``: K sorts the axes by the size of their strides where neither C nor F order is met."""
    if numel(layout.shape) == 0:
        return (0,) * len(layout.shape)
    fortran = is_contiguous(layout, "F") and not is_contiguous(layout)
    if order == "F" or (order in {"A", "K"} and fortran):
        return canonical_strides(layout.shape, layout.itemsize, "F")
    if order != "K" or is_contiguous(layout):
        return canonical_strides(layout.shape, layout.itemsize)
    strides = [0] * len(layout.shape)
    step = layout.itemsize
    for axis in reversed(_slowest_first(layout)):
        strides[axis] = step
        step *= layout.shape[axis]
    return tuple(strides)


def _slowest_first(layout: Layout) -> list[int]:
    """Axes by the size of their strides; NumPy's sort is stable here."""
    return sorted(range(len(layout.shape)), key=lambda axis: -abs(layout.strides[axis]))
