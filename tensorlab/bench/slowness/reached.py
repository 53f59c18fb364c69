"""Arrays and lists that a function reaches without being given them: kept as they are, so that writes are undone."""

from __future__ import annotations

import sys
from array import array
from functools import partial
from inspect import isclass, ismodule
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = frozenset({"numpy", "tensorlab", "torch"}) | sys.stdlib_module_names - {"__main__"}
"""Their own memory is theirs: they fill caches at the first call."""
INSTALLED = ("site-packages", "dist-packages")
"""Folders of other libraries."""
WRITABLE = (np.ndarray, list, bytearray, array)
HOLDERS = (list, tuple, dict, set)


class Kept(NamedTuple):
    """An array or a list, and what it held."""

    name: str
    thing: Any
    before: Any

    @property
    def changed(self) -> bool:
        """Whether it holds anything else now."""
        return not unchanged(self.thing, self.before)

    def restore(self) -> None:
        """Write back what it held."""
        if isinstance(self.thing, np.ndarray):
            np.copyto(self.thing, self.before)
        else:
            self.thing[:] = self.before


def kept(function: object) -> tuple[Kept, ...]:
    """What a function may write that it is not given: in its closure, defaults, names of its module, its own object.

    >>> words = [1]
    >>> (one,) = kept(words.append)
    >>> words.append(2)
    >>> one.changed, one.restore(), words
    (True, None, [1])
    """
    found: list[Kept] = []
    seen: dict[int, Any] = {}
    left: list[tuple[str, Any]] = [("its own object", function)]
    while left:
        name, thing = left.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing  # held, so that no other object takes its place
        if isinstance(thing, WRITABLE):
            found.append(Kept(name, thing, thing.copy() if isinstance(thing, (np.ndarray, list)) else thing[:]))
        left += _inside(name, thing)
    return tuple(found)


def unchanged(one: Any, before: Any) -> bool:  # noqa: ANN401 - arrays, lists, bytes
    """Bit by bit for arrays, the same objects for lists.

    >>> unchanged(np.array([np.nan]), np.array([np.nan])), unchanged([1], [1, 2])
    (True, False)
    """
    if isinstance(one, list):
        return len(one) == len(before) and all(left is right for left, right in zip(one, before, strict=True))
    if isinstance(one, np.ndarray):
        if one.dtype.hasobject:
            return unchanged(one.ravel().tolist(), before.ravel().tolist())
        return bool(one.shape == before.shape and np.array_equal(_bits(one), _bits(before)))
    return bytes(one) == bytes(before)


def _bits(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.ascontiguousarray(values).view(np.uint8) if values.ndim else values.reshape(1).view(np.uint8)


def _inside(name: str, thing: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever a function reaches
    """What an object holds, each with the name that a user knows it by."""
    if isinstance(thing, HOLDERS):
        items = thing.values() if isinstance(thing, dict) else thing
        yield from ((name, one) for one in items if not isinstance(one, (int, float, str)))
    elif isinstance(thing, partial):
        yield from ((name, one) for one in (thing.func, thing.args, thing.keywords))
    elif isinstance(thing, FunctionType):
        yield from _of_function(thing)
    elif ismodule(thing) or isclass(thing):
        return
    elif hasattr(thing, "__self__"):
        yield name, thing.__self__
        yield name, getattr(thing, "__func__", None)
    elif not _of_library(type(thing).__module__, ""):
        yield from getattr(thing, "__dict__", {}).items()
        yield name, getattr(type(thing), "__call__", None)  # noqa: B004 - the function behind a call is asked for


def _of_function(function: FunctionType) -> Iterator[tuple[str, Any]]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    for word, cell in cells:
        try:
            yield word, cell.cell_contents
        except ValueError:  # nothing was put into it yet
            continue
    yield from (("a default", one) for one in function.__defaults__ or ())
    yield from (function.__kwdefaults__ or {}).items()
    there = function.__globals__
    if not _of_library(str(there.get("__name__", "")), str(there.get("__file__", ""))):
        yield from ((word, there[word]) for word in _words(function.__code__) if word in there)


def _words(code: CodeType) -> set[str]:
    """Names that it and the functions inside it look up."""
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return {*code.co_names, *(word for one in inner for word in _words(one))}


def _of_library(module: str, file: str) -> bool:
    return module.partition(".")[0] in LIBRARIES or any(folder in file for folder in INSTALLED)
