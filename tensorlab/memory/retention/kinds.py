"""What a type is, asked of the type itself: a metaclass of anybody's is not asked, and cannot answer."""

from __future__ import annotations

from typing import Any

_OF: dict[str, Any] = {
    word: vars(type)[word] for word in ("__mro__", "__dict__", "__name__", "__flags__", "__module__")
}
_MADE_HERE = 1 << 9
"""The flag of a type that was made by a class statement, or as one is."""


def mro(kind: type) -> tuple[type, ...]:
    """The type and those above it.

    >>> mro(bool)
    (<class 'bool'>, <class 'int'>, <class 'object'>)
    """
    return _OF["__mro__"].__get__(kind)  # type: ignore[no-any-return]  # as Python keeps it


def defined(kind: type) -> dict[str, Any]:
    """What the type itself defines, by name.

    >>> "bit_length" in defined(int), "bit_length" in defined(bool)
    (True, False)
    """
    return _OF["__dict__"].__get__(kind)  # type: ignore[no-any-return]  # as Python keeps it


def called(kind: type) -> str:
    """Its name, with its module where it is no builtin.

    >>> import array
    >>> called(int), called(array.array)
    ('int', 'array.array')
    """
    module = _OF["__module__"].__get__(kind)
    word: str = _OF["__name__"].__get__(kind)
    return f"{module}.{word}" if type(module) is str and module != "builtins" else word


def is_native(kind: type) -> bool:
    """Whether it is part of the interpreter or of an extension, and no class statement made it.

    >>> is_native(int), is_native(type("C", (), {}))
    (True, False)
    """
    return not _OF["__flags__"].__get__(kind) & _MADE_HERE


def has_room(kind: type) -> bool:
    """Whether an object of the type has room to hold anything.

    >>> has_room(object), has_room(list)
    (False, True)
    """
    size: int = vars(type)["__basicsize__"].__get__(kind)
    return size > object.__basicsize__


def hashable(kind: type) -> type:
    """The type, or ``object`` for one whose metaclass has a hash or an equality of its own.

    >>> hashable(int)
    <class 'int'>
    """
    plain = all(_first(type(kind), word) is vars(object)[word] for word in ("__hash__", "__eq__"))
    return kind if plain else object


def _first(kind: type, word: str) -> object:
    return next((defined(base)[word] for base in mro(kind) if word in defined(base)), None)
