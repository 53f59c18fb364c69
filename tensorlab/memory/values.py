"""Reads what is drawn: the few elements in the windows, never more."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tensorlab.layout.address import address
from tensorlab.layout.window import visible_indices
from tensorlab.memory.cpython import buffer_address, plain_type
from tensorlab.memory.elements import value
from tensorlab.memory.foreign import copies
from tensorlab.memory.naming import FOREIGN
from tensorlab.memory.protocol import exported
from tensorlab.memory.pylist import claims
from tensorlab.memory.spelling import DOUBLE, ROUNDED, UNREADABLE, exact, number, structure, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout
    from tensorlab.layout.window import Window
    from tensorlab.memory.record import MemoryMap


class Value(NamedTuple):
    """An element that is drawn."""

    word: str
    """As it stands in its box."""
    exact: str = ""
    """To the last digit, where it is rounded in the box."""


Values: TypeAlias = "tuple[Value, ...] | None"
"""None where nothing can be read."""
_UNREADABLE = Value(UNREADABLE)


def read(thing: object, memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[str, ...]:
    """The words alone of ``read_values``.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> read(bytearray([7, 8, 9]), describe(bytearray([7, 8, 9])), (window(3, 2),))
    ('7', '9')
    """
    return tuple(value.word for value in read_values(thing, memory, axes))


def read_values(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[Value, ...]:  # noqa: ANN401 - any adapter's
    """The elements in the windows, in C order; ``?`` where they cannot be read.

    A tensor or an array is sliced first, so that only what is drawn leaves its device, and only where its bytes can be
    read without ending the process.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> items = [0.5, 1.0, 2.0, 4.0]
    >>> [value.word for value in read_values(items, describe(items), (window(4, 2),))]
    ['0.5', '4.0']
    """
    if claims(thing):
        return tuple(_listed(thing, index) for index in visible_indices(axes))
    if type(thing) is range:
        return () if memory.sizes is None else tuple(Value(word(thing[index[0]])) for index in visible_indices(axes))
    found = None
    if memory.readable:
        reader = _READERS.get(memory.library, _through_library)
        with suppress(*FOREIGN):  # an object of the user's raises what it likes
            found = reader(thing, memory, axes)
    return (_UNREADABLE,) * prod(axis.shown for axis in axes) if found is None else found


def _of_buffer(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Values:  # noqa: ANN401 - as above
    """The elements of a buffer from their bytes: memoryview itself reads few formats, and slices one axis only.

    The buffer is held while it is read, and is read only where it still is what was described.
    """
    layout, kind = memory.layout, memory.dtype
    with memoryview(thing) as view:
        first = buffer_address(view)
        if layout is None or kind is None or first is None or not _is_still(view, layout):
            return None
        starts = (first - layout.offset + address(layout, index) for index in visible_indices(axes))
        return tuple(_word_of(raw, kind, memory.traits) for raw in copies(starts, layout.itemsize))


def _of_protocol(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Values:  # noqa: ANN401 - as above
    """Its bytes are held while they are read, and read only where they are those described."""
    with exported(thing) as again:
        return read_bytes(memory, axes) if _starts(memory) == again.first else None


def _through_library(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Values:  # noqa: ANN401 - as above
    """What the library makes of a slice; what the bytes say where it has no Python value for that dtype."""
    if None in _drawn(memory, axes):
        return None  # beyond the end of its file: reading would end the process
    as_python = not _has_times(memory.dtype) or hasattr(type(thing), "mask")
    try:
        return tuple(_element(found, memory.dtype) for found in _sliced(thing, axes, as_python=as_python))
    except Exception:  # noqa: BLE001 - a dtype without a Python value raises what its library likes
        return read_bytes(memory, axes)


def _starts(memory: MemoryMap) -> int | None:
    """The address of element (0, ..., 0)."""
    if memory.storage is None or memory.storage.address is None or memory.layout is None:
        return None
    return memory.storage.address + memory.layout.offset


def _drawn(memory: MemoryMap, axes: tuple[Window, ...]) -> list[bytes | None]:
    """The bytes of each drawn element that lies where the CPU can read; none of another device."""
    layout, storage = memory.layout, memory.storage
    if layout is None or storage is None or storage.address is None or storage.device != "cpu":
        return []
    start = storage.address
    return copies((start + address(layout, index) for index in visible_indices(axes)), layout.itemsize)


def read_bytes(memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[Value, ...]:
    """The elements in the windows by their bytes alone: of a component, or of a dtype that no library reads.

    The caller holds the object that the map is of. ``?`` where the bytes are on another device or tell no value.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> numbers = bytearray([7, 8, 9])
    >>> [value.word for value in read_bytes(describe(numbers), (window(3, 2),))]
    ['7', '9']
    """
    found = _drawn(memory, axes) if memory.readable and memory.dtype is not None else []
    if not found or memory.dtype is None:
        return (_UNREADABLE,) * prod(axis.shown for axis in axes)
    return tuple(_word_of(raw, memory.dtype, memory.traits) for raw in found)


def _word_of(raw: bytes | None, kind: DType, traits: frozenset[str]) -> Value:
    if raw is None:
        return _UNREADABLE
    try:
        found: Any = value(raw, kind)
        found = found.conjugate() if "conj" in traits else found
        return _element(-found if "neg" in traits else found, kind)
    except Exception:  # noqa: BLE001 - bytes that are no text, or no value at all
        return _UNREADABLE


def _element(found: object, kind: DType | None) -> Value:
    """An element of this dtype: a number as itself or rounded with a sign, an object as Python spells it."""
    if kind is not None and (kind.fields or kind.lanes > 1):
        return Value(structure(found))
    if kind is None or kind.kind not in {"float", "complex"}:
        return Value(word(found), exact(found))
    text = number(found, DOUBLE if kind.bits is None else kind.bits[2] + 1)
    return Value(text, exact(found, element=True) if ROUNDED in text else "")


def _listed(items: Any, index: tuple[int, ...]) -> Value:  # noqa: ANN401 - lists of lists of anything
    try:
        for i in index:
            items = plain_type(items).__getitem__(items, i)
    except (TypeError, IndexError):  # a row changed since it was described
        return _UNREADABLE
    return Value(word(items), exact(items))


def _is_still(view: memoryview, layout: Layout) -> bool:
    return view.shape == layout.shape and view.strides == layout.strides and view.itemsize == layout.itemsize


def _nested(items: Any, index: tuple[int, ...]) -> object:  # noqa: ANN401 - lists of lists of anything
    for i in index:
        items = items[i]
    return items


def _has_times(kind: DType | None) -> bool:
    return kind is not None and (kind.kind == "time" or any(_has_times(inner) for _, inner, _ in kind.fields))


def _sliced(thing: Any, axes: tuple[Window, ...], *, as_python: bool) -> Iterator[object]:  # noqa: ANN401 - any adapter's
    """One block for each choice of head or tail along the axes; their elements in C order of the whole."""
    pieces = [[part for part in (axis.head, axis.tail) if part] for axis in axes]
    blocks = {parts: _block(thing, parts, as_python=as_python) for parts in product(*pieces)}
    for index in visible_indices(axes):
        parts = tuple(next(p for p in choice if i in p) for i, choice in zip(index, pieces, strict=True))
        yield _nested(blocks[parts], tuple(i - p.start for i, p in zip(index, parts, strict=True)))


def _block(view: Any, parts: tuple[range, ...], *, as_python: bool) -> Any:  # noqa: ANN401 - nested lists of anything
    """A slice as nested lists. Times stay NumPy's, since Python has no word for most of their units."""
    block = view[tuple(slice(part.start, part.stop) for part in parts)]
    if as_python:
        return block.tolist()
    return block.__array__() if parts else block


_READERS: dict[str, Callable[[Any, MemoryMap, tuple[Window, ...]], Values]] = {
    "buffer": _of_buffer,
    "protocol": _of_protocol,
}
"""By who describes the object; the others by slices of their own."""
