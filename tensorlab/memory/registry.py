"""Which adapter describes an object. A library's adapter is loaded only when the library already is."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import FOREIGN, attributes, reason, short_name

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.sharing.patch import Patch

_ADAPTERS = (
    ("builtins", "tensorlab.memory.pylist"),
    ("torch", "tensorlab.memory.tensor"),
    ("torch", "tensorlab.memory.storages"),
    ("numpy", "tensorlab.memory.ndarray"),
    ("sys", "tensorlab.memory.buffer"),
    ("builtins", "tensorlab.memory.computed"),
    ("sys", "tensorlab.memory.protocol"),
)
"""Library that must be loaded, adapter; asked in this order."""
_READERS = {
    "torch": "tensorlab.memory.sharing.tensor_patch",
    "numpy": "tensorlab.memory.sharing.array_patch",
    "sys": "tensorlab.memory.sharing.buffer_patch",
}
"""Library -> what reads where its plain objects lie, and nothing else."""

_HINTS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((str,), "give list(...) of it, or its bytes: text.encode()"),
    ((dict,), "give list(mapping.values()); retains and sharing_map take the dict as it is"),
)
_LONGEST_NAME = 200
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
    for library, name in _ADAPTERS:
        if sys.modules.get(library) is not None:
            adapter = cast("Adapter", import_module(name))
            if adapter.claims(thing):
                return _described(adapter, thing)
    raise UnsupportedError(
        f"an object of type {_type_of(thing)} has no elements in memory to describe", hint=_hint(thing)
    )


class Reader(Protocol):
    """What a module in the table of readers offers."""

    KINDS: frozenset[type]
    """The exact types that it reads."""

    def patch(self, thing: object) -> Patch | None:
        """Where the elements of the object lie; None where it is not as plain as its type."""

    def may_be_mapped(self, thing: object) -> bool:
        """Whether its bytes may belong to a file or a shared segment."""


def patch(thing: object) -> Patch | None:
    """Where a plain array, tensor or buffer has its elements; None for others, of which ``describe`` tells more.

    >>> patch([1, 2]) is None
    True
    """
    reader = _reader_of(thing)
    return None if reader is None else reader.patch(thing)


def may_be_mapped(thing: object) -> bool:
    """Whether its bytes may belong to a file or a shared segment; True for what no reader knows.

    >>> may_be_mapped([1, 2]), may_be_mapped(bytearray(8))
    (True, False)
    """
    reader = _reader_of(thing)
    return reader is None or reader.may_be_mapped(thing)


def _reader_of(thing: object) -> Reader | None:
    try:
        return _reader(type(thing))  # type: ignore[arg-type]  # the next line is for what has no hash
    except FOREIGN:  # the class of a class may refuse to be hashed, or raise what it likes
        return None


@lru_cache(maxsize=64)
def _reader(kind: type) -> Reader | None:
    for library, name in _READERS.items():
        if sys.modules.get(library) is not None:
            reader = cast("Reader", import_module(name))
            if kind in reader.KINDS:
                return reader
    return None


def _described(adapter: Adapter, thing: object) -> MemoryMap:
    try:
        return adapter.describe(thing)
    except TensorlabError:
        raise
    except FOREIGN as error:
        words = _escaped(f"{short_name(error)}: {reason(error)}")
        raise UnsupportedError(f"an object of type {_type_of(thing)} does not tell its memory: {words}") from error


def _type_of(thing: object) -> str:
    """The name of its type, of which a class of the user's may make anything."""
    name = short_name(thing)
    return _escaped(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")


def _escaped(text: str) -> str:
    """What cannot be printed, as Python escapes it: it might move the cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _hint(thing: object) -> str:
    """What to do instead, by the type alone: the object itself may answer anything, or raise."""
    kind = type(thing)
    for kinds, hint in _HINTS:
        if issubclass(kind, kinds):
            return hint
    if kind is memoryview:
        return "the memoryview is released: make a new one"
    names = attributes(kind)
    if names.keys() >= {"state_dict", "named_parameters"}:
        return "retains and sharing_map take a module as it is; show takes one of its parameters"
    if names.keys() & {"__array__", "to_numpy"}:
        return "give numpy.asarray(...) of it"
    return f"give list(...) of it, or {_CONTAINERS}" if "__iter__" in names else f"give {_CONTAINERS}"
