"""Which adapter describes an object. A library's adapter is loaded only when the library already is."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap

_ADAPTERS = {
    "builtins": "tensorlab.memory.pylist",
    "torch": "tensorlab.memory.tensor",
    "numpy": "tensorlab.memory.ndarray",
    "sys": "tensorlab.memory.buffer",
}
"""Library that must be loaded -> adapter; asked in this order."""


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
        if library in sys.modules:
            adapter = cast("Adapter", import_module(name))
            if adapter.claims(thing):
                return adapter.describe(thing)
    raise UnsupportedError(
        f"an object of type {type(thing).__name__} has no elements in memory to describe", hint=_hint(thing)
    )


def _hint(thing: object) -> str:
    if isinstance(thing, (range, set, frozenset)):
        return "give list(...) of it"
    return "give a list, tuple, array.array, bytes, memoryview, NumPy array or torch tensor"
