"""What another process had to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """It answered."""

    facts: Mapping[str, object]
    """As it printed them in JSON."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not answer, and why: an exception's last line, a signal, or a time limit."""

    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """How a fresh interpreter gets at a function.

    >>> Origin("from shop import total", "total").script()
    'from shop import total; total'
    """

    statement: str
    """What it has to run first, on one line."""
    expression: str
    """What the function is called after that."""

    def script(self) -> str:
        """Both on one line."""
        return f"{self.statement}; {self.expression}"


@dataclass(frozen=True, slots=True)
class Ended:
    """A script that was run to its end in this process."""

    names: Mapping[str, object]
    """Its globals, as it left them."""
    error: BaseException | None = None
    """What ended it before its last line."""
    code: int = 0
    """The exit code that Python would have given."""
