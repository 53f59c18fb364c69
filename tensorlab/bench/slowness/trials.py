"""Suggestions: each is run and compared with the original, then timed beside it, before anybody hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.bench.pairing.interleave import Effort, interleaved
from tensorlab.bench.pairing.ratios import ratio
from tensorlab.bench.slowness.agreeing import agrees
from tensorlab.bench.slowness.record import AS_IT_IS, Suggestion
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import ClockName
    from tensorlab.bench.slowness.rewrites import Way

SECONDS = 0.25
"""For each contender of a pair, about."""
REPEATS = 4
"""With buffers of their own: a small difference seen in one make of them shows nothing."""
SLOW = 0.2
"""Seconds of a call from which on few are made."""
LONG = 1.0
"""Seconds of a call from which on as few as can be are made, and no other way is tried: it would take minutes."""


class Bench(NamedTuple):
    """How things are timed."""

    read: Read
    random: Random
    clock: ClockName
    wait: Callable[[], None] | None = None
    seconds: float = SECONDS


class Tried(NamedTuple):
    """What other ways are beside."""

    make: Callable[[], Callable[[], Any]]
    """Makes the call as it is."""
    expected: Any
    """What it gives."""
    seconds: float
    """That it takes, about."""


def effort(call: float, bench: Bench) -> Effort:
    """More rounds of a fast call, fewer of a slow one.

    >>> from random import Random
    >>> bench = Bench(None, Random(0), "cpu")
    >>> effort(1e-6, bench).rounds > effort(10.0, bench).rounds
    True
    """
    return Effort(bench.seconds, 1 if call > SLOW else 3, 1 if call >= LONG else REPEATS)


def tried(ways: Iterable[Way], call: Tried, bench: Bench) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """Those that give the same, with their ratios; and why others are none."""
    found: list[Suggestion] = []
    notes: list[str] = []
    for way in ways:
        try:
            if not agrees(way.make()(), call.expected):
                notes.append(f"{way.what} is not suggested: it changes the result")
                continue
            found.append(beside(way, call, bench))
        except TensorlabError as error:
            notes.append(f"{way.what} is not suggested: {error.message}")
        except Exception as error:  # noqa: BLE001 - whatever another way raises, it is told and not suggested
            notes.append(f"{way.what} is not suggested: {type(error).__name__}")
    return tuple(found), tuple(notes)


def beside(way: Way, call: Tried, bench: Bench) -> Suggestion:
    """The way and the call as it is, in turns."""
    both = {AS_IT_IS: call.make, way.what: way.make}
    pace = effort(call.seconds, bench)
    base, other = interleaved(both, pace, read=bench.read, random=bench.random, wait=bench.wait)
    return Suggestion(what=way.what, how=way.how, ratio=ratio(other, base, bench.clock, 0))
