"""Finds the tensors, arrays and buffers inside an object, by name; no code of the object's own class is run."""

from __future__ import annotations

import sys
import types
from collections import OrderedDict, defaultdict, deque
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tensorlab.errors import UnsupportedError
from tensorlab.memory.registry import describe
from tensorlab.memory.retention.holding import held, is_empty, is_hidden, objects_in
from tensorlab.memory.retention.kinds import called, defined, hashable, mro
from tensorlab.memory.retention.names import Place, key_piece, name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tensorlab.memory.record import MemoryMap

Children: TypeAlias = "Iterator[tuple[str, object]]"
"""What an object holds, each with the piece that its name adds: ".weight", "[0]"."""
Opener: TypeAlias = "Callable[[object], Children | None]"
"""What a library's own containers hold; None for what is none of them."""

_SCALARS = (bool, int, float, complex, str, range, type(None), type(...), type(NotImplemented))
_CODE = (
    type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType,
    types.FrameType, types.GeneratorType, types.CoroutineType, types.TracebackType, property, staticmethod, classmethod,
)  # fmt: skip
_PLAIN = frozenset(map(id, _SCALARS))
"""By identity: a type of a metaclass of anybody's may refuse to be hashed or compared."""
_LEFT = frozenset(map(id, (*_SCALARS, *_CODE)))
"""Types whose objects are not looked into where attributes are not."""
_BUFFERS = ("bytes", "bytearray", "memoryview", "array.array", "mmap.mmap")
_NEVER = (type, types.ModuleType, types.FrameType, types.TracebackType)
"""What is not looked into: it would lead everywhere."""
_PROTOCOLS = ("__dlpack__", "__array_interface__", "__cuda_array_interface__", "__buffer__")


class Entry(NamedTuple):
    """Something with elements in memory, and its name."""

    name: str
    thing: object
    memory: MemoryMap


class Found(NamedTuple):
    """What a walk met."""

    entries: list[Entry]
    skipped: int
    """Objects that are neither containers nor anything with elements."""
    types: frozenset[type]
    """Of every object that was met."""
    unseen: tuple[str, ...] = ()
    """The type of each object that was not looked into, or not wholly, and may hold something."""


def walk(thing: object, opener: Opener | None = None, *, into_objects: bool = True) -> Found:
    """The tensors, arrays and buffers in an object, at any depth, in the order of its own iteration.

    Containers are read as what they are built on, so that no ``items`` or ``__getattr__`` of a subclass runs; each is
    entered once, so that cycles end; there is no recursion. Of a function its closure and defaults are followed, of an
    iterator what it goes through; classes, modules, frames and objects of extensions are not looked into.

    Args:
        thing: Any object.
        opener: Says what the containers of a library hold: gradients of a tensor, parameters of a module.
        into_objects: Whether attributes of objects of any class are followed, not of dataclasses alone, and functions.

    >>> [entry.name for entry in walk({"a": b"xy", "b": [b"z", {"c d": bytearray(3)}]}).entries]
    ['a', 'b[0]', "b[1]['c d']"]
    """
    walker = _Walker(opener, into_objects)
    stack: list[tuple[Place | None, Children]] = [(None, iter((("", thing),)))]
    while stack:
        above, children = stack[-1]
        found = next(children, None)
        if found is None:
            stack.pop()
            continue
        place = Place(above, found[0])
        inner = walker.meet(place, found[1])
        if inner is not None:
            stack.append((place, inner))
    return Found(walker.entries, walker.skipped, frozenset(walker.kinds.values()), tuple(walker.unseen))


class _Walker:
    """What was met so far."""

    def __init__(self, opener: Opener | None, into_objects: bool) -> None:  # noqa: FBT001 - private
        self.opener = opener
        self.into_objects = into_objects
        self.entries: list[Entry] = []
        self.entered: dict[int, object] = {}  # holds them, so that no identity is used twice
        self.kinds: dict[int, type] = {}
        self.unseen: list[str] = []
        self.skipped = 0

    def meet(self, place: Place, thing: object) -> Children | None:
        """What is inside of an object that was not entered yet; notes what it is."""
        kind = type(thing)
        if id(kind) not in self.kinds:
            self.kinds[id(kind)] = hashable(kind)
        if self.is_left(kind):
            self.skipped += 1
            return None
        memory = _memory(thing, kind)
        if memory is not None:
            self.entries.append(Entry(name(place), thing, memory))
        if id(thing) in self.entered:
            return None
        self.entered[id(thing)] = thing
        inner = self.open(thing, kind)
        if memory is not None and inner is not None and (memory.parts or memory.library == "numpy"):
            inner = (item for item in inner if item[0] == ".grad")  # the components are told already, or own the bytes
        if memory is not None and memory.library == "numpy":
            inner = chain(inner or (), objects_in(thing, memory))
        if memory is None:
            self.skipped += inner is None
            self.note(thing, kind, looked_into=inner is not None)
        return inner

    def is_left(self, kind: type) -> bool:
        """Whether objects of the type are passed by at once."""
        if id(kind) in _PLAIN or _is_number(kind):
            return True
        return not self.into_objects and (id(kind) in _LEFT or issubclass(kind, type))

    def note(self, thing: object, kind: type, *, looked_into: bool) -> None:
        """Remember what may hold something that is not seen."""
        if (is_hidden(kind) and not self.is_known(thing)) if looked_into else not is_empty(thing):
            self.unseen.append(called(kind)[:40])

    def is_known(self, thing: object) -> bool:
        """Whether all that it holds was told by those who know its kind."""
        return held(thing) is not None or (self.opener is not None and self.opener(thing) is not None)

    def open(self, thing: object, kind: type) -> Children | None:
        """What it holds; None where it is not looked into."""
        if issubclass(kind, _NEVER):
            return None
        special = self.opener(thing) if self.opener is not None else None
        if special is not None:
            return special
        builtin = _open_builtin(thing, kind)
        if builtin is not None:
            return builtin
        if self.into_objects:
            native = held(thing)
            return attributes(thing) if native is None else native
        return attributes(thing) if any("__dataclass_fields__" in defined(base) for base in mro(kind)) else None


def _is_number(kind: type) -> bool:
    """Whether it is a NumPy scalar; a row of a structured array is none, but a view."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, numpy.generic) and not issubclass(kind, numpy.void)


def inside(thing: object) -> object:
    """The names of a Python module, which are not looked into elsewhere; anything else as it is.

    >>> import math
    >>> inside(math)["pi"] > 3, inside(3)
    (True, 3)
    """
    return types.ModuleType.__getattribute__(thing, "__dict__") if issubclass(type(thing), types.ModuleType) else thing


def is_holder(thing: object) -> bool:
    """Whether an object is one that may hold others by name, so that it may also hold none.

    >>> is_holder({}), is_holder(3), is_holder([1])
    (True, False, False)
    """
    kind = type(thing)
    if issubclass(kind, types.ModuleType):
        return True
    if id(kind) in _LEFT or issubclass(kind, (list, tuple, type)) or _has_elements(kind):
        return False
    return issubclass(kind, (dict, set, frozenset, deque)) or attributes(thing) is not None


def _memory(thing: object, kind: type) -> MemoryMap | None:
    if not _has_elements(kind):
        return None
    try:
        return describe(thing)
    except UnsupportedError:
        return None


def _has_elements(kind: type) -> bool:
    """By the type alone, whether its objects have elements in memory; lists and tuples are containers here."""
    for base in mro(kind):
        word = called(base)
        if word in _BUFFERS or word.startswith("_ctypes."):
            return True
        if any(base is known for known in (list, tuple, dict)):
            return False
    libraries = (("torch", "Tensor"), ("torch", "UntypedStorage"), ("torch", "TypedStorage"), ("numpy", "ndarray"))
    if any(issubclass(kind, getattr(sys.modules.get(library), word, ())) for library, word in libraries):
        return True
    return any(word in defined(base) for base in mro(kind) for word in _PROTOCOLS)


def _open_builtin(thing: Any, kind: type) -> Children | None:  # noqa: ANN401 - by its type
    if issubclass(kind, dict):
        return _chained(chain(_items(thing, kind), _factory(thing, kind)), thing)
    if issubclass(kind, list):
        return _chained(_numbered(list.__iter__(thing)), thing)
    if issubclass(kind, tuple):
        return _chained(_tuple_items(thing, kind), thing)
    for base in (set, frozenset, deque):
        if issubclass(kind, base):
            return _chained(_numbered(base.__iter__(thing)), thing)
    return None


def _chained(items: Children, thing: object) -> Children:
    """The items, then the attributes that an object of a subclass has beside them."""
    yield from items
    yield from attributes(thing) or ()


def _items(thing: Any, kind: type) -> Children:  # noqa: ANN401 - a dict
    pairs = OrderedDict.items(thing) if kind is OrderedDict else dict.items(thing)
    for number, (key, value) in enumerate(list(pairs)):
        if id(type(key)) not in _PLAIN:
            yield f"[key {number}]", key
        yield key_piece(key, number), value


def _factory(thing: Any, kind: type) -> Children:  # noqa: ANN401 - a dict
    """What a defaultdict makes its values with, where that is no class: an object of its own."""
    member: Any = defaultdict.__dict__["default_factory"]
    made = member.__get__(thing) if issubclass(kind, defaultdict) else None
    return iter([] if made is None or issubclass(type(made), type) else [(".default_factory", made)])


def _numbered(items: Iterable[object]) -> Children:
    for number, item in enumerate(list(items)):
        yield f"[{number}]", item


def _tuple_items(thing: tuple[object, ...], kind: type) -> Children:
    names = next((defined(base)["_fields"] for base in mro(kind) if "_fields" in defined(base)), ())
    named = type(names) is tuple and len(names) == tuple.__len__(thing) and all(type(word) is str for word in names)
    for number, item in enumerate(tuple.__iter__(thing)):
        yield (f".{names[number]}" if named else f"[{number}]"), item


def attributes(thing: object) -> Children | None:
    """The attributes that an object's own dictionary and slots hold; None where it has neither.

    >>> class Pair:
    ...     def __init__(self):
    ...         self.left = 1
    ...     def __getattr__(self, name):
    ...         raise RuntimeError
    >>> list(attributes(Pair())), attributes(3)
    ([('.left', 1)], None)
    """
    dictionaries = own_dictionary(thing)
    slots = [
        (base, word, member)
        for base in mro(type(thing))
        for word, member in defined(base).items()
        if type(member) is types.MemberDescriptorType and "__slots__" in defined(base)
    ]
    if not dictionaries and not slots:
        return None
    found = [(key_piece(key, n), value) for own in dictionaries for n, (key, value) in enumerate(list(dict.items(own)))]
    return iter([*found, *(item for _, word, member in slots for item in _slot(word, member, thing))])


def own_dictionary(thing: object) -> list[dict[object, object]]:
    """The dictionary of an object's attributes, in a list; none where it has none. No code of its class runs.

    >>> own_dictionary(3)
    []
    """
    for base in mro(type(thing)):
        member: Any = defined(base).get("__dict__")
        if type(member) in {types.GetSetDescriptorType, types.MemberDescriptorType}:
            own = member.__get__(thing)
            return [own] if issubclass(type(own), dict) else []
    return []


def _slot(word: str, member: types.MemberDescriptorType, thing: object) -> list[tuple[str, object]]:
    try:
        return [(f".{word}", member.__get__(thing))]
    except AttributeError:
        return []
