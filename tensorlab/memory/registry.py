"""Which adapter describes an object. A library's adapter is loaded only when the library already is."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import reason

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

_ADAPTERS = {
    "builtins": "tensorlab.memory.pylist",
    "torch": "tensorlab.memory.tensor",
    "numpy": "tensorlab.memory.ndarray",
    "sys": "tensorlab.memory.buffer",
}
"""Library that must be loaded -> adapter; asked in this order."""

_HINTS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((str,), "give list(...) of it, or its bytes: text.encode()"),
    ((dict,), "give list(mapping.values())"),
)
_CONTAINERS = "a list, tuple, array.array, bytes, memoryview, NumPy array or torch tensor"


class Adapter(Protocol):
    """What a module in this table offers."""

    def claims(self, thing: object) -> bool:
        """Whether it describes the object."""

    def describe(self, thing: object) -> MemoryMap:
        """The memory of the object."""


def describe(thing: object) -> MemoryMap:
    """The memory of an object, by the first adapter that claims it.

    Raises:
        UnsupportedError: It has no memory that an adapter can read.

    >>> describe(bytearray(8)).type
    'bytearray'
    >>> describe(3)
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: an object of type int has no elements in memory to describe
    hint: give a list, tuple, array.array, bytes, memoryview, NumPy array or torch tensor
    """
    for library, name in _ADAPTERS.items():
        if sys.modules.get(library) is not None:
            adapter = cast("Adapter", import_module(name))
            if adapter.claims(thing):
                return _described(adapter, thing)
    raise UnsupportedError(
        f"an object of type {type(thing).__name__} has no elements in memory to describe", hint=_hint(thing)
    )


def _described(adapter: Adapter, thing: object) -> MemoryMap:
    try:
        return adapter.describe(thing)
    except TensorlabError:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {reason(error)}"
        raise UnsupportedError(f"an object of type {type(thing).__name__} does not tell its memory: {words}") from error


def _hint(thing: object) -> str:
    """What to do instead, by the type alone: the object itself may answer anything, or raise."""
    kind = type(thing)
    for kinds, hint in _HINTS:
        if issubclass(kind, kinds):
            return hint
    if hasattr(kind, "__array__") or hasattr(kind, "to_numpy"):
        return "give numpy.asarray(...) of it"
    if hasattr(kind, "__dlpack__"):
        return "give numpy.from_dlpack(...) or torch.from_dlpack(...) of it"
    if kind is memoryview:
        return "the memoryview is released: make a new one"
    return f"give list(...) of it, or {_CONTAINERS}" if hasattr(kind, "__iter__") else f"give {_CONTAINERS}"
