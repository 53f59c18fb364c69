"""The same values as list, array and tensor: bytes in all and an element, where the first ones live."""

from __future__ import annotations

from array import array
from itertools import islice, product
from numbers import Complex, Integral
from typing import TYPE_CHECKING, TypeGuard

from tensorlab.errors import RaggedError, UnsupportedError
from tensorlab.layout.address import address
from tensorlab.layout.covered import Covered, covered
from tensorlab.layout.shapes import numel
from tensorlab.memory.cpython import boxed_bytes, length
from tensorlab.memory.naming import reason
from tensorlab.memory.pylist import FIRST, claims, entries, leaves, rectangle, tables
from tensorlab.memory.record import BoxedFloat, Comparison, Sample
from tensorlab.memory.registry import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.record import MemoryMap

_TYPECODES = {
    "float64": "d", "float32": "f", "int64": "q", "int32": "i", "int16": "h", "int8": "b",
    "uint64": "Q", "uint32": "I", "uint16": "H", "uint8": "B",
}  # fmt: skip
"""Of array.array; "l" and "L" are other words for one of these, of another size on another system."""
_NUMBERS = frozenset({"bool", "int", "uint", "float", "complex"})
NARROW = {"float64": ("float32", "bfloat16"), "int64": ("int32",), "complex128": ("complex64",)}
"""The dtypes beside its own in which torch shows what a narrower element saves."""


def require_rectangle(values: object) -> None:
    """Nothing, where the lists form a rectangle of numbers.

    Raises:
        RaggedError: Rows of one axis have different lengths.
        UnsupportedError: ``values`` is no list or tuple, is empty, or holds what is no number.

    >>> require_rectangle([[1, 2], [3]])
    Traceback (most recent call last):
    tensorlab.errors.RaggedError: rows of axis 1 have 1 to 2 elements: ragged
    hint: an array needs rows of one length: pad them
    """
    if not claims(values):
        raise UnsupportedError(f"a list with at least one number is needed; got {describe(values)}")
    levels, doubt = tables(values)
    if doubt is not None:
        raise RaggedError(doubt.text, hint=doubt.cure)
    if not length(levels[-1][0]):
        raise UnsupportedError("a list with at least one number is needed; got an empty one")
    _require_number_types({type(value) for row in levels[-1] for value in entries(row)})


def flat_array(values: Iterable[float], name: str) -> array[float] | None:
    """A flat list as array.array; None where array has no code for the dtype.

    >>> flat_array([1.0, 2.0], "float64"), flat_array([1j], "complex128")
    (array('d', [1.0, 2.0]), None)
    """
    code = _TYPECODES.get(name)
    return None if code is None else array(code, values)


def keeps_integers(values: object, made: Iterable[complex]) -> bool:
    """Whether every integer among the values of a list, nested or flat, is the same number in what was made of them.

    >>> keeps_integers([[2**53, 0.5]], [2.0**53, 0.5]), keeps_integers([2**53 + 1, 0.5], [2.0**53, 0.5])
    (True, False)

    Raises:
        UnsupportedError: An integer raises an error of its own.
    """
    if not claims(values):
        return True
    pairs = zip(leaves(values, len(rectangle(values)[0])), made, strict=True)
    try:
        return all(int(value) == other for value, other in pairs if _is_integer(value))
    except Exception as error:
        raise UnsupportedError(f"an integer among the values does not tell its value: {reason(error)}") from error


def _is_integer(value: object) -> TypeGuard[Integral]:
    return issubclass(type(value), Integral)


def pointers(values: object) -> int:
    """Pointers in all rows of nested lists, each row once, however often it is pointed at.

    >>> pointers([[0] * 1000] * 1000), pointers(None)
    (2000, 0)
    """
    return sum(length(row) for level in tables(values)[0] for row in level) if claims(values) else 0


def sample(thing: object, *, rounded: bool = False) -> Sample:
    """The bytes of one container.

    Raises:
        UnsupportedError: Its elements are no numbers.

    >>> s = sample([1.5, 2.5, 3.5])
    >>> s.label, s.table, s.boxes
    ('list', 24, 72)
    """
    memory = describe(thing)
    _require_numbers(thing, memory)
    table = _table(memory)
    return Sample(
        label=_label(thing, memory),
        memory=memory,
        table=table.nbytes,
        boxes=0 if memory.boxes is None else memory.boxes.nbytes,
        first=_first(memory),
        rounded=rounded,
        at_most=not table.exact,
    )


def collect(things: Sequence[object], rounded: frozenset[int] = frozenset(), notes: tuple[str, ...] = ()) -> Comparison:
    """The comparison of containers, in order; ``rounded`` names those whose dtype is too narrow, by position."""
    samples = tuple(sample(thing, rounded=n in rounded) for n, thing in enumerate(things))
    shapes = {s.memory.shape for s in samples}
    if len(shapes) > 1:
        notes = (*notes, f"the containers have different shapes: {', '.join(str(s.memory.shape) for s in samples)}")
    return Comparison(samples, _boxed_float(things), notes)


def _require_numbers(thing: object, memory: MemoryMap) -> None:
    if claims(thing):
        levels, doubt = tables(thing)
        if doubt is not None:
            raise RaggedError(doubt.text, hint=doubt.cure)
        _require_number_types({type(value) for row in levels[-1] for value in entries(row)})
    elif memory.dtype is None or memory.dtype.kind not in _NUMBERS:
        kind = "no dtype" if memory.dtype is None else f"dtype {memory.dtype.name}"
        raise UnsupportedError(f"numbers are needed; got a {memory.type} of {kind}")
    elif memory.layout is None:
        reason = "; ".join(doubt.text for doubt in memory.doubts)
        raise UnsupportedError(f"the bytes of a {memory.type} cannot be compared: {reason}")


def _require_number_types(kinds: set[type]) -> None:
    others = sorted(kind.__name__ for kind in kinds if not issubclass(kind, Complex) and not _is_numpy_bool(kind))
    if others:
        raise UnsupportedError(f"numbers are needed; got elements of type {', '.join(others)}")


def _is_numpy_bool(kind: type) -> bool:
    """The one number of NumPy that is not registered as such; NumPy need not be loaded to ask."""
    return (kind.__module__, kind.__name__) == ("numpy", "bool")


def _label(thing: object, memory: MemoryMap) -> str:
    if issubclass(type(thing), array):
        return f"array.array({array.typecode.__get__(thing)!r})"
    if memory.library in {"numpy", "torch"} and memory.dtype is not None:
        return f"{memory.library} {memory.dtype.name}"
    return memory.type


def _table(memory: MemoryMap) -> Covered:
    if memory.layout is None:
        size = 0 if memory.dtype is None else memory.dtype.itemsize
        return Covered(numel((memory.sizes or (0,))[:1]) * size, exact=True)
    return covered(memory.layout)


def _first(memory: MemoryMap) -> tuple[int, ...]:
    """Addresses of the first elements in C order: of their boxes, where they are boxed."""
    if memory.boxes is not None:
        return memory.boxes.addresses
    if memory.layout is None or memory.storage is None or memory.storage.address is None:
        return ()
    indices = islice(product(*(range(min(n, FIRST)) for n in memory.layout.shape)), FIRST)
    return tuple(memory.storage.address + address(memory.layout, index) for index in indices)


def _boxed_float(things: Sequence[object]) -> BoxedFloat | None:
    for thing in things:
        if claims(thing):
            value = next(iter(leaves(thing, len(rectangle(thing)[0]))), None)
            box = boxed_bytes(value) if type(value) is float else None
            if box is not None and type(value) is float:
                return BoxedFloat(
                    value=value,
                    address=id(value),
                    raw=box.raw,
                    refcount=box.refcount,
                    type_address=box.type_address,
                    payload=box.payload,
                )
    return None
