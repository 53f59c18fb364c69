"""View operations that fit a view, chosen in integers, and the way to run them on a tensor or an array."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnsupportedError
from tensorlab.testing.source import pick
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.testing.source import Source
    from tensorlab.views.record import Rules

_CALLS = 'as in apply_calls(x, [Call("swapaxes", (0, 1))]), or the calls of what view_chains() draws'
_MOST = 2048
"""Elements that no view has more of."""


def apply_calls(base: Any, calls: Iterable[Call]) -> Any:  # noqa: ANN401 - a tensor or an array
    """What the calls give, one after another, on a tensor or an array: its methods, properties and square brackets.

    >>> import numpy as np
    >>> apply_calls(np.arange(6), [Call("reshape", (2, 3)), Call("T"), Call("getitem", ((0, slice(None)),))]).tolist()
    [0, 3]

    Raises:
        UnsupportedError: Something is no call, or the object has nothing of its name.
    """
    given: Any = calls
    if not isinstance(given, Iterable):
        raise UnsupportedError(f"calls are several; got {calls!r}", hint=_CALLS)
    for call in given:
        if not isinstance(call, Call) or not (call.name == "getitem" or hasattr(base, call.name)):
            raise UnsupportedError(f"a {type(base).__name__} has no view operation {call!r}", hint=_CALLS)
        if call.name == "getitem":
            base = base[call.args[0]]
            continue
        found = getattr(base, call.name)
        base = found(*call.args, **dict(call.keywords)) if callable(found) else found
    return base


def draw_calls(source: Source, view: View, most: int, rules: Rules) -> tuple[Call, ...]:
    """Up to so many calls, each of which is a view of the one before; at least one where ``most`` is not 0.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.testing.source import Seeded
    >>> calls = draw_calls(Seeded(3), View(Layout((2, 3), (12, 4), itemsize=4), dtype("float32")), 4, "torch")
    >>> 1 <= len(calls) <= 4
    True
    """
    calls: list[Call] = []
    for _ in range(source.integer(1, most) if most else 0):
        able = _able(view, rules)
        call = able[source.integer(0, len(able) - 1)](source, view.layout.shape)
        after = step(view, call, rules).after[0]
        if isinstance(after, View) and prod(after.layout.shape) <= _MOST:
            view = after
            calls.append(call)
    return tuple(calls)


def _able(view: View, rules: Rules) -> list[Callable[[Source, tuple[int, ...]], Call]]:
    """What can be done with a view of so many axes, the simplest first."""
    ndim = len(view.layout.shape)
    able: list[Callable[[Source, tuple[int, ...]], Call]] = [_transposed] if ndim > 1 else []
    if ndim:
        able += [_sliced, _split, _selected]
    able += [_inserted]
    if ndim > 1:
        able += [_diagonal, _merged, _reordered]
    if rules == "numpy":
        return able + ([_flipped] if ndim else [])
    return (
        able
        + [_expanded]
        + ([_windowed, _narrowed] if ndim else [])
        + ([_conj] if view.dtype.kind == "complex" else [])
    )


def _axis(source: Source, shape: tuple[int, ...]) -> int:
    return source.integer(0, len(shape) - 1)


def _brackets(shape: tuple[int, ...], axis: int, index: object) -> Call:
    whole = (*(slice(None) for _ in range(axis)), index)
    return Call("getitem", (whole if len(whole) > 1 or len(shape) > 1 else index,))


def _transposed(source: Source, shape: tuple[int, ...]) -> Call:
    first = source.integer(0, len(shape) - 2)
    return Call("swapaxes", (first, source.integer(first + 1, len(shape) - 1)))


def _sliced(source: Source, shape: tuple[int, ...]) -> Call:
    axis = _axis(source, shape)
    start = source.integer(0, min(2, shape[axis]))
    stop = shape[axis] - source.integer(0, min(1, shape[axis]))
    return _brackets(shape, axis, slice(start, stop, source.integer(1, 3)))


def _flipped(source: Source, shape: tuple[int, ...]) -> Call:
    return _brackets(shape, _axis(source, shape), slice(None, None, -source.integer(1, 2)))


def _selected(source: Source, shape: tuple[int, ...]) -> Call:
    """One index, or a slice of nothing where there is none."""
    axis = _axis(source, shape)
    index = source.integer(0, shape[axis] - 1) if shape[axis] else slice(0, 0)
    return _brackets(shape, axis, index) if len(shape) > 1 else _brackets(shape, axis, slice(0, shape[0], 1))


def _inserted(source: Source, shape: tuple[int, ...]) -> Call:
    place = source.integer(0, len(shape))
    return Call("getitem", ((*(slice(None) for _ in range(place)), None, ...),))


def _split(source: Source, shape: tuple[int, ...]) -> Call:
    """An axis becomes two."""
    axis = _axis(source, shape)
    parts = tuple(n for n in range(2, min(shape[axis], 6) + 1) if shape[axis] % n == 0) or (1,)
    inner = pick(source, parts)
    return Call("reshape", ((*shape[:axis], shape[axis] // inner, inner, *shape[axis + 1 :]),))


def _merged(source: Source, shape: tuple[int, ...]) -> Call:
    """Two neighbours become one, where they can."""
    axis = source.integer(0, len(shape) - 2)
    return Call("reshape", ((*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]),))


def _reordered(source: Source, shape: tuple[int, ...]) -> Call:
    if source.integer(0, 1) == 0:
        return Call("squeeze")
    turn = source.integer(1, len(shape) - 1)
    axes = tuple((axis + turn) % len(shape) for axis in range(len(shape)))
    return Call("transpose", axes) if len(shape) == 2 else Call("swapaxes", (axes[0], axes[1]))


def _diagonal(source: Source, shape: tuple[int, ...]) -> Call:
    first = source.integer(0, len(shape) - 2)
    return Call("diagonal", (source.integer(0, 1), first, source.integer(first + 1, len(shape) - 1)))


def _expanded(source: Source, shape: tuple[int, ...]) -> Call:
    return Call("expand", (source.integer(2, 3), *shape))


def _windowed(source: Source, shape: tuple[int, ...]) -> Call:
    axis = _axis(source, shape)
    return Call("unfold", (axis, source.integer(1, max(shape[axis], 1)), source.integer(1, 2)))


def _narrowed(source: Source, shape: tuple[int, ...]) -> Call:
    axis = _axis(source, shape)
    start = source.integer(0, shape[axis])
    return Call("narrow", (axis, start, source.integer(0, shape[axis] - start)))


def _conj(_source: Source, _shape: tuple[int, ...]) -> Call:
    return Call("conj")
