"""How a process that was asked for facts ends where it cannot give them: in one line that says why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def reason(error: BaseException) -> str:
    """The type of the error that caused it all, and the first line of its message that says something.

    >>> reason(ImportError(f"{chr(10)}libtorch.so: cannot open{chr(10)}see the manual"))
    'ImportError: libtorch.so: cannot open'
    >>> reason(MemoryError())
    'MemoryError'
    """
    while error.__cause__ is not None:
        error = error.__cause__
    lines = (line.strip() for line in str(error).splitlines())
    return ": ".join(filter(None, (type(error).__name__, next(filter(None, lines), ""))))


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:  # noqa: ARG001 - a hook
    """The reason on stderr; made for ``sys.excepthook``."""
    sys.stderr.write(f"{reason(error)}\n")
