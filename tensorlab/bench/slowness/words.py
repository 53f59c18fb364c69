"""Names of operators and of what a call was given, in few words."""

from __future__ import annotations

from tensorlab.bench.words import brief
from tensorlab.memory.naming import short_name


def plain_name(operator: str) -> str:
    """The name that a user knows.

    >>> plain_name("aten.add.Tensor"), plain_name("aten._to_copy.default")
    ('add', 'to')
    """
    words = operator.split(".")
    name = words[1] if len(words) > 1 else operator
    return {"_to_copy": "to", "clone": "contiguous"}.get(name, name)


def described(thing: object) -> str:
    """An argument: dtype and shape of an array, otherwise what it is.

    >>> import torch
    >>> described(torch.ones(2, 3)), described(2), described([1.0] * 5)
    ('float32 (2, 3)', '2', 'list of 5')
    """
    shape, kind = getattr(thing, "shape", None), getattr(thing, "dtype", None)
    if shape is not None and kind is not None:
        return f"{str(kind).removeprefix('torch.')} {tuple(shape)}"
    if isinstance(thing, (list, tuple, dict)):
        return f"{type(thing).__name__} of {len(thing):,}"
    return brief(thing) if isinstance(thing, (int, float, bool, str, type(None))) else short_name(thing)


def name_of(function: object) -> str:
    """What a function is called."""
    name = str(getattr(function, "__name__", "") or short_name(function))
    return "the function" if name == "<lambda>" else name
