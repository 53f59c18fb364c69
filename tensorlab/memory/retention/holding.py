"""What functions, partials, methods and iterators hold, and which objects hold nothing. No code of theirs is run."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import gc
import itertools
import re
import sys
import types
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from tensorlab.memory.retention.kinds import called, has_room, hashable, is_native, mro
from tensorlab.memory.retention.names import key_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.memory.record import MemoryMap

_SEVERAL: dict[str, Any] = {"a": 1}
_MADE: tuple[object, ...] = (
    iter([]), iter(()), iter(_SEVERAL), iter(_SEVERAL.values()), iter(_SEVERAL.items()), iter(set()), reversed([]),
    iter(collections.deque()), iter(int, 1), _SEVERAL.keys(), _SEVERAL.values(), _SEVERAL.items(),
    types.MappingProxyType({}),
)  # fmt: skip
_ITERATORS = frozenset(map(type, _MADE))
_TRACKED = _ITERATORS | {
    map, zip, filter, enumerate, reversed, property, staticmethod, classmethod, slice,
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.MethodWrapperType,
    *(word for word in vars(itertools).values() if type(word) is type),
}  # fmt: skip
"""Kinds of the interpreter whose objects tell its garbage collector all that they refer to."""
_EMPTY = frozenset(
    {
        bool, int, float, complex, str, range, type(None), type(...), type(NotImplemented), types.CodeType,
        types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
        types.GetSetDescriptorType, types.MemberDescriptorType, re.Pattern, decimal.Decimal, dt.date,
        dt.datetime, dt.time, dt.timedelta, dt.timezone,
        weakref.ref, weakref.ProxyType, weakref.CallableProxyType,
    }
)  # fmt: skip
_EMPTY_NAMES = frozenset(
    {"torch.dtype", "torch.device", "torch.layout", "torch.memory_format", "_thread.lock", "_thread.RLock"}
)
_CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType)
_PASSED = (types.ModuleType, types.CodeType)
_OPEN: tuple[type, ...] = (
    object, dict, list, tuple, set, frozenset, collections.deque, collections.OrderedDict, collections.defaultdict,
    BaseException, types.SimpleNamespace, bool, int, float, complex, str, bytes,
)  # fmt: skip
"""What classes may be built on, and is looked into."""


def held(thing: Any) -> Iterator[tuple[str, object]] | None:  # noqa: ANN401 - by its type
    """What an object of the interpreter's own kinds holds, each with a piece of a name; None for any other.

    Of the globals that a function names only data are followed: no modules, functions, classes or their instances.

    >>> v = b"abc"
    >>> list(held(lambda n=2: (v, n))), list(held(partial(print, v)))[1]
    ([('[default 0]', 2), ('[global v]', b'abc')], ('.args', (b'abc',)))
    """
    kind = hashable(type(thing))
    opened = _KINDS.get(kind)
    if opened is not None:
        return opened(thing)
    if kind in _TRACKED or issubclass(kind, BaseException):
        return _referents(thing)
    return _of_partial(thing) if issubclass(kind, partial) else None


def is_empty(thing: object) -> bool:
    """Whether nothing is held by an object like this: a number, a word, a dtype, an instance without attributes.

    >>> is_empty(3), is_empty(object()), is_empty(int), is_empty(iter([]))
    (True, True, True, False)
    """
    kind = type(thing)
    if issubclass(kind, type):
        return is_native(thing)  # type: ignore[arg-type]  # a class
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, (numpy.dtype, numpy.ufunc)):
        return True
    return hashable(kind) in _EMPTY or not has_room(kind) or called(kind) in _EMPTY_NAMES


def is_hidden(kind: type) -> bool:
    """Whether a class is built on an extension's type, whose objects hold what only the extension knows.

    >>> is_hidden(type("Plain", (dict,), {})), is_hidden(type("Odd", (memoryview.__class__,), {}))
    (False, True)
    """
    return any(is_native(base) and base not in _OPEN and not issubclass(base, BaseException) for base in mro(kind))


def _of_function(function: types.FunctionType) -> Iterator[tuple[str, object]]:
    for word, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        yield from ((f"[closure {word}]", value) for value in _contents(cell))
    yield from ((f"[default {n}]", value) for n, value in enumerate(function.__defaults__ or ()))
    yield from ((f"[default {word}]", value) for word, value in dict.items(function.__kwdefaults__ or {}))
    yield from ((key_piece(key, n), value) for n, (key, value) in enumerate(list(dict.items(function.__dict__))))
    globals_ = function.__globals__
    for word in function.__code__.co_names:
        value = dict.get(globals_, word)
        if _is_data(type(value)):
            yield f"[global {word}]", value


def _is_data(kind: type) -> bool:
    """Whether it is built on a container or an array, and not only on code."""
    return not issubclass(kind, _CODE) and any(is_native(base) and base is not object for base in mro(kind))


def _contents(cell: types.CellType) -> list[object]:
    try:
        return [cell.cell_contents]
    except ValueError:  # nothing is in it yet
        return []


def _of_cell(cell: types.CellType) -> Iterator[tuple[str, object]]:
    return ((".cell_contents", value) for value in _contents(cell))


def _of_method(method: types.MethodType) -> Iterator[tuple[str, object]]:
    return iter([(".__self__", method.__self__), (".__func__", method.__func__)])


def _of_builtin(function: types.BuiltinFunctionType) -> Iterator[tuple[str, object]]:
    bound = function.__self__
    return iter([] if bound is None or issubclass(type(bound), types.ModuleType) else [(".__self__", bound)])


def _of_partial(thing: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - a partial, of a subclass maybe
    slots: Any = vars(partial)
    yield from ((f".{word}", slots[word].__get__(thing)) for word in ("func", "args", "keywords"))
    own = slots["__dict__"].__get__(thing)
    yield from ((key_piece(key, n), value) for n, (key, value) in enumerate(list(dict.items(own))))


def _referents(thing: object) -> Iterator[tuple[str, object]]:
    """What the garbage collector is told that an object refers to."""
    found = [inner for inner in gc.get_referents(thing) if type(inner) not in _PASSED and inner is not type(thing)]
    return ((f"[held {n}]", inner) for n, inner in enumerate(found))


_KINDS: dict[type, Callable[[Any], Iterator[tuple[str, object]]]] = {
    types.FunctionType: _of_function,
    types.CellType: _of_cell,
    types.MethodType: _of_method,
    types.BuiltinFunctionType: _of_builtin,
}


def objects_in(thing: Any, memory: MemoryMap) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - an array, maybe
    """The elements of a NumPy array of objects, where it is sound to follow its pointers; nothing of anything else.

    >>> import numpy as np
    >>> from tensorlab.memory.registry import describe
    >>> pair = np.array([b"x", None], dtype=object)
    >>> list(objects_in(pair, describe(pair)))
    [('[0]', b'x'), ('[1]', None)]
    """
    if memory.library != "numpy" or memory.dtype is None or memory.dtype.kind != "object" or not memory.readable:
        return iter(())
    array = sys.modules["numpy"].ndarray
    elements = array.flat.__get__(array.view(thing, array))
    return ((f"[{n}]" if len(memory.shape or ()) == 1 else f".flat[{n}]", item) for n, item in enumerate(elements))
