"""What measuring itself costs: a call that does nothing, and a block that holds no call."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tensorlab.bench.pairing.counters import Read

CALLS = 10_000
TRIES = 5
"""The fastest counts: nothing makes it faster than it is."""


class Overhead(NamedTuple):
    """Seconds that are no contender's."""

    empty: float
    """A call of an empty function, in each call that is timed."""
    reading: float
    """Reading clocks and counters, once a block."""


def overhead(read: Read) -> Overhead:
    """Measure it, by the clock of the processor.

    >>> from tensorlab.bench.pairing.counters import read
    >>> 0 < overhead(read).empty < 1e-5
    True
    """
    reading = min(_seconds(0, read) for _ in range(TRIES))
    empty = min(_seconds(CALLS, read) for _ in range(TRIES))
    return Overhead(max(0.0, empty - reading) / CALLS, max(0.0, reading))


def _seconds(calls: int, read: Read) -> float:
    before = read()
    for _ in repeat(None, calls):
        _nothing()
    return read().cpu - before.cpu


def _nothing() -> None:
    """It is called."""
