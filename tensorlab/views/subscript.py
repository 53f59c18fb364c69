"""Square brackets: basic indices (int, slice, None, Ellipsis) lowered to primitives."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tensorlab.errors import UnsupportedError
from tensorlab.views.calls import written
from tensorlab.views.record import Copy, InsertAxis, Refused, Select, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.views.record import Primitive, Rules, View


def lower_subscript(index: object, view: View, rules: Rules) -> tuple[Primitive, ...] | Refused:
    """The primitives that ``x[index]`` stands for.

    NumPy copies where every axis is taken by an integer and there is no Ellipsis: ``a[1, 2]`` is a scalar of its own.

    Raises:
        UnsupportedError: The index holds something else than int, slice, None and Ellipsis (lists and masks copy, by
            rules of their own), or two Ellipses (torch reads beyond the axes there).

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import View
    >>> view = View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32"))
    >>> lower_subscript((None, ..., 1), view, "torch")
    (InsertAxis(axis=0), Select(axis=2, index=1))
    >>> lower_subscript((1, 2), view, "numpy")
    (Select(axis=0, index=1), Select(axis=0, index=2), Copy())
    """
    parts = index if isinstance(index, tuple) else (index,)
    for part in parts:
        _require_basic(part)
    ndim = len(view.layout.shape)
    taken = sum(isinstance(part, int | slice) for part in parts)
    if parts.count(Ellipsis) > 1:
        return _two_ellipses(rules)
    if rules == "torch" and isinstance(index, slice) and index.step is not None and index.step <= 0:
        return Refused("ValueError", f"torch slices with steps greater than zero; got {index.step}")
    if taken > ndim:
        return Refused("IndexError", f"too many indices: {taken} for the {ndim} axes")
    ops = tuple(_walk(parts, ndim - taken))
    kept = ndim - sum(isinstance(part, int) for part in parts) + parts.count(None)
    scalar = rules == "numpy" and kept == 0 and Ellipsis not in parts
    return (*ops, Copy()) if scalar else ops


def _walk(parts: tuple[object, ...], rest: int) -> Iterator[Primitive]:
    """From the left; ``rest`` axes belong to the Ellipsis."""
    axis = 0
    for part in parts:
        if isinstance(part, int):
            yield Select(axis, part)
            continue
        if part is None:
            yield InsertAxis(axis)
        elif isinstance(part, slice):
            yield Slice(axis, part.start, part.stop, part.step)
        axis += rest if part is Ellipsis else 1


def _two_ellipses(rules: Rules) -> Refused:
    if rules == "numpy":
        return Refused("IndexError", "an index can have only one Ellipsis")
    raise UnsupportedError("cannot follow an index with two Ellipses", hint="write the slices out")


def _require_basic(part: object) -> None:
    bounds = (part.start, part.stop, part.step) if isinstance(part, slice) else (part,)
    allowed = cast("tuple[object, ...]", bounds)
    if part is Ellipsis or all(n is None or type(n) is int for n in allowed):
        return
    raise UnsupportedError(
        f"cannot follow the index {written(part)} of type {type(part).__name__}",
        hint="basic indices are integers, slices of integers, None and Ellipsis",
    )
