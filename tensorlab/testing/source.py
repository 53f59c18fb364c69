"""Where the choices of a generator come from: a seed, or Hypothesis, which can shrink them."""

from __future__ import annotations

from random import Random
from typing import Protocol, TypeVar

T = TypeVar("T")


class Source(Protocol):
    """Gives integers; the smaller, the simpler."""

    def integer(self, low: int, high: int) -> int:
        """One of ``low`` to ``high``, both included."""


class Seeded:
    """The same choices for the same seed.

    >>> Seeded(0).integer(1, 6) == Seeded(0).integer(1, 6)
    True
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - choices of a test, no secret

    def integer(self, low: int, high: int) -> int:
        """One of ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))


def pick(source: Source, options: tuple[T, ...]) -> T:
    """One of them; the first is the simplest.

    >>> pick(Seeded(0), ("only",))
    'only'
    """
    return options[source.integer(0, len(options) - 1)]
