"""Chains of view operations under the names that users know, lowered to primitives and followed to their end.

A name is one row of a table: what it is called, and a function from a view and the arguments to primitives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tensorlab.errors import UnsupportedError, unknown_name
from tensorlab.layout.dtype import DType
from tensorlab.views.apply import apply
from tensorlab.views.calls import Step
from tensorlab.views.record import (
    CopyNeeded,
    DropAxes,
    Expand,
    InsertAxis,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Slice,
)
from tensorlab.views.subscript import lower_subscript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tensorlab.views.calls import Call
    from tensorlab.views.record import Outcome, Primitive, Rules, View

_Lowered: TypeAlias = "tuple[Primitive, ...] | Refused"


def follow(view: View, calls: Iterable[Call], rules: Rules) -> tuple[Step, ...]:
    """What each call of a chain gives. A copy is gone on with; the chain stops where the library would raise.

    Raises:
        UnknownNameError: No view operation has that name under these rules.
        UnsupportedError: A call has arguments that its name does not take.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.views.record import View
    >>> view = View(Layout((6,), (4,), itemsize=4), dtype("float32"))
    >>> for step in follow(view, [Call("view", (2, 3)), Call("t"), Call("reshape", (6,)), Call("view", (4,))], "torch"):
    ...     print(step)
    view(2, 3) -> VIEW: shape (2, 3), strides (3, 1) and offset 0 in elements
    t() -> VIEW: shape (3, 2), strides (1, 3) and offset 0 in elements
    reshape(6) -> COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements
    view(4) -> RuntimeError: shape (4,) does not hold 6 elements
    """
    steps: list[Step] = []
    before: View | None = view
    for call in calls:
        if before is None:
            break
        steps.append(_step(before, call, rules))
        before = steps[-1].result
    return tuple(steps)


def lower(view: View, call: Call, rules: Rules) -> tuple[Primitive, ...] | Refused:
    """The primitives that one call stands for; which they are may depend on how many axes the view has.

    Raises:
        UnknownNameError: No view operation has that name under these rules.
        UnsupportedError: The arguments are none that the name takes.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.views.record import View
    >>> view = View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"))
    >>> lower(view, Call("t"), "torch"), lower(view, Call("getitem", ((0, slice(1, None)),)), "torch")
    ((Permute(axes=(1, 0)),), (Select(axis=0, index=0), Slice(axis=0, start=1, stop=None, step=None)))
    """
    names = NAMES[rules]
    if call.name not in names:
        raise unknown_name(f"{rules} view operation", call.name, names)
    return names[call.name](view, call, rules)


def _step(before: View, call: Call, rules: Rules) -> Step:
    lowered = lower(before, call, rules)
    if isinstance(lowered, Refused):
        return Step(str(call), (), before, (lowered,))
    return Step(str(call), lowered, before, (_run(before, lowered, rules),))


def _run(view: View, ops: tuple[Primitive, ...], rules: Rules) -> Outcome:
    """The outcome of primitives in a row; one copy among them makes a copy of the whole."""
    copied: CopyNeeded | None = None
    for op in ops:
        outcome = apply(view, op, rules)
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, CopyNeeded):
            copied, outcome = outcome, outcome.result
        view = outcome
    if copied is None:
        return view
    return CopyNeeded(copied.cause, view, copied.axes, copied.stride, copied.needed, copied.count)


def _t(view: View, call: Call, _rules: Rules) -> _Lowered:
    _integers(call, "no arguments", 0)
    ndim = len(view.layout.shape)
    if ndim > 2:
        return Refused("RuntimeError", f"t() is for at most 2 axes; the view has {ndim}")
    return (Permute(tuple(reversed(range(ndim)))),)


def _swap(view: View, call: Call, rules: Rules) -> _Lowered:
    """Two axes change places. torch lets a 0-d tensor pass for one with an axis."""
    pair = _integers(call, "two axes", 2)
    ndim = len(view.layout.shape)
    count = max(ndim, 1) if rules == "torch" else ndim
    for axis in pair:
        if not -count <= axis < count:
            error = "IndexError" if rules == "torch" else "AxisError"
            return Refused(error, f"axis {axis} is outside the {ndim} axes")
    first, second = (axis % count for axis in pair)
    order = list(range(ndim))
    if order:
        order[first], order[second] = second, first
    return (Permute(tuple(order)),)


def _permute(_view: View, call: Call, _rules: Rules) -> _Lowered:
    return (Permute(_sizes(call)),)


def _reorder(view: View, call: Call, _rules: Rules) -> _Lowered:
    """NumPy's ``transpose``: without arguments, or with None, the axes are reversed."""
    if call.args in ((), (None,)):
        return (Permute(tuple(reversed(range(len(view.layout.shape))))),)
    return (Permute(_sizes(call)),)


def _slice_axis(_view: View, call: Call, _rules: Rules) -> _Lowered:
    if not 1 <= len(call.args) <= 4 or not all(n is None or type(n) is int for n in call.args) or call.args[0] is None:
        raise _unsupported(call, "an axis, then start, stop and step, each an integer or None")
    return (Slice(*call.args),)  # type: ignore[arg-type]  # the line before looked at each of them


def _getitem(view: View, call: Call, rules: Rules) -> _Lowered:
    if len(call.args) != 1:
        raise _unsupported(call, "one index, a tuple for several axes")
    return lower_subscript(call.args[0], view, rules)


def _expand(_view: View, call: Call, _rules: Rules) -> _Lowered:
    return (Expand(_sizes(call)),)


def _view(_view: View, call: Call, rules: Rules) -> _Lowered:
    """A dtype, or torch's sizes. NumPy's ``view()`` without arguments is the array as it is."""
    if len(call.args) == 1 and isinstance(call.args[0], DType):
        return (Reinterpret(call.args[0]),)
    if rules == "torch":
        return (Reshape(_sizes(call), "view"),)
    _integers(call, "a dtype, or nothing", 0)
    return ()


def _reshape(_view: View, call: Call, _rules: Rules) -> _Lowered:
    return (Reshape(_sizes(call)),)


def _squeeze(view: View, call: Call, rules: Rules) -> _Lowered:
    """NumPy lets a 0-d array be squeezed along a single axis 0 or -1, not along a tuple of them."""
    if not call.args or (rules == "numpy" and call.args == (None,)):
        return (DropAxes(),)
    if rules == "numpy" and not view.layout.shape and call.args in ((0,), (-1,)):
        return (DropAxes(()),)
    if len(call.args) != 1:
        raise _unsupported(call, "nothing, one axis, or a tuple of axes")
    return (DropAxes(_sizes(call)),)


def _unsqueeze(_view: View, call: Call, _rules: Rules) -> _Lowered:
    return (InsertAxis(*_integers(call, "one axis", 1)),)


def _expand_dims(view: View, call: Call, _rules: Rules) -> _Lowered:
    """NumPy reshapes here, so that strides are not those of ``None`` in an index."""
    if len(call.args) != 1:
        raise _unsupported(call, "one axis, or a tuple of axes")
    asked = _sizes(call)
    ndim = len(view.layout.shape) + len(asked)
    for axis in asked:
        if not -ndim <= axis < ndim:
            return Refused("AxisError", f"axis {axis} is outside the {ndim} axes")
    new = {axis % ndim for axis in asked}
    if len(new) < len(asked):
        return Refused("ValueError", f"an axis is named twice in {asked}")
    old = iter(view.layout.shape)
    return (Reshape(tuple(1 if axis in new else next(old) for axis in range(ndim))),)


NAMES: dict[Rules, dict[str, Callable[[View, Call, Rules], _Lowered]]] = {
    "torch": {
        "broadcast_to": _expand,
        "expand": _expand,
        "getitem": _getitem,
        "permute": _permute,
        "reshape": _reshape,
        "slice_axis": _slice_axis,
        "squeeze": _squeeze,
        "swapaxes": _swap,
        "t": _t,
        "transpose": _swap,
        "unsqueeze": _unsqueeze,
        "view": _view,
    },
    "numpy": {
        "broadcast_to": _expand,
        "expand_dims": _expand_dims,
        "getitem": _getitem,
        "reshape": _reshape,
        "slice_axis": _slice_axis,
        "squeeze": _squeeze,
        "swapaxes": _swap,
        "transpose": _reorder,
        "view": _view,
    },
}
"""What can be called under whose rules. ``slice_axis`` is ours: a slice of one axis, all others left as they are."""


def _sizes(call: Call) -> tuple[int, ...]:
    """Integers given one by one, or as one tuple or list."""
    only = call.args[0] if len(call.args) == 1 else call.args
    numbers = only if isinstance(only, (tuple, list)) else (only,)
    if not call.args or any(type(n) is not int for n in numbers):
        raise _unsupported(call, "integers, one by one or as a tuple")
    return tuple(numbers)


def _integers(call: Call, expected: str, count: int) -> tuple[int, ...]:
    if len(call.args) != count:
        raise _unsupported(call, expected)
    return _sizes(call) if count else ()


def _unsupported(call: Call, expected: str) -> UnsupportedError:
    return UnsupportedError(f"cannot follow {call}", hint=f"{call.name} takes {expected}")
