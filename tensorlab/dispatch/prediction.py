"""What the rules of views say that a call will give, before it is run; and whether that is what it gave."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

from tensorlab.dispatch.operands import map_of, view_of
from tensorlab.errors import TensorlabError
from tensorlab.layout.dtype import DTYPES
from tensorlab.layout.shapes import numel
from tensorlab.views.calls import Call
from tensorlab.views.chain import step
from tensorlab.views.record import CopyNeeded, Refused, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import MemoryMap
    from tensorlab.views.record import Outcome, Rules

_PYTHON = {float: "float64", complex: "complex128", bool: "bool", int: "int64"}
"""What NumPy makes of Python's types."""
_WORDS = frozenset({"memory_format", "device", "layout"})
"""Types of torch's that are told by their name."""


def predicted(
    name: str, args: Sequence[object], keywords: Mapping[str, object], memory: MemoryMap
) -> tuple[Outcome, ...]:
    """What a call on an array gives by the rules of its library; empty where they do not tell.

    Args:
        name: In the library's words; "getitem" for square brackets.
        args: Those behind the array.
        keywords: By their names.
        memory: Of the array, as it is before.

    >>> from tensorlab.dispatch.operands import map_of
    >>> [str(outcome) for outcome in predicted("getitem", (slice(1, None),), {}, map_of(memoryview(b"abc")))]
    ['VIEW: shape (2,), strides (1,) and offset 1 in elements']
    """
    view = view_of(memory)
    if view is None or not (memory.library in {"torch", "numpy"} or memory.type == "memoryview"):
        return ()  # bytes and array.array have ways of their own
    rules: Rules = "torch" if memory.library == "torch" else "numpy"
    try:
        call = Call(name, tuple(map(plain, args)), *_keywords(keywords))
        return step(view, call, rules).after
    except (TensorlabError, ArithmeticError, TypeError, ValueError, IndexError):
        return ()  # no rule for this name, or for such arguments: what happens is told, and that it was not predicted


def _keywords(keywords: Mapping[str, object]) -> tuple[tuple[tuple[str, object], ...], ...]:
    """None where nothing was given by name."""
    return (tuple((word, plain(value)) for word, value in keywords.items()),) if keywords else ()


def plain(value: object) -> object:
    """An argument without its library: a dtype as our record, a shape as a tuple, an array as its view.

    >>> plain(float).name, plain([1, (2, 3)]), plain("a")
    ('float64', [1, (2, 3)], 'a')
    """
    if isinstance(value, tuple | list):
        items = [plain(item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, type):
        return DTYPES.get(_PYTHON.get(value, value.__name__), value)
    if hasattr(value, "itemsize") and not hasattr(value, "nbytes"):
        return _dtype(value)
    return _word_or_view(value)


def _word_or_view(value: object) -> object:
    kind = type(value)
    if kind.__module__ == "torch" and kind.__name__ in _WORDS:
        return str(value).removeprefix("torch.")
    if kind.__module__ == "numpy" and hasattr(value, "__index__") and not getattr(value, "shape", ()):
        return index(value)
    memory = map_of(value)
    view = None if memory is None else view_of(memory)
    return value if view is None else view


def _dtype(value: object) -> object:
    """Of torch or of NumPy, by its name; one in the other byte order has none here."""
    is_swapped = getattr(value, "byteorder", "=") in {">", "<"} and getattr(value, "isnative", True) is False
    name = str(value).removeprefix("torch.")
    found: DType | None = None if is_swapped else DTYPES.get(name)
    return value if found is None else found


def agrees(outcomes: tuple[Outcome, ...], gave: Sequence[MemoryMap], *, fresh: bool) -> bool | None:
    """Whether results lie as predicted; None where nothing was.

    Where there is no element, strides are compared and the storage is not asked.

    >>> agrees((), (), fresh=True) is None
    True
    """
    if not outcomes:
        return None
    if len(outcomes) != len(gave) or any(isinstance(outcome, Refused) for outcome in outcomes):
        return False
    return all(_is_as_said(outcome, memory, fresh=fresh) for outcome, memory in zip(outcomes, gave, strict=True))


def _is_as_said(outcome: Outcome, memory: MemoryMap, *, fresh: bool) -> bool:
    said = outcome.result if isinstance(outcome, CopyNeeded) else outcome
    if isinstance(said, View) and any(doubt.code == "boxed" for doubt in memory.doubts):
        return isinstance(outcome, CopyNeeded) and memory.shape == said.layout.shape
    found = view_of(memory)
    if not isinstance(said, View) or found is None:
        return False
    here, there = said.layout, found.layout
    same = (here.shape, here.strides, said.dtype.name) == (there.shape, there.strides, found.dtype.name)
    if not numel(here.shape):
        return same
    is_copy = isinstance(outcome, CopyNeeded)
    return same and is_copy == fresh and (is_copy or here.offset == there.offset)
