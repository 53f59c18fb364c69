"""Reads what is drawn: the few elements in the windows, never more."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.window import Window
    from tensorlab.memory.record import MemoryMap

UNREADABLE = "?"


def read(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[str, ...]:  # noqa: ANN401 - any adapter's
    """The elements in the windows, in C order, as short words; ``?`` where they cannot be read.

    A tensor or an array is sliced first, so that only what is drawn leaves its device.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> items = [0.5, 1.0, 2.0, 4.0]
    >>> read(items, describe(items), (window(4, 2),))
    ('0.5', '4')
    """
    count = 1
    for axis in axes:
        count *= axis.shown
    if isinstance(thing, (list, tuple)):
        return tuple(word(_nested(thing, index)) for index in product(*(tuple(a.positions()) for a in axes)))
    if not memory.readable or memory.layout is None:
        return (UNREADABLE,) * count
    try:
        return tuple(word(value) for value in _sliced(thing, axes))
    except Exception:  # noqa: BLE001 - a dtype without a Python value raises what its library likes
        return (UNREADABLE,) * count


def _nested(items: Any, index: tuple[int, ...]) -> object:  # noqa: ANN401 - lists of lists of anything
    for i in index:
        items = items[i]
    return items


def _sliced(thing: Any, axes: tuple[Window, ...]) -> Iterator[object]:  # noqa: ANN401 - any adapter's
    """One block for each choice of head or tail along the axes; their elements in C order of the whole."""
    pieces = [[part for part in (axis.head, axis.tail) if part] for axis in axes]
    view: Any = memoryview(thing) if isinstance(thing, (bytes, bytearray)) else thing
    blocks = {parts: _block(view, parts) for parts in product(*pieces)}
    for index in product(*(tuple(axis.positions()) for axis in axes)):
        parts = tuple(next(p for p in choice if i in p) for i, choice in zip(index, pieces, strict=True))
        yield _nested(blocks[parts], tuple(i - p.start for i, p in zip(index, parts, strict=True)))


def _block(view: Any, parts: tuple[range, ...]) -> Any:  # noqa: ANN401 - nested lists of anything
    """A slice as nested lists; a one-axis buffer takes a single slice, a 0-d one none."""
    slices = tuple(slice(part.start, part.stop) for part in parts)
    if not slices:
        return view.tolist()
    return view[slices if len(slices) > 1 else slices[0]].tolist()


def word(value: object) -> str:
    """A value in at most 9 characters or so.

    >>> word(0.1 + 0.2), word(True), word("a long text"), word(1 + 2j)
    ('0.3', 'True', "'a lon…'", '1+2j')
    """
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, complex):
        return f"{value.real:.3g}{value.imag:+.3g}j"
    if isinstance(value, str):
        return repr(value) if len(value) <= 6 else f"{value[:5]!r}"[:-1] + "…'"
    text = repr(value)
    return text if len(text) <= 20 else text[:19] + "…"
