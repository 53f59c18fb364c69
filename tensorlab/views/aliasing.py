"""Memory that a value of an expression may not reach: outside what owns it, or as pointers that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError
from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRIDED = "lib.stride_tricks.as_strided"
_SHARING = frozenset({"as_tensor", "asarray", "from_numpy", "frombuffer"})
"""Functions of torch's whose tensor may lie in the memory of their argument."""
_REINTERPRETING = frozenset({"view", "frombuffer", _STRIDED})


def check_source(name: str, source: object) -> None:
    """Refuse to read the memory of boxed objects as anything else, and with strides that are not its own.

    Raises:
        ExpressionError: The array holds pointers to objects, or is none where an array is needed.

    >>> check_source("lib.stride_tricks.as_strided", [1])
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: as_strided needs an array, got list
    """
    if name in _REINTERPRETING:
        _check_boxed(name, source)
    if name == _STRIDED and not hasattr(source, "__array_interface__"):
        raise ExpressionError(f"as_strided needs an array, got {type(source).__name__}")


def check_writable(name: str, given: tuple[object, ...]) -> None:
    """Refuse a tensor over bytes that nothing may write: torch would write them.

    Raises:
        ExpressionError: A function that may share is given bytes, or an array that is only read.

    >>> check_writable("frombuffer", (b"ab",))
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: frombuffer of bytes makes a tensor of what nothing may write
    hint: give bytearray(...), or a copy of the array
    """
    for value in given if name in _SHARING else ():
        flags = getattr(value, "flags", None)
        is_fixed = getattr(value, "readonly", False) or not getattr(flags, "writeable", True)
        if isinstance(value, bytes) or is_fixed:
            raise ExpressionError(
                f"{name} of {type(value).__name__} makes a tensor of what nothing may write",
                hint="give bytearray(...), or a copy of the array",
            )


def check_result(name: str, result: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Refuse a NumPy array or a tensor that reaches out of the memory it was made from, or reads bytes as pointers.

    Raises:
        ExpressionError: An element lies outside the memory of the owner, or is a pointer to an object.

    >>> check_result("view", memoryview(b"ab"), (), {})
    """
    if name in _REINTERPRETING and (args or kwargs):  # a view() without arguments is the array as it is
        _check_boxed(name, result)
    if name == _STRIDED:
        _check_inside(result)
    elif name == "frombuffer":
        _check_buffer(result, args[0] if args else kwargs.get("buffer"))


def _check_boxed(name: str, value: object) -> None:
    """Objects and NumPy's words of any length: their bytes are addresses, which nothing else may write or shift."""
    if getattr(getattr(value, "dtype", None), "hasobject", False):
        word = name.rpartition(".")[2]
        raise ExpressionError(
            f"{word} of a dtype that holds objects would read bytes as pointers", hint="copy with another dtype first"
        )


def _check_inside(result: object) -> None:
    owner: Any = result
    while hasattr(owner.base, "__array_interface__"):
        owner = owner.base
    inner, outer = _reach(result), _reach(owner)
    if inner and (inner.start < outer.start or inner.stop > outer.stop):
        raise ExpressionError(
            f"as_strided reaches bytes {inner.start - outer.start} to {inner.stop - outer.start} of the {len(outer)} "
            "that its array owns",
            hint="smaller shape or strides",
        )


def _check_buffer(result: Any, buffer: object) -> None:  # noqa: ANN401 - a tensor or a NumPy array, read by attributes
    """Torch multiplies count and itemsize in 64 bits, so that a huge count passes its own check."""
    wanted, there = result.nbytes, memoryview(buffer).nbytes  # type: ignore[arg-type]  # the library has read it as one
    if not 0 <= wanted <= there or max(result.shape) > there:
        raise ExpressionError(f"frombuffer reads {max(result.shape):,} elements of a buffer of {there:,} bytes")


def _reach(array: Any) -> range:  # noqa: ANN401 - any NumPy array, read by its attributes alone
    """The addresses from the lowest to the highest byte of any element; empty where there is none."""
    return extent(Layout(array.shape, array.strides, array.__array_interface__["data"][0], array.itemsize))
