"""How much the arguments of a call stand for, by arithmetic on them: what ``limits`` compares with its bounds."""

from __future__ import annotations

import re
from itertools import islice
from math import ceil, isnan, prod
from operator import index
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

BEYOND = 10**30
"""Where counting stops: more than any limit."""

_WIDE = 16
"""Bytes of the widest number: an element that is wider counts as several."""
_AXES = 1000
"""No shape is longer, so what is longer is read no further."""
_NAME = 10_000
"""Characters of a dtype's name that are read: one with more fields is beyond any limit."""
_PLAIN = frozenset({bool, int, float, complex, str, bytes, type(None)})


def leaves(value: object) -> int:
    """Items in nested lists, counted as often as they are reached, an empty list as one; 1 for anything else.

    >>> leaves([[0] * 3] * 2), leaves(range(10**12)), leaves([[[]] * 1000] * 1000), leaves("abc")
    (6, 1000000000000, 1000000, 1)
    """
    return _leaves(value, {})


def _leaves(value: object, known: dict[int, int]) -> int:
    if isinstance(value, range):
        return max(0, -((value.start - value.stop) // value.step))
    if isinstance(value, list | tuple):
        if id(value) not in known:
            known[id(value)] = max(1, sum(1 if type(item) in _PLAIN else _leaves(item, known) for item in value))
        return known[id(value)]
    return max(elements(value), 1)


def widest(value: object) -> int:
    """The most bytes NumPy gives to each item of nested lists, for the longest word in them; 1 where there is none.

    >>> widest([["a", "abc"], 1]), widest(b"abc"), widest([0])
    (12, 12, 1)
    """
    return _widest(value, {})


def _widest(value: object, known: dict[int, int]) -> int:
    if isinstance(value, list | tuple):
        if id(value) not in known:
            known[id(value)] = max((_widest(item, known) for item in value), default=1)
        return known[id(value)]
    return max(1, 4 * len(value)) if isinstance(value, str | bytes | bytearray) else 1


def requested(path: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    """Elements of what a creation function makes; 0 for every other.

    >>> requested("zeros", ((2, 3),), {}), requested("arange", (0, 10, 3), {}), requested("eye", (3,), {})
    (6, 4, 9)
    """
    sized = _COUNTS.get(path)
    return 0 if sized is None else sized(args, kwargs)


def _by_shape(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    named = [kwargs[name] for name in ("size", "shape", "n") if name in kwargs]
    return product_of(args[:1] if args and _is_sequence(args[0]) else args) * product_of(named)


def _by_first(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return _by_shape(args[:1], kwargs)


def _by_like(place: int) -> Callable[[tuple[object, ...], Mapping[str, object]], int]:
    """NumPy's functions that take a shape too, after so many other arguments."""

    def count(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
        shapes = [shape for shape in (*args[place : place + 1], kwargs.get("shape")) if shape is not None]
        return product_of(shapes) if shapes else 0

    return count


def _by_sequence(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return product_of([value for value in (*args, kwargs.get("size")) if _is_sequence(value)])


def _by_range(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    start, stop, step = (number(bound) for bound in bounds_of(args, kwargs))
    if start is None or stop is None or not step:
        return 0
    try:
        steps = (stop - start) / step
    except OverflowError:
        return BEYOND
    steps = abs(steps) if isinstance(steps, complex) else max(steps, 0.0)
    return 0 if isnan(steps) else BEYOND if steps >= BEYOND else ceil(steps)


def bounds_of(args: tuple[object, ...], kwargs: Mapping[str, object]) -> tuple[object, object, object]:
    """The start, stop and step of a range, given by place or by name.

    >>> bounds_of((9,), {}), bounds_of((9,), {"step": 2}), bounds_of((1,), {"end": 9})
    ((0, 9, 1), (0, 9, 2), (1, 9, 1))
    """
    given = [*([kwargs["start"]] if "start" in kwargs else []), *args[:3]]
    if "end" in kwargs or "stop" in kwargs:
        given.insert(1 if given else 0, kwargs.get("stop", kwargs.get("end")))
    if len(given) < 2 or given[1] is None:
        given = [None, *given[:1], *given[2:]]
    start, stop, *rest = [*given, None, None][:3]
    step = kwargs.get("step", rest[0])
    return 0 if start is None else start, 0 if stop is None else stop, 1 if step is None else step


def _by_count(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    ends = (*args[:2], *(kwargs[name] for name in ("start", "stop", "end", "base") if name in kwargs))
    counts = (whole(value) for value in (*args[2:3], kwargs.get("steps"), kwargs.get("num")))
    return prod(map(leaves, ends)) * max((abs(n) for n in counts if n is not None), default=50)


def _by_square(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    given = (*args[:2], *(kwargs.get(name) for name in ("n", "m", "N", "M")))
    sides = [abs(n) for n in map(whole, given) if n is not None]
    return prod(sides) if len(sides) > 1 else prod((*sides, *sides))


def _by_strides(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    size, stride = (*args[:2], *(kwargs[name] for name in ("size", "stride") if name in kwargs), (), ())[:2]
    if not (isinstance(size, tuple | list) and isinstance(stride, tuple | list)):
        return 0
    pairs = [(whole(n) or 0, whole(step) or 0) for n, step in zip(size, stride, strict=False)]
    return 1 + sum((n - 1) * step for n, step in pairs)


_COUNTS: dict[str, Callable[[tuple[object, ...], Mapping[str, object]], int]] = {
    **dict.fromkeys(("empty", "ones", "rand", "randn", "randperm", "zeros"), _by_shape),
    **dict.fromkeys(("empty_like", "ones_like", "zeros_like"), _by_like(4)),
    "full": _by_first,
    "full_like": _by_like(5),
    "randint": _by_sequence,
    "arange": _by_range,
    **dict.fromkeys(("linspace", "logspace"), _by_count),
    **dict.fromkeys(("eye", "identity"), _by_square),
    "empty_strided": _by_strides,
}
SIZED = frozenset(_COUNTS)
"""The functions whose arguments give a size."""


def repeated(receiver: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    """How often ``repeat`` copies each element at most: torch repeats along every axis, NumPy along one.

    >>> repeated([], ([0, 5],), {}), repeated([], (), {"repeats": 7})
    (5, 7)
    """
    given = (*args, *(kwargs[name] for name in ("repeats",) if name in kwargs))
    if hasattr(receiver, "stride") or not given:
        return product_of(given)
    times: Any = given[0]
    return max((abs(n) for n in map(whole, times if _is_sequence(times) else (times,)) if n is not None), default=1)


def product_of(values: Iterable[object]) -> int:
    """The product of all whole numbers, those in tuples and lists too; ``BEYOND`` where it would be more.

    >>> product_of((2, (3, [4]), "f8")), product_of(b"ab")
    (24, 9506)
    """
    total = 1
    for value in islice(values, _AXES):
        count = product_of(value) if _is_sequence(value) else whole(value)  # type: ignore[arg-type]  # it can be walked
        total = min(total * (1 if count is None else abs(count)), BEYOND)
    return total


def _is_sequence(value: object) -> bool:
    """What NumPy and torch read a shape from: any sequence, an array with one axis too."""
    if isinstance(value, tuple | list | range | bytes | bytearray) or hasattr(value, "typecode"):
        return True
    return len(shape_of(value) or ()) == 1 and whole(value) is None


def number(value: object) -> int | float | complex | None:
    """The number that a value is, NumPy's and torch's without axes too; None for anything else, and for a date.

    >>> number(3), number(2.5), number("3"), number(None)
    (3, 2.5, None, None)
    """
    if isinstance(value, int | float | complex):
        return value
    dated = getattr(getattr(value, "dtype", None), "kind", "") in {"m", "M"}
    if dated or shape_of(value) != ():
        return whole(value) if not dated else None
    try:
        return float(value)  # type: ignore[arg-type]  # whether it is one is the question
    except (TypeError, ValueError, RuntimeError):
        return None


def whole(value: object) -> int | None:
    """A whole number, NumPy's and torch's too; None for anything else.

    >>> whole(True), whole(1.0)
    (1, None)
    """
    try:
        return index(value)  # type: ignore[arg-type]  # whether it has one is the question
    except (TypeError, RuntimeError):
        return None


def shape_of(value: object) -> tuple[int, ...] | None:
    """Of an array, a tensor or a memoryview; None for anything else.

    >>> shape_of(memoryview(b"ab")), shape_of([1])
    ((2,), None)
    """
    shape = getattr(value, "shape", None)
    return tuple(shape) if isinstance(shape, tuple) else None


def elements(value: object) -> int:
    """Of an array or a tensor, a wide one as several; 0 for one on the meta device, which takes no memory.

    >>> elements(memoryview(b"ab")), elements(7)
    (2, 0)
    """
    shape = shape_of(value)
    meta = str(getattr(value, "device", "")).startswith("meta")
    if shape is None or meta:
        return 0
    width = getattr(value, "itemsize", 1)
    return prod(shape) * (-(-width // _WIDE) if isinstance(width, int) and width > _WIDE else 1)


def span(kind: object) -> int:
    """At least the bytes that a dtype's name or list of fields asks for ("f8", "S10"); 1 for a word like "float64".

    >>> span("S10"), span("float64"), span([("a", "f4", (2, 3))]), span("i4,(2,3)f8"), span(5)
    (10, 1, 24, 52, 1)
    """
    return min(_span(kind, {}), BEYOND)


def _span(kind: object, known: dict[int, int]) -> int:
    if isinstance(kind, list) and kind and isinstance(kind[0], tuple):
        if id(kind) not in known:
            known[id(kind)] = sum(_field(field, known) for field in kind)
        return known[id(kind)]
    if isinstance(kind, tuple) and len(kind) == 2 and (isinstance(kind[0], str | list) or _is_dtype(kind[0])):
        return _field(("", *kind), known)
    if isinstance(kind, str):
        return _words(kind)
    made = getattr(kind, "itemsize", None)
    return max(made, 1) if isinstance(made, int) and _is_dtype(kind) else 1


def _is_dtype(value: object) -> bool:
    return hasattr(value, "itemsize") and not hasattr(value, "nbytes")


def _field(field: object, known: dict[int, int]) -> int:
    if not isinstance(field, tuple) or len(field) < 2:
        return 1
    return min(_span(field[1], known) * max(product_of(field[2:]), 1), BEYOND)


def _words(name: str) -> int:
    if len(name) > _NAME and "," in name:
        return BEYOND
    return sum(map(_word, re.findall(r"(?:\([^()]*\)|[^,()])+", name[:_NAME]))) or 1


def _word(name: str) -> int:
    if not re.search("[A-Za-z]", name):
        return 1
    return prod(max(int(n), 1) for n in re.findall(r"\d{1,30}", re.sub(r"(?<![a-z])[a-z]{3,}\d+", "", name)))
