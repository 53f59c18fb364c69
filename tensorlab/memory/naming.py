"""How the type of an object is named in a memory map, and an error that its code raised."""

from __future__ import annotations

from typing import Any

_NAMESPACE: Any = type.__dict__["__dict__"]


def type_name(thing: object) -> str:
    """The name of the object's type, with its module where it is no builtin.

    >>> type_name(b""), type_name(type_name)
    ('bytes', 'function')
    >>> import array
    >>> type_name(array.array("d"))
    'array.array'
    """
    kind = type(thing)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def reason(error: BaseException) -> str:
    """The first line of what an error says, or what it is; its text may be code of others, and raise in turn.

    >>> reason(ValueError("no number")), reason(KeyError())
    ('no number', 'KeyError')
    """
    try:
        return (str(error).splitlines() or [type(error).__name__])[0]
    except Exception:  # noqa: BLE001 - an error of a class of the user's raises what it likes
        return type(error).__name__


def attributes(kind: type) -> dict[str, object]:
    """What a class and those above it define, by name; no code of a metaclass is asked.

    >>> attributes(int)["real"] is int.real, "split" in attributes(int)
    (True, False)
    """
    return {name: value for above in reversed(type.mro(kind)) for name, value in _NAMESPACE.__get__(above).items()}
