"""What an expression may ask for: refused before memory or time is spent, by arithmetic on its arguments."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError, LayoutError
from tensorlab.layout.shapes import broadcast_shape
from tensorlab.views.sizes import (
    BEYOND,
    bounds_of,
    elements,
    leaves,
    number,
    repeated,
    requested,
    shape_of,
    span,
    whole,
    widest,
)
from tensorlab.views.vocabulary import LAZY_FUNCTIONS, LAZY_METHODS, WALKING_FUNCTIONS, WORD_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BITS = 4096
"""Of a whole number."""
MOST_ITEMS = 10_000_000
"""Boxed objects: of a list, a tuple, bytes, or an argument made of them."""
MOST_ELEMENTS = 1 << 27
"""Of an array or a tensor with memory of its own: 1 GiB of float64."""
MOST_AXES = 1000
"""Numbers in an argument that says where and how far a view reaches."""
MOST_ROWS = 100_000
"""Of an array where a library walks through a sequence and makes an object of each row."""
MOST_SPAN = 16 * MOST_ELEMENTS
"""Elements times what the dtype's name counts, so that 2 elements of "S2000000000" are too many."""

_VIEWED = frozenset({"a", "array", "data", "input", "m", "x"})
_WALKED = ("arrays", "shape", "size", "stride", "tensors")
_LIKE_ANOTHER = frozenset({"expand_as", "view_as"})
_SEQUENCES = (list, tuple, str, bytes, bytearray)


def check_arithmetic(operator: str, left: object, right: object) -> None:
    """Refuse arithmetic that would not end, or that is none: numbers, a sequence times a number, two sequences, arrays.

    Raises:
        ExpressionError: The result would be too large, or the operands have no such operation here.

    >>> check_arithmetic("**", 9, 9**9)
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: a whole number of more than 4,096 bits is too large
    """
    if isinstance(left, _SEQUENCES) or isinstance(right, _SEQUENCES):
        _check_sequence(operator, left, right)
    elif isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        _at_most(bits, MOST_BITS, "a whole number of", "bits")
    elif not (_counts(left) and _counts(right)):
        raise ExpressionError(f"{type(left).__name__} {operator} {type(right).__name__} is no operation here")
    else:
        _check_broadcast(shape_of(left) or (), shape_of(right) or ())


def check_number(value: object) -> None:
    """Refuse a whole number, or a range of them, that is too large to be written out.

    Raises:
        ExpressionError: It has more bits than any use of it needs.

    >>> check_number(10**1000)
    >>> check_number(10**5000)
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: a whole number of more than 4,096 bits is too large
    """
    numbers = (value.start, value.stop, value.step) if isinstance(value, range) else (value,)
    bits = max(n.bit_length() if isinstance(n, int) else 0 for n in numbers)
    _at_most(bits, MOST_BITS, "a whole number of", "bits")


def check_builtin(name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Refuse a list, a tuple or bytes that would be too long.

    Raises:
        ExpressionError: There would be more items than memory should hold.

    >>> check_builtin("list", (range(10**12),), {})
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: list() of 1,000,000,000,000 items is too large
    hint: at most 10,000,000
    """
    for value in (*args, *kwargs.values()):
        count = whole(value) if name in {"bytes", "bytearray"} else None
        if name != "range":
            items = len(value) if isinstance(value, list | tuple) else leaves(value)  # what is in them is not copied
            _at_most(items if count is None else count, MOST_ITEMS, f"{name}() of", "items")


def check_function(path: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Refuse a library call that would make or copy too much. Nothing on the meta device is too much.

    Raises:
        ExpressionError: More elements than memory should hold are asked for, in a shape or as a nested list.

    >>> check_function("zeros", (10**6, 10**6), {"device": "meta"})
    >>> check_function("zeros", (10**6, 10**6), {})
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: zeros() of 1,000,000,000,000 elements is too large
    hint: at most 134,217,728
    """
    given = (*args, *kwargs.values())
    _check_items(f"{path}()", given)
    if str(kwargs.get("device", "")).startswith("meta"):
        return
    if path in WALKING_FUNCTIONS:
        _check_rows(path, (*args[: None if path != "full" else 1], *(kwargs.get(name) for name in _WALKED)))
    elif path == "arange":
        _check_bounds(args, kwargs)
    count = requested(path, args, kwargs)
    if path in LAZY_FUNCTIONS:
        _check_axes(path, (*args[1:], *(value for name, value in kwargs.items() if name not in _VIEWED)))
    else:
        count = max([count, *(elements(value) for value in given)])
    _at_most(count, MOST_ELEMENTS, f"{path}() of", "elements")
    widths = [span(kind) for kind in (*args[1:], kwargs.get("dtype", ""))]
    if path in WORD_FUNCTIONS:
        words = (*args[:2], *(value for name, value in kwargs.items() if name != "dtype"))
        count = max([count, *map(leaves, words)])
        widths += map(widest, words)
    _at_most(count * max(widths), MOST_SPAN, f"{path}() with elements so wide, of about", "bytes")


def check_method(name: str, receiver: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Refuse a method that would copy too much.

    Raises:
        ExpressionError: The receiver has more elements than memory should hold, or would have.

    >>> check_method("tolist", memoryview(bytes(9)), (), {})
    """
    given = (*args, *kwargs.values())
    _check_items(f"{name}()", given)
    if name in LAZY_METHODS:
        if name not in _LIKE_ANOTHER:
            _check_axes(name, given)
        return
    times = repeated(receiver, args, kwargs) if name == "repeat" else 1
    most, what = (MOST_ITEMS, "items") if name == "tolist" else (MOST_ELEMENTS, "elements")
    count = max(map(elements, (receiver, *given)), default=0) * times
    _at_most(count, most, f"{name}() of", what)
    _at_most(
        count * max(map(span, given), default=1), MOST_SPAN, f"{name}() to elements so wide, in all", "bytes or so"
    )


def check_index(receiver: object, where: object) -> None:
    """Refuse an index by lists that would gather too much.

    Raises:
        ExpressionError: More elements would be gathered than memory should hold.

    >>> check_index([1, 2], 0)
    """
    parts = where if isinstance(where, tuple) else (where,)
    _check_items("an index", parts)
    lists = [part for part in parts if isinstance(part, list | tuple | range) or shape_of(part)]
    if shape_of(receiver) is None or not lists:
        return
    longest = sorted(n for n in shape_of(receiver) or () if n > 0)[len(lists) :]  # each index takes an axis away
    _at_most(_picked(lists) * prod(longest), MOST_ELEMENTS, "an index that gathers", "elements")


def check_write(target: object, given: tuple[object, ...]) -> None:
    """Refuse to write into anything but an array or a tensor of numbers, and to write too much.

    Raises:
        ExpressionError: It is no array, it holds objects, or it has more elements than memory should hold.

    >>> check_write([1, 2], (0,))
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: only arrays and tensors are written; got list
    """
    dtype = getattr(target, "dtype", None)
    if shape_of(target) is None or dtype is None or getattr(dtype, "hasobject", False):
        kind = type(target).__name__ if dtype is None else f"an array of {dtype}"
        raise ExpressionError(f"only arrays and tensors are written; got {kind}")
    _check_items("what is written", given)
    for value in (target, *given):
        _at_most(elements(value), MOST_ELEMENTS, "writing", "elements")
        if shape_of(value) is not None:
            _check_broadcast(shape_of(target) or (), shape_of(value) or ())


def _picked(lists: list[object]) -> int:
    """The elements of index arrays together: they are broadcast, as far as their shapes are known."""
    shapes = [shape_of(part) or (leaves(part),) for part in lists]
    try:
        together = prod(broadcast_shape(*shapes))
    except LayoutError:  # a nested list, or no index: as if each were an axis of its own
        return prod(map(leaves, lists))
    nested = any(isinstance(part, list | tuple) and leaves(part) != len(part) for part in lists)
    return max(together, prod(map(leaves, lists)) if nested else sum(map(leaves, lists)))


def _check_bounds(args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Between words and dates there may be more steps than can be told from them."""
    for bound in bounds_of(args, kwargs):
        if number(bound) is None:
            raise ExpressionError(f"arange() counts between numbers; got {type(bound).__name__}", hint="write numbers")


def _counts(value: object) -> bool:
    """A number, or an array of numbers that have a fixed size."""
    dtype = getattr(value, "dtype", None)
    boxed = dtype is None or getattr(dtype, "hasobject", False)
    return isinstance(value, int | float | complex) or (shape_of(value) is not None and not boxed)


def _check_sequence(operator: str, left: object, right: object) -> None:
    if operator == "+" and isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        count = len(left) + len(right)
    elif operator == "*" and isinstance(left, _SEQUENCES) and isinstance(right, int):
        count = len(left) * right
    elif operator == "*" and isinstance(left, int) and isinstance(right, _SEQUENCES):
        count = left * len(right)
    else:
        raise ExpressionError(f"{type(left).__name__} {operator} {type(right).__name__} is no operation here")
    _at_most(count, MOST_ITEMS, "a sequence of", "items")


def _check_broadcast(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    try:
        count = prod(broadcast_shape(left, right))
    except LayoutError:
        return  # the library says it in its own words
    _at_most(count, MOST_ELEMENTS, "arithmetic on", "elements")


def _check_axes(name: str, given: tuple[object, ...]) -> None:
    """Libraries walk through a shape, even one given as a tensor that takes no memory."""
    for value in given:
        _at_most(leaves(value), MOST_AXES, f"an argument of {name}() of", "numbers")


def _check_rows(name: str, given: tuple[object, ...]) -> None:
    for value in given:
        rows = (shape_of(value) or (0,))[0]
        _at_most(rows, MOST_ROWS, f"an argument of {name}() of", "rows")


def _check_items(name: str, given: tuple[object, ...]) -> None:
    """Lists may be long, not nested to something endless; arrays have a limit of their own."""
    for value in given:
        if isinstance(value, list | tuple | range):
            _at_most(leaves(value), MOST_ITEMS, f"{name} of", "items")


def _at_most(count: int, most: int, what: str, unit: str) -> None:
    if count > most:
        if unit == "bits":
            raise ExpressionError(f"{what} more than {most:,} {unit} is too large")
        said = f"{count:,}" if count < BEYOND else "10**30 or more"
        raise ExpressionError(f"{what} {said} {unit} is too large", hint=f"at most {most:,}")
