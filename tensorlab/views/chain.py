"""Chains of view operations under the names that users know, lowered to primitives and followed to their end.

A name is one row of a table: what it is called, and a function from a view and the arguments to primitives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError, UnsupportedError, unknown_name
from tensorlab.views import aten, numpy_names, unannotated
from tensorlab.views.apply import apply
from tensorlab.views.arguments import Pieces
from tensorlab.views.calls import Call, Step, written
from tensorlab.views.record import CopyNeeded, Refused, View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.views.record import Outcome, Primitive, Rules
    from tensorlab.views.spelling import Lowered, Lowering

NAMES: dict[Rules, dict[str, Lowering]] = {
    "torch": dict(sorted({**aten.PUBLIC, **unannotated.LOWERED}.items())),
    "numpy": dict(sorted(numpy_names.VIEWS.items())),
}
"""What can be called under whose rules. ``slice_axis`` is ours: a slice of one axis, all others left as they are."""

_WIDEST = 2**63
_MOST_AXES = 64


def follow(view: View, calls: Iterable[Call], rules: Rules) -> tuple[Step, ...]:
    """What each call of a chain gives. A copy is gone on with; the chain stops where the library would raise.

    After a call that gives a tuple of views, the next one is a "getitem" that picks one of them, or several by a slice.

    Raises:
        UnknownNameError: No view operation has that name under these rules.
        UnsupportedError: A call has arguments that its name does not take, or numbers beyond 64 bits came out.

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
    >>> for step in follow(view, [Call("split", (4,)), Call("getitem", (1,))], "torch")[1:]:
    ...     print(step)
    [1] -> VIEW: shape (2,), strides (1,) and offset 4 in elements
    """
    steps: list[Step] = []
    for call in _checked(calls):
        if steps and steps[-1].several:
            steps.append(_picked(steps[-1], call))
            continue
        before = steps[-1].result if steps else view
        if steps and before is None:
            break
        steps.append(step(before, call, rules))  # type: ignore[arg-type]  # a view that is none is told by step
    return tuple(steps)


def step(view: View, call: Call, rules: Rules) -> Step:
    """What one call makes of one view.

    Raises:
        UnknownNameError: No view operation has that name under these rules.
        UnsupportedError: The call has arguments that its name does not take, or numbers beyond 64 bits came out, or
            an empty view of NumPy's that begins before its memory.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> view = View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"))
    >>> print(step(view, Call("flatten"), "torch"))
    flatten() -> VIEW: shape (6,), strides (1,) and offset 0 in elements
    >>> [len(step(view, Call("unbind", (), (("dim", 1),)), "torch").after), len(step(view, Call("T"), "numpy").after)]
    [3, 1]
    """
    lowered = lower(view, call, rules)
    if isinstance(lowered, Refused):
        return Step(str(call), (), view, (lowered,))
    several = isinstance(lowered, Pieces)
    rows = tuple((op,) for op in lowered.each) if isinstance(lowered, Pieces) else (lowered,)
    try:
        after = tuple(_run(view, ops, rules) for ops in rows)
    except LayoutError as error:
        raise UnsupportedError(
            f"cannot follow {call}: what comes out begins before the first byte of its storage",
            hint="NumPy makes such an array where it is empty, of a flipped one; no layout says so",
        ) from error
    return Step(str(call), lowered.each if isinstance(lowered, Pieces) else lowered, view, after, several=several)


def lower(view: View, call: Call, rules: Rules) -> Lowered:
    """The primitives that one call stands for; which they are may depend on the view. ``Pieces`` for a tuple of views.

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
    _require_known(view, call, rules)
    if call.name not in NAMES[rules]:
        raise unknown_name(f"{rules} view operation", call.name, NAMES[rules])
    _require_countable(view, rules)
    return NAMES[rules][call.name](view, call, rules)


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
        _require_countable(view, rules)
    if copied is None:
        return view
    return CopyNeeded(copied.cause, view, copied.axes, copied.stride, copied.needed, copied.count)


def _require_known(view: object, call: object, rules: object) -> None:
    """What comes from outside may be anything."""
    if not isinstance(view, View) or not isinstance(call, Call):
        raise UnsupportedError(f"a call is made on a view; got {type(call).__name__} on {type(view).__name__}")
    if type(rules) is not str or rules not in NAMES:
        raise unknown_name("set of rules", written(rules), NAMES)


def _checked(calls: Iterable[Call]) -> tuple[Call, ...]:
    try:
        return tuple(calls)
    except TypeError:
        raise UnsupportedError(f"a chain is some calls; got {type(calls).__name__}", hint="give a list") from None


def _require_countable(view: View, rules: Rules) -> None:
    """Both libraries count in 64 bits, empty axes passed over, and NumPy has 64 axes at most."""
    layout = view.layout
    least = layout.itemsize or 1
    for n in layout.shape:
        least *= n or 1
    widest = max((abs(n) for n in layout.strides), default=0)
    if max(least, widest, layout.offset) >= _WIDEST or (rules == "numpy" and len(layout.shape) > _MOST_AXES):
        raise UnsupportedError(
            f"cannot follow a view of {least:,} B and {len(layout.shape)} axes" if least < _WIDEST**2 else "too large",
            hint=f"numbers are of 64 bits, and NumPy has {_MOST_AXES} axes",
        )


def _picked(before: Step, call: Call) -> Step:
    """A piece of a tuple, or several by a slice."""
    index = call.args[0] if call.name == "getitem" and len(call.args) == 1 and not call.keywords else None
    count = len(before.after)
    if isinstance(index, slice) and all(n is None or type(n) is int for n in (index.start, index.stop, index.step)):
        if index.step == 0:
            return Step(str(call), (), before.before, (Refused("ValueError", "the step of a slice cannot be zero"),))
        return Step(str(call), (), before.before, before.after[index], several=True)
    if type(index) is not int:
        raise UnsupportedError(f"cannot follow {call} of a tuple of {count} views", hint="pick one with [i]")
    if not -count <= index < count:
        absent = Refused("IndexError", f"there is no [{written(index)}] of {count} views")
        return Step(str(call), (), before.before, (absent,))
    outcome = before.after[index]
    chosen = outcome.result if isinstance(outcome, CopyNeeded) else outcome
    return Step(str(call), (), chosen if isinstance(chosen, View) else before.before, (outcome,))
