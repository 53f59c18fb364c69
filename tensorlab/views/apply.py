"""One primitive applied to one view, in pure integers: a view, the reason for a copy, or what the library would raise.

Limits: integers that leave 64 bits and NumPy's bound of 64 axes are not modelled; whether a result is writable is not
part of a view (``np.broadcast_to`` gives a read-only one). One answer is better than torch's: a negative size beside an
empty axis is always refused, where ``torch.tensor(1).expand(-2, 0)`` and ``torch.ones(1).broadcast_to((0, 1, -2))``
give a tensor with a negative size.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.views.axes import distinct, error_name, existing, fresh, normal, placed, replaced, without
from tensorlab.views.conversion import convert, without_negative
from tensorlab.views.merging import fortran_strides, merged_strides, obstacle
from tensorlab.views.parts import flip, part
from tensorlab.views.record import (
    AsStrided,
    Convert,
    Copy,
    CopyNeeded,
    Diagonal,
    DropAxes,
    Expand,
    Flip,
    InsertAxis,
    Part,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    Unfold,
    View,
)
from tensorlab.views.reinterpreting import hindrance, holds_pointers, reread
from tensorlab.views.windows import as_strided, diagonal, unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.views.merging import Obstacle
    from tensorlab.views.record import Outcome, Primitive, Rules


def apply(view: View, op: Primitive, rules: Rules) -> Outcome:
    """What one library makes of a view: nothing is touched, no library is loaded.

    Shape, strides and offset are those it reports, also where they cannot matter (size 1, no elements).

    Raises:
        LayoutError: The view's strides lead below the first byte of its storage, so that it could not exist.

    >>> from tensorlab.layout.dtype import dtype
    >>> view = View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"))
    >>> print(apply(view, Slice(1, None, None, 2), "torch"))
    VIEW: shape (2, 2), strides (3, 2) and offset 0 in elements
    >>> print(apply(view, Slice(1, step=-1), "torch"), apply(view, Slice(1, step=-1), "numpy"), sep=chr(10))
    ValueError: torch slices with steps greater than zero; got -1
    VIEW: shape (2, 3), strides (3, -1) and offset 2 in elements
    >>> print(apply(apply(view, Permute((1, 0)), "torch"), Reshape((6,)), "torch"))
    COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements
    """
    outcome = _TABLE[type(op)](view, op, rules)
    if isinstance(outcome, CopyNeeded):
        return without_negative(view) or outcome
    return outcome


def _permute(view: View, op: Permute, rules: Rules) -> Outcome:
    ndim = len(view.layout.shape)
    if len(op.axes) != ndim:
        return Refused(error_name(rules), f"got {len(op.axes)} axes to permute, the view has {ndim}")
    axes = distinct(op.axes, ndim, rules)
    if isinstance(axes, Refused):
        return axes
    layout = view.layout
    return placed(view, tuple(layout.shape[a] for a in axes), tuple(layout.strides[a] for a in axes), layout.offset)


def _slice(view: View, op: Slice, rules: Rules) -> Outcome:
    layout = view.layout
    axis = existing(op.axis, len(layout.shape))
    if isinstance(axis, Refused):
        return axis
    step = 1 if op.step is None else op.step
    if step == 0:
        return Refused("ValueError", "the step of a slice cannot be zero")
    if step < 0 and rules == "torch":
        return Refused("ValueError", f"torch slices with steps greater than zero; got {step}")
    start, stop, step = slice(op.start, op.stop, step).indices(layout.shape[axis])
    size = len(range(start, stop, step))
    if size == 0 and rules == "numpy":
        start, step = 0, 1
    stride = layout.strides[axis]
    return placed(
        view,
        replaced(layout.shape, axis, size),
        replaced(layout.strides, axis, stride * step),
        layout.offset + start * stride,
    )


def _select(view: View, op: Select, _rules: Rules) -> Outcome:
    layout = view.layout
    axis = existing(op.axis, len(layout.shape))
    if isinstance(axis, Refused):
        return axis
    size = layout.shape[axis]
    if not -size <= op.index < size:
        return Refused("IndexError", f"index {op.index} is outside axis {axis} of size {size}")
    offset = layout.offset + op.index % size * layout.strides[axis]
    return placed(view, without(layout.shape, {axis}), without(layout.strides, {axis}), offset)


def _expand(view: View, op: Expand, rules: Rules) -> Outcome:
    layout = view.layout
    ndim = len(layout.shape)
    new = len(op.shape) - ndim
    if new < 0:
        return Refused(error_name(rules), f"shape {op.shape} has fewer axes than the {ndim} of {layout.shape}")
    shape = _expanded_shape(layout.shape, op.shape, rules)
    if isinstance(shape, Refused):
        return shape
    strides = _torch_expanded(layout, shape) if rules == "torch" else _numpy_expanded(layout, new)
    return placed(view, shape, strides, layout.offset)


def _expanded_shape(old: tuple[int, ...], asked: tuple[int, ...], rules: Rules) -> tuple[int, ...] | Refused:
    existing = (None,) * (len(asked) - len(old)) + old
    keep = -1 if rules == "torch" else None
    shape = tuple(here if n == keep and here is not None else n for n, here in zip(asked, existing, strict=True))
    for axis, (n, here) in enumerate(zip(shape, existing, strict=True)):
        if n < 0:
            return Refused(error_name(rules), f"axis {axis} cannot be expanded to size {n}")
        if here not in (None, 1, n):
            return Refused(error_name(rules), f"axis {axis} has size {here}, and only size 1 expands; got {n}")
    return shape


def _torch_expanded(layout: Layout, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A new axis of size 1 gets the stride that would make it contiguous; all strides of a 0-d tensor become 0."""
    if not layout.shape:
        return (0,) * len(shape)
    new = len(shape) - len(layout.shape)
    strides = [0] * new + [
        s if n == m else 0 for s, n, m in zip(layout.strides, layout.shape, shape[new:], strict=True)
    ]
    for axis in reversed(range(new)):
        if shape[axis] == 1:
            strides[axis] = shape[axis + 1] * strides[axis + 1]
    return tuple(strides)


def _numpy_expanded(layout: Layout, new: int) -> tuple[int, ...]:
    """Stride 0 on every axis that could repeat, also where it does not."""
    return (0,) * new + tuple(0 if n == 1 else s for s, n in zip(layout.strides, layout.shape, strict=True))


def _reshape(view: View, op: Reshape, rules: Rules) -> Outcome:
    layout = view.layout
    shape = _inferred(op.shape, numel(layout.shape), rules)
    if isinstance(shape, Refused):
        return shape
    if rules == "numpy" and op.shape == layout.shape:  # asked for outright; with -1 it computes strides anew
        return view
    if op.order == "F":
        return _fortran(view, shape, op, rules)
    found = obstacle(layout, shape)
    if found is None:
        return placed(view, shape, merged_strides(layout, shape, rules), layout.offset)
    return _unmerged(view, shape, op, found, rules)


def _fortran(view: View, shape: tuple[int, ...], op: Reshape, rules: Rules) -> Outcome:
    """Counted from the first axis on: the axes in reverse are in C order, but for the strides of size 1."""
    if rules == "torch":
        return Refused("TypeError", "torch counts elements in C order alone")
    layout = view.layout
    mirrored = Layout(layout.shape[::-1], layout.strides[::-1], layout.offset, layout.itemsize)
    found = obstacle(mirrored, shape[::-1])
    if found is None:
        return placed(view, shape, fortran_strides(layout, shape), layout.offset)
    ndim = len(layout.shape)
    needed = _unmerged(placed(view, mirrored.shape, mirrored.strides, layout.offset), shape[::-1], op, found, rules)
    if isinstance(needed, Refused):
        return needed
    block = needed.result.layout
    turned = placed(needed.result, shape, block.strides[::-1], 0)
    return replace(needed, result=turned, axes=(ndim - 1 - found.left, ndim - 1 - found.right))


def _unmerged(view: View, shape: tuple[int, ...], op: Reshape, found: Obstacle, rules: Rules) -> CopyNeeded | Refused:
    needed = CopyNeeded(
        "axes",
        fresh(view, shape, rules),
        axes=(found.left, found.right),
        stride=found.stride,
        needed=found.needed,
        count=view.layout.shape[found.right],
    )
    return needed if op.mode == "reshape" else Refused(error_name(rules), f"no view has shape {shape}; {needed.reason}")


def _inferred(shape: tuple[int, ...], count: int, rules: Rules) -> tuple[int, ...] | Refused:
    """The shape with its open size filled in. Any negative size is open for NumPy, only -1 for torch."""
    wild = [axis for axis, n in enumerate(shape) if n < 0]
    if rules == "torch" and any(n < -1 for n in shape):
        return Refused(error_name(rules), f"a size is 0 or more, or -1 to have it inferred; got {shape}")
    if len(wild) > 1:
        return Refused(error_name(rules), f"only one size can be inferred; got {shape}")
    known = numel(tuple(n for n in shape if n >= 0))
    if not wild:
        return shape if known == count else Refused(error_name(rules), f"shape {shape} does not hold {count} elements")
    if known == 0 or count % known:
        why = "could be anything" if known == count == 0 else f"cannot make {count} elements"
        return Refused(error_name(rules), f"the open size of {shape} {why}")
    return replaced(shape, wild[0], count // known)


def _insert(view: View, op: InsertAxis, rules: Rules) -> Outcome:
    layout = view.layout
    axis = normal(op.axis, len(layout.shape) + 1, rules)
    if isinstance(axis, Refused):
        return axis
    stride = 0
    if rules == "torch":
        inside = axis < len(layout.shape)
        stride = layout.shape[axis] * layout.strides[axis] if inside else layout.itemsize
    shape = (*layout.shape[:axis], 1, *layout.shape[axis:])
    return placed(view, shape, (*layout.strides[:axis], stride, *layout.strides[axis:]), layout.offset)


def _drop(view: View, op: DropAxes, rules: Rules) -> Outcome:
    layout = view.layout
    ones = {axis for axis, n in enumerate(layout.shape) if n == 1}
    if op.axes is not None:
        axes = distinct(op.axes, len(layout.shape), rules)
        if isinstance(axes, Refused):
            return axes
        other = [axis for axis in axes if axis not in ones]
        if other and rules == "numpy":
            return Refused("ValueError", f"only axes of size 1 can be dropped; axis {other[0]} is larger or empty")
        ones &= set(axes)
    return placed(view, without(layout.shape, ones), without(layout.strides, ones), layout.offset)


def _reinterpret(view: View, op: Reinterpret, rules: Rules) -> Outcome:
    """Both libraries refuse what they would have to compute first: torch a conjugate or a negative, NumPy objects."""
    if view.conj or view.neg:
        needed = "a conj or neg bit must be applied before the bytes are read as another dtype"
        return Refused(error_name(rules), needed)
    if rules == "numpy" and view.dtype != op.dtype and (holds_pointers(view.dtype) or holds_pointers(op.dtype)):
        return Refused("TypeError", "the bytes of pointers to objects are read as nothing else")
    why = hindrance(view.layout, op.dtype, rules)
    if why is not None:
        return Refused(error_name(rules), why)
    return View(reread(view.layout, op.dtype.itemsize), op.dtype, device=view.device)


def _copy(view: View, _op: Copy, rules: Rules) -> Outcome:
    return CopyNeeded("always", fresh(view, view.layout.shape, rules))


_TABLE: dict[type[Primitive], Callable[[View, Any, Rules], Outcome]] = {
    Permute: _permute,
    Slice: _slice,
    Select: _select,
    Expand: _expand,
    Reshape: _reshape,
    InsertAxis: _insert,
    DropAxes: _drop,
    Diagonal: diagonal,
    Unfold: unfold,
    AsStrided: as_strided,
    Reinterpret: _reinterpret,
    Part: part,
    Flip: flip,
    Convert: convert,
    Copy: _copy,
}
