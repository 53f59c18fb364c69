"""The primitives that walk memory in steps of their own: a diagonal, windows along an axis, strides told outright."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.views.axes import error_name, normal, placed, replaced, without
from tensorlab.views.record import Refused

if TYPE_CHECKING:
    from tensorlab.views.record import AsStrided, Diagonal, Outcome, Rules, Unfold, View


def diagonal(view: View, op: Diagonal, rules: Rules) -> Outcome:
    """Two axes made one, at the end, whose stride is the sum of theirs.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import Diagonal, View
    >>> print(diagonal(View(Layout((3, 4), (4, 1)), dtype("int8")), Diagonal(0, 1, 1), "torch"))
    VIEW: shape (3,), strides (5,) and offset 1 in elements
    """
    layout = view.layout
    ndim = len(layout.shape)
    if rules == "numpy" and ndim < 2:
        return Refused("ValueError", f"a diagonal needs two axes; the array has {ndim}")
    first, second = normal(op.first, ndim, rules), normal(op.second, ndim, rules)
    if isinstance(first, Refused):
        return first
    if isinstance(second, Refused):
        return second
    if first == second:
        return Refused(error_name(rules), f"a diagonal needs two axes; got axis {first} twice")
    rows = layout.shape[first] + min(op.shift, 0)
    columns = layout.shape[second] - max(op.shift, 0)
    size = max(min(rows, columns), 0)
    skipped = layout.strides[second] if op.shift >= 0 else layout.strides[first]
    moved = size > 0 or (rules == "numpy" and min(rows, columns) == 0)
    offset = layout.offset + abs(op.shift) * skipped if moved else layout.offset
    shape = (*without(layout.shape, {first, second}), size)
    return placed(
        view, shape, (*without(layout.strides, {first, second}), layout.strides[first] + layout.strides[second]), offset
    )


def unfold(view: View, op: Unfold, rules: Rules) -> Outcome:
    """The axis counts windows, a new last axis the elements of one; they overlap where the step is less than the size.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import Unfold, View
    >>> print(unfold(View(Layout((10,), (4,), itemsize=4), dtype("float32")), Unfold(0, 3, 2), "torch"))
    VIEW: shape (4, 3), strides (2, 1) and offset 0 in elements
    """
    layout = view.layout
    axis = normal(op.axis, len(layout.shape), rules)
    if isinstance(axis, Refused):
        return axis
    n, stride = (layout.shape[axis], layout.strides[axis]) if layout.shape else (1, layout.itemsize)
    if not 0 <= op.size <= n:
        return Refused(error_name(rules), f"a window has 0 to {n} elements along axis {axis}; got {op.size}")
    if op.step < 1:
        return Refused(error_name(rules), f"windows start one or more elements apart; got {op.step}")
    if not layout.shape:
        return placed(view, (op.size,), (stride,), layout.offset)
    shape = (*replaced(layout.shape, axis, (n - op.size) // op.step + 1), op.size)
    return placed(view, shape, (*replaced(layout.strides, axis, stride * op.step), stride), layout.offset)


def as_strided(view: View, op: AsStrided, rules: Rules) -> Outcome:
    """The layout that was asked for, if there can be one; whether the storage is large enough is not known.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import AsStrided, View
    >>> print(as_strided(View(Layout((6,), (1,)), dtype("int8")), AsStrided((3,), (-1,), 2), "torch"))
    RuntimeError: torch takes no negative strides; got (-1,)
    """
    offset = view.layout.offset if op.offset is None else op.offset
    if len(op.shape) != len(op.strides):
        return Refused(error_name(rules), f"got {len(op.strides)} strides for {len(op.shape)} axes")
    if any(n < 0 for n in op.shape):
        return Refused(error_name(rules), f"a size is 0 or more; got {op.shape}")
    if rules == "torch" and any(stride < 0 for stride in op.strides):
        return Refused("RuntimeError", f"torch takes no negative strides; got {op.strides}")
    if offset < 0:
        return Refused(error_name(rules), f"an offset is 0 or more; got {offset}")
    return placed(view, op.shape, op.strides, offset)
