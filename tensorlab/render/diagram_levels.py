"""The nesting of a diagram: which box or cluster lies in which cluster, and what each arrow crosses on its way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from tensorlab.scene.record import Diagram

Stop: TypeAlias = tuple[str, int]
"""An end of an arrow within a cluster: a box of it, a smaller cluster, or a place on the border above ("in") or below
("out") that arrows to or from one box share."""
End: TypeAlias = tuple[Stop, Stop | None]
"""A stop; of a smaller cluster also the place on its border."""


class Layers(NamedTuple):
    """Boxes in rows, with the places where arrows pass the rows between their ends."""

    rows: list[list[int]]
    """Numbers of boxes from the top, each row from the left; higher numbers than there are boxes are such places."""
    passed: dict[tuple[int, int], list[int]]
    """Of each arrow, the places that it passes, from its source on."""


@dataclass(frozen=True, slots=True)
class Level:
    """What lies directly in a cluster, or outside all of them."""

    boxes: list[int] = field(default_factory=list)
    clusters: list[int] = field(default_factory=list)
    links: dict[tuple[End, End], None] = field(default_factory=dict)
    """Parts of arrows that lie in it."""

    def stops(self) -> list[Stop]:
        """All that has a place in it."""
        inside: dict[Stop, None] = {("box", n): None for n in self.boxes} | {
            ("cluster", n): None for n in self.clusters
        }
        for ends in self.links:
            inside |= {stop: None for stop, _ in ends}
        return list(inside)


@dataclass(frozen=True, slots=True)
class Nesting:
    """A diagram taken apart."""

    levels: dict[int, Level]
    """By cluster; -1 is outside all of them."""
    arrows: dict[tuple[int, int], Counter[str]]
    """How often each arrow is there, by its words."""
    ways: dict[tuple[int, int], list[tuple[int, tuple[End, End]]]]
    """Of each arrow the links that it is made of, each with its cluster."""


def nested(diagram: Diagram) -> Nesting:
    """Clusters within clusters, by what they hold; what only overlaps another is left out.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> boxes = (Cell(Span("a")), Cell(Span("b")), Cell(Span("c")))
    >>> found = nested(Diagram(boxes, ((0, 1, ""), (1, 2, "")), (("m", (1, 2)),)))
    >>> found.levels[-1].boxes, found.levels[-1].clusters, found.levels[0].boxes
    ([0], [0], [1, 2])
    >>> found.ways[0, 1]
    [(-1, ((('box', 0), None), (('cluster', 0), ('in', 1)))), (0, ((('in', 1), None), (('box', 1), None)))]
    """
    parents, homes = _families(diagram)
    levels = {cluster: Level() for cluster in (-1, *parents)}
    for cluster, parent in parents.items():
        levels[parent].clusters.append(cluster)
    for box, home in enumerate(homes):
        levels[home].boxes.append(box)
    arrows: dict[tuple[int, int], Counter[str]] = {}
    for source, target, words in diagram.edges:
        if source != target:
            arrows.setdefault((source, target), Counter())[words] += 1
    ways = {}
    for source, target in arrows:
        chains = (_outwards(homes[source], parents), _outwards(homes[target], parents))
        ways[source, target] = way = _way(source, target, *chains)
        for cluster, link in way:
            levels[cluster].links[link] = None
    return Nesting(levels, arrows, ways)


def _families(diagram: Diagram) -> tuple[dict[int, int], list[int]]:
    """Of each cluster the one that it lies in; of each box its innermost cluster."""
    homes = [-1] * len(diagram.nodes)
    sizes: dict[int, int] = {}
    parents: dict[int, int] = {}
    order = sorted(range(len(diagram.clusters)), key=lambda n: (-len(set(diagram.clusters[n][1])), n))
    for cluster in order:
        inside = set(diagram.clusters[cluster][1])
        around = {homes[box] for box in inside}
        parent = around.pop() if len(around) == 1 else -2
        if parent == -2 or (parent in sizes and sizes[parent] < len(inside)):
            continue
        parents[cluster], sizes[cluster] = parent, len(inside)
        for box in inside:
            homes[box] = cluster
    return parents, homes


def _outwards(home: int, parents: dict[int, int]) -> list[int]:
    """The clusters around a box from the innermost, and the outside."""
    chain = [home]
    while chain[-1] != -1:
        chain.append(parents[chain[-1]])
    return chain


def _way(source: int, target: int, out: list[int], into: list[int]) -> list[tuple[int, tuple[End, End]]]:
    """Out of the clusters of the source, across what they have in common, into those of the target."""
    shared = next(cluster for cluster in out if cluster in into)
    leaving, entering = out[: out.index(shared)], into[: into.index(shared)]
    way: list[tuple[int, tuple[End, End]]] = []
    start: End = (("box", source), None)
    for cluster in leaving:
        way.append((cluster, (start, (("out", source), None))))
        start = (("cluster", cluster), ("out", source))
    for cluster, inner in zip([shared, *entering[::-1]], [*entering[::-1], None], strict=True):
        end: End = (("box", target), None) if inner is None else (("cluster", inner), ("in", target))
        way.append((cluster, (start, end)))
        start = (("in", target), None)
    return way
