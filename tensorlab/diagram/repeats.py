"""Where a row of signs says the same several times over: what is drawn once, and counted."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_PRIME, _BASE = (1 << 61) - 1, 1_000_003
_GRAM = 4
"""Signs that must agree before a period is tried."""
_TRIED = 48
"""Periods that are tried from one place."""
_AHEAD = 40
"""Places from which a larger repeat is looked for before one is taken."""


class Repeat(NamedTuple):
    """A piece that follows upon itself."""

    start: int
    period: int
    times: int

    @property
    def stop(self) -> int:
        """Before which it ends."""
        return self.start + self.period * self.times

    @property
    def saves(self) -> int:
        """Signs that need not be told."""
        return self.period * (self.times - 1)


def repeats(signs: Sequence[Hashable], least: int = 3, times: int = 3) -> list[Repeat]:
    """Pieces that come ``times`` times or more one after the other and save ``least`` signs, from the left.

    Of pieces that overlap, mostly the one that saves most is taken; near-linear in the number of signs.

    >>> repeats("xababababy"), repeats("aaaaab"), repeats("abcabc")
    ([Repeat(start=1, period=2, times=4)], [Repeat(start=0, period=1, times=5)], [])
    """
    runs: list[tuple[Hashable, int]] = []
    for sign, run in groupby(signs):
        count = len(list(run))
        runs += [(sign, count)] if count >= times and count > least else [(sign, 1)] * count
    starts = [0]
    for _, count in runs:
        starts.append(starts[-1] + count)
    found = []
    done = 0
    for first, last, repeat in [*_longer(runs, starts, least, times), (len(runs), len(runs), None)]:
        found += [Repeat(starts[place], 1, runs[place][1]) for place in range(done, first) if runs[place][1] > 1]
        found += [repeat] if repeat else []
        done = last
    return found


def _longer(runs: Sequence[Hashable], starts: list[int], least: int, times: int) -> list[tuple[int, int, Repeat]]:
    """Repeats of more than one run, with the runs that they take."""
    index: dict[Hashable, int] = {}
    tokens = [index.setdefault(run, len(index)) for run in runs]
    hashes, powers = _hashed(tokens)
    following = _following(tokens)
    found: list[tuple[int, int, Repeat]] = []
    place = 0
    while place < len(tokens):
        best = _best(place, following, hashes, powers)
        if best is None or best[1] < times:
            place += 1
            continue
        for later in range(place + 1, min(place + _AHEAD, place + best[0] * best[1])):
            other = _best(later, following, hashes, powers)
            if other is not None and other[0] * (other[1] - 1) > 2 * best[0] * (best[1] - 1):
                place, best = later, other
        period, count = best
        stop = place + period * count
        repeat = Repeat(starts[place], starts[place + period] - starts[place], count)
        if repeat.saves >= least:
            found.append((place, stop, repeat))
            place = stop
        else:
            place += 1
    return found


def _hashed(tokens: list[int]) -> tuple[list[int], list[int]]:
    hashes, powers = [0], [1]
    for token in tokens:
        hashes.append((hashes[-1] * _BASE + token + 1) % _PRIME)
        powers.append(powers[-1] * _BASE % _PRIME)
    return hashes, powers


def _following(tokens: list[int]) -> list[int]:
    """Of each place, the next where the same few signs stand; -1 for none."""
    found = [-1] * len(tokens)
    seen: dict[tuple[int, ...], int] = {}
    for place in range(len(tokens) - _GRAM, -1, -1):
        gram = tuple(tokens[place : place + _GRAM])
        found[place] = seen.get(gram, -1)
        seen[gram] = place
    return found


def _best(place: int, following: list[int], hashes: list[int], powers: list[int]) -> tuple[int, int] | None:
    """The period and how often it comes from that place on, by what it saves."""
    best: tuple[int, int] | None = None
    later, end = following[place], len(hashes) - 1
    for _ in range(_TRIED):
        period = later - place
        if later < 0 or later + period > end:
            break
        if _piece(hashes, powers, place, period) == _piece(hashes, powers, later, period):
            count = _count(place, period, hashes, powers)
            if best is None or period * (count - 1) > best[0] * (best[1] - 1):
                best = (period, count)
        later = following[later]
    return best


def _piece(hashes: list[int], powers: list[int], place: int, size: int) -> int:
    return (hashes[place + size] - hashes[place] * powers[size]) % _PRIME


def _count(place: int, period: int, hashes: list[int], powers: list[int]) -> int:
    """How often a piece follows upon itself: doubled while it does, then stepwise."""
    first = _piece(hashes, powers, place, period)
    count, end = 1, len(hashes) - 1
    while place + period * (count + 1) <= end and _piece(hashes, powers, place + period * count, period) == first:
        count += 1
    return count
