"""Where the boxes of one cluster lie: rows from the layout library, places along them by least squares."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from tensorlab.render.diagram_straight import straighten
from tensorlab.render.saving import layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.render.diagram_levels import End, Level, Stop

GAP, ROW_GAP = 22, 30
"""Pixels between boxes of a row, and between rows."""
_THIN = 6
"""Pixels between arrows that pass a row side by side."""
_SWEEPS = 60
_FAR, _SHORT = 1000, 2
"""Rows that count as many, and what is a short way to the end."""
_STRAIGHT, _SPINE, _TWIG = 8.0, 4.0, 1.0
"""How much an arrow resists to bend: where it passes rows, between boxes that go on, towards one that ends there."""


class Spot:
    """A box, a cluster, a place on the border, or where an arrow passes a row."""

    __slots__ = ("height", "row", "solid", "width", "x")

    def __init__(self, width: float = 0.0, height: float = 0.0, *, row: int = 0, solid: bool = False) -> None:
        self.width, self.height = width, height
        self.x = 0.0  # its middle, from the left edge of its cluster
        self.row = row
        self.solid = solid  # whether something is drawn there


@dataclass(frozen=True, slots=True)
class Rows:
    """A cluster, laid out."""

    spots: list[Spot] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    stops: dict[Stop, int] = field(default_factory=dict)
    """Which spot each stop is."""
    chains: dict[tuple[End, End], list[int]] = field(default_factory=dict)
    """Of each link, its spots from one end to the other."""

    @property
    def width(self) -> float:
        """From its left edge to that of the spot furthest to the right."""
        return max((spot.x + spot.width / 2 for spot in self.spots), default=0.0)

    def heights(self) -> list[float]:
        """Of each row, its highest spot."""
        return [max((self.spots[n].height for n in row), default=0.0) for row in self.rows]


def placed(level: Level, sizes: Mapping[Stop, tuple[float, float]], ports: Mapping[tuple[Stop, Stop], float]) -> Rows:
    """The boxes of a level in rows, arrows as straight as they may be.

    Args:
        level: What lies in it.
        sizes: Width and height of its boxes and clusters.
        ports: Of a cluster, how far to the right of its middle a place on its border is.
    """
    found = Rows()
    for number, stop in enumerate(level.stops()):
        width, height = sizes.get(stop, (0.0, 0.0))
        found.stops[stop] = number
        found.spots.append(Spot(width, height, solid=stop in sizes))
    _into_rows(found, level)
    _to_the_borders(found)
    _along_rows(found, _springs(found, ports))
    straighten(found)
    return found


def _into_rows(found: Rows, level: Level) -> None:
    """Rows as the library has them; two links between the same two spots pass side by side."""
    ends = {link: (found.stops[link[0][0]], found.stops[link[1][0]]) for link in level.links}
    made = layers(len(found.spots), list(dict.fromkeys(ends.values())))
    found.rows[:] = made.rows
    taken: set[tuple[int, int]] = set()
    beside: dict[int, list[int]] = {}
    for row in found.rows:
        for number in row:
            beside[number] = [number]
    passing = [number for row in found.rows for number in row if number >= len(found.spots)]
    found.spots.extend(Spot() for _ in passing)
    for link, arrow in ends.items():
        inner = made.passed[arrow]
        if arrow in taken:
            inner = [_beside(found, number, beside) for number in inner]
        taken.add(arrow)
        found.chains[link] = [arrow[0], *inner, arrow[1]]
    found.rows[:] = [[each for number in row for each in beside[number]] for row in found.rows]
    _balance(found)


def _balance(found: Rows) -> None:
    """Of boxes under the same one, those where it ends stand at both sides of what goes on: no arrow crosses for it."""
    above: dict[int, list[int]] = {}
    leads_on = {stop for link in found.chains.values() for stop in link[:-1]}
    leads_on |= {number for (kind, _), number in found.stops.items() if kind == "out"}
    for chain in found.chains.values():
        for one, other in pairwise(chain):
            above.setdefault(other, []).append(one)
    for row in found.rows:
        for _, run in groupby(list(row), key=lambda number: tuple(above.get(number, ()))):
            group = list(run)
            ends = [number for number in group if number not in leads_on]
            half = len(ends) // 2
            start = row.index(group[0])
            middle = [number for number in group if number in leads_on]
            row[start : start + len(group)] = [*ends[:half], *middle, *ends[half:]]


def _reach(found: Rows) -> dict[int, int]:
    """Rows that lead on from each spot; many where an arrow leaves the cluster."""
    deep: dict[int, int] = {number: _FAR for (kind, _), number in found.stops.items() if kind == "out"}
    _number_rows(found)
    pairs = sorted(
        {pair for chain in found.chains.values() for pair in pairwise(chain)},
        key=lambda pair: (-found.spots[pair[0]].row, pair),
    )
    for one, other in pairs:
        deep[one] = max(deep.get(one, 0), deep.get(other, 0) + 1)
    return deep


def _beside(found: Rows, number: int, beside: dict[int, list[int]]) -> int:
    found.spots.append(Spot())
    beside[number].append(len(found.spots) - 1)
    return len(found.spots) - 1


def _to_the_borders(found: Rows) -> None:
    """Places on the border come into the first or the last row, with what passes the rows between."""
    _number_rows(found)
    last = len(found.rows) - 1
    for (kind, _), number in list(found.stops.items()):
        if kind not in {"in", "out"}:
            continue
        row = found.spots[number].row
        step = -1 if kind == "in" else 1
        before = number
        tail = [number]
        for further in range(row + step, -1 if kind == "in" else last + 1, step):
            found.spots.append(Spot(row=further))
            tail.append(len(found.spots) - 1)
            _insert(found, tail[-1], before)
            before = tail[-1]
        if len(tail) > 1:
            _lengthen(found, number, tail)


def _number_rows(found: Rows) -> None:
    for place, row in enumerate(found.rows):
        for number in row:
            found.spots[number].row = place


def _insert(found: Rows, number: int, before: int) -> None:
    """Into its row to the right of all that arrows from the left of the one before lead to: it crosses none of them."""
    row, other = found.rows[found.spots[number].row], found.rows[found.spots[before].row]
    places = {spot: place for place, spot in enumerate(other)}
    sides: dict[int, list[int]] = {}
    for chain in found.chains.values():
        for pair in pairwise(chain):
            for one, end in (pair, pair[::-1]):
                if one in places:
                    sides.setdefault(end, []).append(places[one])
    here = places[before]
    left = [n for n in row if sum(sides.get(n, [here])) < here * len(sides.get(n, [here]))]
    row.insert(row.index(left[-1]) + 1 if left else 0, number)


def _lengthen(found: Rows, number: int, tail: list[int]) -> None:
    """The chains that end in a place on the border go on to the row where it is now."""
    for link, chain in found.chains.items():
        if chain[0] == number:
            found.chains[link] = [*tail[::-1], *chain[1:]]
        elif chain[-1] == number:
            found.chains[link] = [*chain[:-1], *tail]
    stop = next(stop for stop, spot in found.stops.items() if spot == number)
    found.stops[stop] = tail[-1]


Spring = tuple[int, float, float]


def _springs(found: Rows, ports: Mapping[tuple[Stop, Stop], float]) -> list[list[Spring]]:
    """Of each spot, what it should lie under or over: the other spot, how far from its middle, and how much."""
    springs: list[list[Spring]] = [[] for _ in found.spots]
    reach = _reach(found)
    for ((first, port), (last, to_port)), chain in found.chains.items():
        for place, (one, other) in enumerate(pairwise(chain)):
            start = ports.get((first, port), 0.0) if port and place == 0 else 0.0
            end = ports.get((last, to_port), 0.0) if to_port and place == len(chain) - 2 else 0.0
            solid = found.spots[one].solid + found.spots[other].solid
            weight = _TWIG if reach.get(other, 0) < _SHORT else _SPINE if solid else _STRAIGHT
            springs[one].append((other, end - start, weight))
            springs[other].append((one, start - end, weight))
    return springs


def _along_rows(found: Rows, springs: list[list[Spring]]) -> None:
    """Down and up the rows in turns: each spot to where its arrows are straight, none over its neighbour."""
    _number_rows(found)
    for row in found.rows:
        _settle(found, row, [0.0] * len(row), [1.0] * len(row))
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        both = sweep >= _SWEEPS - 8
        for row in found.rows if downwards else found.rows[::-1]:
            aims, weights = [], []
            for number in row:
                aim, weight = _aim(found, number, springs[number], 0 if both else -1 if downwards else 1)
                aims.append(aim)
                weights.append(weight)
            _settle(found, row, aims, weights)
    left = min((spot.x - spot.width / 2 for spot in found.spots), default=0.0)
    for spot in found.spots:
        spot.x = spot.x - left


def _aim(found: Rows, number: int, springs: list[Spring], side: int) -> tuple[float, float]:
    """Where a spot should lie for its neighbours above (-1), below (1) or both (0); and how much."""
    row = found.spots[number].row
    pulls = [
        (found.spots[other].x + shift, weight)
        for other, shift, weight in springs
        if not side or (found.spots[other].row - row) * side > 0
    ]
    total = sum(weight for _, weight in pulls)
    if not total:
        return found.spots[number].x, 0.1
    return sum(x * weight for x, weight in pulls) / total, total


def _settle(found: Rows, row: Sequence[int], aims: list[float], weights: list[float]) -> None:
    """The places nearest to the aims, in order and without overlap: isotonic regression, by pooling neighbours."""
    offsets, pools = [0.0], list[list[float]]()
    for one, other in pairwise(row):
        offsets.append(offsets[-1] + _apart(found.spots[one], found.spots[other]))
    for aim, weight, offset in zip(aims, weights, offsets, strict=False):
        pools.append([aim - offset, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            place, heavy, count = pools.pop()
            last = pools[-1]
            last[0] = (last[0] * last[1] + place * heavy) / (last[1] + heavy)
            last[1] += heavy
            last[2] += count
    places = [place for place, _, count in pools for _ in range(int(count))]
    for number, place, offset in zip(row, places, offsets, strict=False):
        found.spots[number].x = place + offset


def _apart(one: Spot, other: Spot) -> float:
    gap = GAP if one.solid and other.solid else GAP / 2 if one.solid or other.solid else _THIN * 2
    return (one.width + other.width) / 2 + gap
