"""How the type of an object is named in a memory map."""

from __future__ import annotations


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
