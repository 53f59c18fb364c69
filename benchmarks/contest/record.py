"""What takes part in the contest, and how it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.planted.record import Planted


class Hunt(Protocol):
    """Looks for a broken promise of one function."""

    def __call__(self, planted: Planted, function: Callable[..., object], *, seed: int, examples: int) -> str | None:
        """A word for what was found; None if nothing was."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A generator of arguments, with the judge that it is used with."""

    name: str
    how: str
    """With which options."""
    prepare: Callable[[], Hunt]
    """Raises ImportError where it is not installed."""
    package: str = ""
    """What to install for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one did."""

    name: str
    found: tuple[frozenset[str], ...] = ()
    """The bugs found, seed by seed."""
    alarms: frozenset[str] = frozenset()
    """Correct twins that it called wrong, under any seed."""
    seconds: float = 0.0
    """Of all hunts on bugs and twins."""
    absent: str = ""
    """Why it did not take part."""

    @property
    def mean(self) -> float:
        """Bugs found, on average over the seeds."""
        return sum(map(len, self.found)) / max(len(self.found), 1)

    @property
    def ever(self) -> frozenset[str]:
        """Bugs found under any seed."""
        return frozenset().union(*self.found)
