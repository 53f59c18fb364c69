"""Long arrows with few bends: past rows they go straight down as far as no box is in the way."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.render.diagram_places import Rows

MARGIN = 8.0
"""Pixels between an arrow that passes and a box."""
_BESIDE = 6.0
"""Pixels between two arrows that pass side by side."""
_MOST_STEPS = 60


def straighten(found: Rows) -> None:
    """Give the places where an arrow passes rows as few different positions as boxes allow; boxes stay.

    The longest arrow chooses first, another one keeps a little away from it.
    """
    rooms = _rooms(found)
    taken: list[list[float]] = [[] for _ in found.rows]
    for run in sorted(_runs(found), key=lambda run: (-len(run), run)):
        for part in _parts(run, rooms):
            low = max(rooms[number][0] for number in part)
            high = min(rooms[number][1] for number in part)
            aims = sorted(found.spots[number].x for number in part)
            lines = [taken[found.spots[number].row] for number in part]
            x = _free(min(max(aims[len(aims) // 2], low), high), (low, high), lines)
            for number, line in zip(part, lines, strict=True):
                found.spots[number].x = x
                insort(line, x)


def _rooms(found: Rows) -> dict[int, tuple[float, float]]:
    """Of each spot that is no box, how far to both sides it may go."""
    rooms: dict[int, tuple[float, float]] = {}
    width = found.width
    for row in found.rows:
        solid = [n for n in row if found.spots[n].solid]
        ends = [found.spots[n].x + found.spots[n].width / 2 for n in solid]
        starts = [found.spots[n].x - found.spots[n].width / 2 for n in solid]
        for number in row:
            spot = found.spots[number]
            if spot.solid:
                continue
            place = bisect_left(starts, spot.x)
            low = ends[place - 1] + MARGIN if place else 0.0
            high = starts[place] - MARGIN if place < len(solid) else width
            rooms[number] = (min(low, spot.x), max(high, spot.x))
    return rooms


def _runs(found: Rows) -> list[list[int]]:
    """Stretches of places that the same arrows pass, one after the other."""
    users: dict[int, list[int]] = {}
    for place, chain in enumerate(found.chains.values()):
        for number in chain[1:-1]:
            users.setdefault(number, []).append(place)
    runs: dict[tuple[int, ...], None] = {}
    for chain in found.chains.values():
        for _, group in groupby(chain[1:-1], key=lambda number: users[number]):
            runs[tuple(group)] = None
    return [list(run) for run in runs]


def _parts(run: Sequence[int], rooms: dict[int, tuple[float, float]]) -> list[list[int]]:
    """The fewest stretches that have room for one straight line each."""
    parts: list[list[int]] = []
    low, high = 0.0, -1.0
    for number in run:
        start, stop = rooms[number]
        low, high = max(low, start), min(high, stop)
        if low > high:
            parts.append([])
            low, high = start, stop
        parts[-1].append(number)
    return parts


def _free(aim: float, room: tuple[float, float], lines: Sequence[list[float]]) -> float:
    """The place nearest to the aim that no other arrow has; the aim where there is none."""
    for step in range(_MOST_STEPS):
        for x in (aim + step * _BESIDE / 2, aim - step * _BESIDE / 2):
            if room[0] <= x <= room[1] and all(_is_free(x, line) for line in lines):
                return x
    return aim


def _is_free(x: float, line: list[float]) -> bool:
    place = bisect_left(line, x)
    return all(abs(other - x) >= _BESIDE for other in line[max(place - 1, 0) : place + 1])
