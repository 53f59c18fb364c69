"""How much the arguments of a call stand for, by arithmetic on them: what ``limits`` compares with its bounds."""

from __future__ import annotations

import re
from math import ceil, prod
from operator import index
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PLAIN = frozenset({bool, int, float, complex, str, bytes, type(None)})


def leaves(value: object) -> int:
    """Items in nested lists, counted as often as they are reached; 1 for anything else.

    >>> leaves([[0] * 3] * 2), leaves(range(10**12)), leaves("abc")
    (6, 1000000000000, 1)
    """
    return _leaves(value, {})


def _leaves(value: object, known: dict[int, int]) -> int:
    if isinstance(value, range):
        return max(0, -((value.start - value.stop) // value.step))
    if isinstance(value, list | tuple):
        if id(value) not in known:
            known[id(value)] = sum(1 if type(item) in _PLAIN else _leaves(item, known) for item in value)
        return known[id(value)]
    return max(elements(value), 1)


def requested(path: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    """Elements of what a creation function makes; 0 for every other.

    >>> requested("zeros", ((2, 3),), {}), requested("arange", (0, 10, 3), {}), requested("eye", (3,), {})
    (6, 4, 9)
    """
    sized = _SIZED.get(path)
    return 0 if sized is None else sized(args, kwargs)


def _by_shape(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return product_of(args) * product_of((kwargs.get("size", kwargs.get("shape", ())),))


def _by_first(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return _by_shape(args[:1], kwargs)


def _by_last(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return _by_shape(() if "size" in kwargs else args[-1:], kwargs)


def _by_range(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    words = [kwargs[name] for name in ("start", "end", "stop", "step") if name in kwargs]
    numbers = [float(n) for n in (*args, *words) if isinstance(n, int | float)]
    start, stop, step = ([0.0, *numbers, 1.0] if len(numbers) < 2 else [*numbers, 1.0])[:3]
    return ceil(min(max((stop - start) / step, 0.0), 1e18)) if step else 0


def _by_count(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    return max((abs(n) for n in (*args[2:3], kwargs.get("steps"), kwargs.get("num")) if isinstance(n, int)), default=0)


def _by_square(args: tuple[object, ...], kwargs: Mapping[str, object]) -> int:
    sides = [n for n in (*args[:2], *(kwargs.get(name) for name in ("n", "m", "N", "M"))) if isinstance(n, int)]
    return product_of(tuple(sides)) if len(sides) > 1 else product_of((*sides, *sides))


def _by_strides(args: tuple[object, ...], _kwargs: Mapping[str, object]) -> int:
    pairs = zip(*(a for a in args[:2] if isinstance(a, tuple | list)), strict=False)
    reach: int = sum((pair[0] - 1) * pair[1] for pair in pairs if len(pair) == 2)
    return 1 + reach


_SIZED: dict[str, Callable[[tuple[object, ...], Mapping[str, object]], int]] = {
    **dict.fromkeys(("empty", "ones", "rand", "randn", "randperm", "zeros"), _by_shape),
    "full": _by_first,
    "randint": _by_last,
    "arange": _by_range,
    **dict.fromkeys(("linspace", "logspace"), _by_count),
    **dict.fromkeys(("eye", "identity"), _by_square),
    "empty_strided": _by_strides,
}


def product_of(values: Iterable[object]) -> int:
    """The product of all whole numbers, those in tuples and lists too.

    >>> product_of((2, (3, [4]), "f8"))
    24
    """
    total = 1
    for value in values:
        count = product_of(value) if isinstance(value, tuple | list) else whole(value)
        total *= 1 if count is None else abs(count)
    return total


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
    """Of an array or a tensor; 0 for one on the meta device, which takes no memory.

    >>> elements(memoryview(b"ab")), elements(7)
    (2, 0)
    """
    shape = shape_of(value)
    meta = str(getattr(value, "device", "")).startswith("meta")
    return 0 if shape is None or meta else prod(shape)


def span(kind: object) -> int:
    """The product of the numbers in a dtype's name ("f8", "S10"); 1 for what is no dtype, or a word like "float64".

    >>> span("S10"), span("float64"), span([("a", "f4", (2, 3))]), span(5)
    (10, 1, 24, 1)
    """
    structure = isinstance(kind, list) and bool(kind) and isinstance(kind[0], tuple)
    name = str(kind) if structure or isinstance(kind, str) or hasattr(kind, "itemsize") else ""
    if not re.search("[A-Za-z]", name[:1000]) or shape_of(kind):
        return 1
    counted = re.sub(r"[a-z]{3,}\d+", "", name[:1000])
    return prod(max(int(n), 1) for n in re.findall(r"\d{1,30}", counted))
