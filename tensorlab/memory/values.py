"""Reads what is drawn: the few elements in the windows, never more."""

from __future__ import annotations

import sys
from contextlib import suppress
from itertools import islice, product
from math import prod
from re import sub
from typing import TYPE_CHECKING, Any, TypeAlias

from tensorlab.layout.address import address
from tensorlab.layout.window import visible_indices
from tensorlab.memory.cpython import buffer_address, length, plain_type
from tensorlab.memory.elements import value
from tensorlab.memory.foreign import copies
from tensorlab.memory.naming import FOREIGN, class_name, module_of
from tensorlab.memory.protocol import exported
from tensorlab.memory.pylist import claims, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.layout.record import Layout
    from tensorlab.layout.window import Window
    from tensorlab.memory.pylist import Items
    from tensorlab.memory.record import MemoryMap

Words: TypeAlias = "tuple[str, ...] | None"
"""None where nothing can be read."""
UNREADABLE = "?"
_LONGEST = 20
_MOST_NESTED = 4
"""Axes of a subarray that are written as lists in one another."""


def read(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[str, ...]:  # noqa: ANN401 - any adapter's
    """The elements in the windows, in C order, as short words; ``?`` where they cannot be read.

    A tensor or an array is sliced first, so that only what is drawn leaves its device, and only where its bytes can be
    read without ending the process.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> items = [0.5, 1.0, 2.0, 4.0]
    >>> read(items, describe(items), (window(4, 2),))
    ('0.5', '4')
    """
    if claims(thing):
        return tuple(_listed(thing, index) for index in visible_indices(axes))
    if type(thing) is range:
        return () if memory.sizes is None else tuple(word(thing[index[0]]) for index in visible_indices(axes))
    found = None
    if memory.readable:
        reader = _READERS.get(memory.library, _through_library)
        with suppress(*FOREIGN):  # an object of the user's raises what it likes
            found = reader(thing, memory, axes)
    return (UNREADABLE,) * prod(axis.shown for axis in axes) if found is None else found


def _of_buffer(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Words:  # noqa: ANN401 - as above
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


def _of_protocol(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Words:  # noqa: ANN401 - as above
    """Its bytes are held while they are read, and read only where they are those described."""
    with exported(thing) as again:
        return read_bytes(memory, axes) if _starts(memory) == again.first else None


def _through_library(thing: Any, memory: MemoryMap, axes: tuple[Window, ...]) -> Words:  # noqa: ANN401 - as above
    """What the library makes of a slice; what the bytes say where it has no Python value for that dtype."""
    if None in _drawn(memory, axes):
        return None  # beyond the end of its file: reading would end the process
    spell = structure if memory.dtype is not None and memory.dtype.fields else word
    as_python = not _has_times(memory.dtype) or hasattr(type(thing), "mask")
    try:
        return tuple(spell(number) for number in _sliced(thing, axes, as_python=as_python))
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


def read_bytes(memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[str, ...]:
    """The elements in the windows by their bytes alone: of a component, or of a dtype that no library reads.

    The caller holds the object that the map is of. ``?`` where the bytes are on another device or tell no value.

    >>> from tensorlab.layout.window import window
    >>> from tensorlab.memory.registry import describe
    >>> numbers = bytearray([7, 8, 9])
    >>> read_bytes(describe(numbers), (window(3, 2),))
    ('7', '9')
    """
    found = _drawn(memory, axes) if memory.readable and memory.dtype is not None else []
    if not found or memory.dtype is None:
        return (UNREADABLE,) * prod(axis.shown for axis in axes)
    return tuple(_word_of(raw, memory.dtype, memory.traits) for raw in found)


def _word_of(raw: bytes | None, kind: DType, traits: frozenset[str]) -> str:
    if raw is None:
        return UNREADABLE
    try:
        found: Any = value(raw, kind)
        found = found.conjugate() if "conj" in traits else found
        return structure(found) if kind.fields else word(-found if "neg" in traits else found)
    except Exception:  # noqa: BLE001 - bytes that are no text, or no value at all
        return UNREADABLE


def _listed(items: Any, index: tuple[int, ...]) -> str:  # noqa: ANN401 - lists of lists of anything
    try:
        for i in index:
            items = plain_type(items).__getitem__(items, i)
    except (TypeError, IndexError):  # a row changed since it was described
        return UNREADABLE
    return word(items)


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


def word(value: object) -> str:
    """A value in at most 20 characters, mostly far fewer.

    Only numbers, texts, dates and the like are spelled out: the ``repr`` of any other object may hold its address, take
    for ever, or crash (a tensor whose storage is gone). ``?`` where the object raises.

    >>> word(0.1 + 0.2), word(True), word("a long text"), word(1 + 2j)
    ('0.3', 'True', "'a lon…'", '1+2j')
    >>> word((1, 2.5)), word({1: 2}), word([1] * 99)
    ('(1, 2.5)', '<dict>', '[1, 1, 1, …]')
    """
    try:
        return _cut(_spelled(value) if not claims(value) else _row(value))
    except FOREIGN:  # a class of the user's may answer any question by raising
        return UNREADABLE


def structure(value: object) -> str:
    """An element with fields in at most 20 characters: its fields in brackets, subarrays as nested lists.

    >>> structure((0, (0.5, [1, 2]), b""))
    '(0, (0.5, [1, 2]), …'
    """
    return _cut(_field(value))


def _field(value: Any) -> str:  # noqa: ANN401 - what NumPy makes of a field
    kind = type(value)
    if issubclass(kind, tuple):
        return f"({', '.join(map(_field, value))})"
    if kind is list:
        return f"[{', '.join(map(_field, value[:3]))}{', …' if len(value) > 3 else ''}]"
    if _is_from("numpy", kind) and class_name(kind) in {"void", "record"} and value.dtype.names:
        return f"({', '.join(_field(value[name]) for name in value.dtype.names)})"
    if _is_from("numpy", kind) and class_name(kind) == "ndarray" and 0 < value.ndim <= _MOST_NESTED:
        some = value[(slice(4),) * value.ndim]
        return _field(list(some) if some.dtype.kind in "mM" else some.tolist())
    return _spelled(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _row(items: Items) -> str:
    """The first elements in brackets; rows inside are brackets alone, however deep."""
    shown = [_brackets(item, "…") if claims(item) else _spelled(item) for item in islice(entries(items), 3)]
    return _brackets(items, ", ".join(shown) + (", …" if length(items) > 3 else ""))


def _brackets(items: Items, inside: str) -> str:
    left, right = "()" if plain_type(items) is tuple else "[]"
    return f"{left}{inside if length(items) else ''}{right}"


def _spelled(value: object) -> str:
    kind = type(value)
    for known, spell in _SPELLINGS.items():
        if issubclass(kind, known):
            return spell(value)
    if _is_from("numpy", kind) and not hasattr(kind, "__len__"):  # longdouble, for one
        return _spelled_time(value) if class_name(kind) in {"datetime64", "timedelta64"} else str(value)
    try:
        return str(value) if any(_is_from(module, kind) for module in _SPOKEN) else f"<{class_name(kind)}>"
    except Exception:  # noqa: BLE001 - integers too long for str() in a fraction, or a time zone of the user's
        return f"<{class_name(kind)}>"


def _is_from(module: str, kind: type) -> bool:
    """Whether it is that module's type, and not only says so."""
    return module_of(kind) == module and getattr(sys.modules.get(module), class_name(kind), None) is kind


def _spelled_time(value: Any) -> str:  # noqa: ANN401 - a scalar of NumPy, which this file does not import
    """The date in ISO 8601, without a time of day that is midnight; a duration with its unit, as in the dtype."""
    words, kind = str(value), str(value.dtype)
    if words == "NaT" or kind.startswith("datetime64"):
        return sub(r"T00(:00){0,2}$", "", sub(r"\.(\d*?)0+$", lambda m: f".{m[1]}" if m[1] else "", words))
    unit = sub(r"^timedelta64(\[\d*(.*)\])?$", r" \2", kind).rstrip()
    return words.partition(" ")[0] + unit


def _spelled_integer(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= 64 else f"int of {bits:,} bits"


def _spelled_complex(value: complex) -> str:
    plain = complex.__complex__(value)
    return f"{plain.real:.3g}{plain.imag:+.3g}j"


def _spelled_text(value: str | bytes) -> str:
    if len(value) <= 6:
        return repr(value)
    start = repr(value[:5])
    return f"{start[:-1]}…{start[-1]}"


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    bool: str,
    type(None): str,
    int: _spelled_integer,
    float: lambda value: float.__format__(value, ".4g"),
    complex: _spelled_complex,
    str: lambda value: _spelled_text(str.__str__(value)),
    bytes: lambda value: _spelled_text(bytes.__getitem__(value, slice(7))),
}
_READERS: dict[str, Callable[[Any, MemoryMap, tuple[Window, ...]], Words]] = {
    "buffer": _of_buffer,
    "protocol": _of_protocol,
}
"""By who describes the object; the others by slices of their own."""
_SPOKEN = frozenset({"datetime", "decimal", "fractions"})
"""Modules whose values say in ``str()`` what they are."""
