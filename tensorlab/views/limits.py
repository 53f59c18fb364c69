"""What an expression may ask for: refused before memory or time is spent, by arithmetic on its arguments."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError, LayoutError
from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import broadcast_shape
from tensorlab.views.sizes import elements, leaves, product_of, requested, shape_of, span, whole
from tensorlab.views.vocabulary import LAZY_FUNCTIONS, LAZY_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_BITS = 4096
"""Of a whole number."""
MOST_ITEMS = 10_000_000
"""Boxed objects: of a list, a tuple, bytes, or an argument made of them."""
MOST_ELEMENTS = 1 << 27
"""Of an array or a tensor with memory of its own: 1 GiB of float64."""
MOST_SPAN = 16 * MOST_ELEMENTS
"""Elements times what the dtype's name counts, so that 2 elements of "S2000000000" are too many."""

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


def check_builtin(name: str, args: Iterable[object]) -> None:
    """Refuse a list, a tuple or bytes that would be too long.

    Raises:
        ExpressionError: There would be more items than memory should hold.

    >>> check_builtin("list", [range(10**12)])
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: list() of 1,000,000,000,000 items is too large
    hint: at most 10,000,000
    """
    for value in args:
        count = whole(value) if name in {"bytes", "bytearray"} else None
        if name != "range":
            _at_most(leaves(value) if count is None else count, MOST_ITEMS, f"{name}() of", "items")


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
    _check_items(path, given)
    if str(kwargs.get("device", "")).startswith("meta"):
        return
    count = requested(path, args, kwargs)
    if path not in LAZY_FUNCTIONS:
        count = max([count, *(elements(value) for value in given)])
    _at_most(count, MOST_ELEMENTS, f"{path}() of", "elements")
    kinds = (*args[1:], kwargs.get("dtype", ""))
    _at_most(count * max(map(span, kinds)), MOST_SPAN, f"{path}() with elements so wide, of about", "bytes")


def check_method(name: str, receiver: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Refuse a method that would copy too much.

    Raises:
        ExpressionError: The receiver has more elements than memory should hold, or would have.

    >>> check_method("tolist", memoryview(bytes(9)), (), {})
    """
    given = (*args, *kwargs.values())
    _check_items(name, given)
    if name in LAZY_METHODS:
        return
    times = product_of(args) if name == "repeat" else 1
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
    picked = sum(leaves(part) for part in parts if isinstance(part, list))
    picked += sum(elements(part) for part in parts if shape_of(part))
    shape = [n for n in shape_of(receiver) or () if n > 0]
    if picked and shape:
        _at_most(picked * (prod(shape) // min(shape)), MOST_ELEMENTS, "an index that gathers", "elements")


def check_inside(result: object, source: object) -> None:
    """Refuse a NumPy array whose strides lead out of the memory that it was made from.

    Raises:
        ExpressionError: It was made of no array, or an element lies outside the memory of that array's owner.

    >>> check_inside([1], [1])
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: as_strided needs an array, got list
    """
    owner: Any = source
    if not hasattr(owner, "__array_interface__"):
        raise ExpressionError(f"as_strided needs an array, got {type(source).__name__}")
    while hasattr(owner.base, "__array_interface__"):
        owner = owner.base
    inner, outer = _reach(result), _reach(owner)
    if inner and (inner.start < outer.start or inner.stop > outer.stop):
        raise ExpressionError(
            f"as_strided reaches bytes {inner.start - outer.start} to {inner.stop - outer.start} of the {len(outer)} "
            "that its array owns",
            hint="smaller shape or strides",
        )


def _counts(value: object) -> bool:
    """A number, or an array of numbers that have a fixed size."""
    return isinstance(value, int | float | complex) or (
        shape_of(value) is not None and str(getattr(value, "dtype", "object")) != "object"
    )


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


def _check_items(name: str, given: tuple[object, ...]) -> None:
    """Lists may be long, not nested to something endless; arrays have a limit of their own."""
    for value in given:
        if isinstance(value, list | tuple | range):
            _at_most(leaves(value), MOST_ITEMS, f"{name}() of", "items")


def _reach(array: Any) -> range:  # noqa: ANN401 - any NumPy array, read by its attributes alone
    """The addresses from the lowest to the highest byte of any element; empty where there is none."""
    return extent(Layout(array.shape, array.strides, array.__array_interface__["data"][0], array.itemsize))


def _at_most(count: int, most: int, what: str, unit: str) -> None:
    if count > most:
        if unit == "bits":
            raise ExpressionError(f"{what} more than {most:,} {unit} is too large")
        raise ExpressionError(f"{what} {count:,} {unit} is too large", hint=f"at most {most:,}")
