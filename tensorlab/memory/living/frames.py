"""The variables of running functions, read without keeping anything alive."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_OURS = "tensorlab."
_COPIED = sys.version_info < (3, 13)
"""Whether ``f_locals`` of a function is a copy that the frame keeps."""


class Variable(NamedTuple):
    """A name in a running function or a module."""

    kind: str
    """"local" or "global"."""
    name: str
    place: str


def running() -> Iterator[FrameType]:
    """Every frame of every thread, but those of this package.

    >>> any(frame.f_globals["__name__"].startswith("tensorlab.") for frame in running())
    False
    """
    for frame in list(sys._current_frames().values()):  # noqa: SLF001 - its name since Python 2.5
        here: FrameType | None = frame
        while here is not None:
            if not is_ours(here):
                yield here
            here = here.f_back


def is_ours(frame: FrameType) -> bool:
    """Whether a frame runs code of this package.

    >>> is_ours(inspect.currentframe())
    True
    """
    return str(frame.f_globals.get("__name__", "")).startswith(_OURS)


def variables(frame: FrameType) -> list[tuple[str, object]]:
    """The variables of a function's frame; none for a module's, whose names are globals.

    Before Python 3.13 asking for them leaves a copy with the frame, which would keep every value alive until the
    function ends: it is emptied, unless somebody else holds it or a debugger may write it back.

    >>> def function(): x = 3; return variables(inspect.currentframe())
    >>> function()
    [('x', 3)]
    """
    if not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        return []
    copy = frame.f_locals
    found = list(copy.items())
    if _COPIED and sys.getrefcount(copy) <= _REFERENCES and frame.f_trace is None and sys.gettrace() is None:
        copy.clear()
    return found


def _references() -> int:
    """References to a fresh copy: the frame's own, a variable's, the argument's."""

    def function() -> int:
        x = 0
        copy = inspect.currentframe().f_locals  # type: ignore[union-attr]  # CPython has frames
        return sys.getrefcount(copy) - x

    return function()


_REFERENCES = _references()
