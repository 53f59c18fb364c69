"""A call as a user would have written it, from the function and what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.dispatch.operands import map_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST = 60
"""Characters of a value."""
OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "truediv": "/", "floordiv": "//", "floor_divide": "//",
    "remainder": "%", "mod": "%", "pow": "**", "matmul": "@", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">",
    "ge": ">=", "and": "&", "or": "|", "xor": "^",
}  # fmt: skip
"""Functions that an operator stands for."""


def call_text(owner: str, name: str, words: tuple[str, ...]) -> str:
    """A function of a library, with its arguments.

    >>> call_text("torch", "add", ("x", "1"))
    'torch.add(x, 1)'
    """
    return f"{owner}.{name}({', '.join(words)})" if owner else f"{name}({', '.join(words)})"


def method_text(receiver: str, name: str, words: tuple[str, ...]) -> str:
    """A method, an operator or square brackets, as they are written behind or around the receiver.

    >>> method_text("x", "reshape", ("6",)), method_text("x", "getitem", ("[0, 2]",)), method_text("x", "sub", ("y",))
    ('x.reshape(6)', 'x[[0, 2]]', 'x - y')
    >>> method_text("x", "setitem", ("mask", "0")), method_text("", "t", ())
    ('x[mask] = 0', '.t()')
    """
    if name == "getitem" and words:
        return f"{receiver}[{words[0]}]"
    if name == "setitem" and len(words) > 1:
        return f"{receiver}[{words[0]}] = {words[1]}"
    if name in OPERATORS and len(words) == 1:
        return f"{receiver} {OPERATORS[name]} {words[0]}".lstrip()
    return f"{receiver}.{name}({', '.join(words)})"


def words_of(
    args: tuple[object, ...], kwargs: Mapping[str, object], name_of: Callable[[object], str | None]
) -> tuple[str, ...]:
    """The arguments of a call as they might have been written.

    >>> words_of((3, (slice(1, None), ...)), {"dim": 0}, lambda thing: None)
    ('3', '(1:, ...)', 'dim=0')
    """
    positional = tuple(word_of(value, name_of) for value in args)
    return (*positional, *(f"{key}={word_of(value, name_of)}" for key, value in kwargs.items()))


def index_text(index: object, name_of: Callable[[object], str | None]) -> str:
    """What stands between square brackets.

    >>> index_text((slice(None), [0, 2], None), lambda thing: None)
    ':, [0, 2], None'
    """
    if isinstance(index, tuple) and index:
        return ", ".join(word_of(part, name_of) for part in index)
    return word_of(index, name_of)


def word_of(value: object, name_of: Callable[[object], str | None]) -> str:
    """One value: an array by its name, anything else as Python writes it.

    >>> word_of(slice(None, None, 2), lambda thing: None), word_of([1] * 99, lambda thing: None)[-9:]
    ('::2', '1, 1, ...')
    """
    name = name_of(value)
    if name is not None:
        return name
    if isinstance(value, slice):
        return _slice_text(value, name_of)
    if isinstance(value, tuple | list) and type(value) in {tuple, list}:
        inner = ", ".join(word_of(item, name_of) for item in value[:_MOST])
        closing = ("(", ",)" if len(value) == 1 else ")") if isinstance(value, tuple) else ("[", "]")
        return _short(f"{closing[0]}{inner}{closing[1]}")
    memory = map_of(value)
    if memory is not None and (memory.shape or memory.library == "torch"):
        return f"{type(value).__name__}{memory.shape}"
    return "..." if value is Ellipsis else _short(_written(value))


def _written(value: object) -> str:
    if isinstance(value, type) or callable(value):
        return getattr(value, "__name__", type(value).__name__)
    try:
        return str(value) if type(value).__module__ == "numpy" else repr(value)
    except Exception:  # noqa: BLE001 - code of the user's
        return type(value).__name__


def _slice_text(part: slice, name_of: Callable[[object], str | None]) -> str:
    bounds = ["" if n is None else word_of(n, name_of) for n in (part.start, part.stop)]
    return ":".join(bounds if part.step is None else [*bounds, word_of(part.step, name_of)])


def _short(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST].rstrip()} ..."
