"""How the type of an object is named in a memory map, and an error that its code raised."""

from __future__ import annotations

from typing import Any

FOREIGN = (Exception, SystemExit, GeneratorExit)
"""What code of others may raise and is told as an error of theirs: only the user's own interruption passes."""
_NAMESPACE: Any = type.__dict__["__dict__"]
_WORDS: dict[str, Any] = {name: type.__dict__[name] for name in ("__name__", "__qualname__", "__module__")}
"""Of every class, as the interpreter keeps them: a metaclass may answer for them by code of its own."""


def type_name(thing: object) -> str:
    """The name of the object's type, with its module where it is no builtin.

    >>> type_name(b""), type_name(type_name)
    ('bytes', 'function')
    >>> import array
    >>> type_name(array.array("d"))
    'array.array'
    """
    kind = type(thing)
    return _word(kind, "__qualname__") if module_of(kind) == "builtins" else full_name(kind)


def full_name(kind: type) -> str:
    """The name of a class with its module, also where it is a builtin.

    >>> full_name(int)
    'builtins.int'
    """
    return f"{module_of(kind)}.{_word(kind, '__qualname__')}"


def short_name(thing: object) -> str:
    """The name of the object's type alone.

    >>> import array
    >>> short_name(array.array("d"))
    'array'
    """
    return class_name(type(thing))


def class_name(kind: type) -> str:
    """The name of a class alone, as it was given when it was made.

    >>> class_name(int)
    'int'
    """
    return _word(kind, "__name__")


def module_of(kind: type) -> str:
    """The module that a class says it is of, "?" where that is no word.

    >>> module_of(int), module_of(type("Odd", (), {"__module__": 3}))
    ('builtins', '?')
    """
    return _word(kind, "__module__")


def _word(kind: type, name: str) -> str:
    try:
        found = _WORDS[name].__get__(kind)
    except AttributeError:  # a class whose namespace has lost its module
        return "?"
    return str.__str__(found) if issubclass(type(found), str) else "?"


def reason(error: BaseException) -> str:
    """The first line of what an error says, or what it is; its text may be code of others, and raise in turn.

    >>> reason(ValueError("no number")), reason(KeyError())
    ('no number', 'KeyError')
    """
    try:
        return (str.__str__(str(error)).splitlines() or [short_name(error)])[0]
    except FOREIGN:  # an error of a class of the user's raises what it likes
        return short_name(error)


def attributes(kind: type) -> dict[str, object]:
    """What a class and those above it define, by name; no code of a metaclass is asked.

    >>> attributes(int)["real"] is int.real, "split" in attributes(int)
    (True, False)
    """
    return {name: value for above in reversed(type.mro(kind)) for name, value in _NAMESPACE.__get__(above).items()}
