"""An autograd graph with fewer boxes: what repeats is one box with a count, what is still too much is left out.

A piece of the order in which nodes were made is put into one box; as every arrow follows that order, none of them turns
back.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.diagram.repeats import repeats

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph

Kind = Literal["repeat", "module", "rest"]

_LEAST = 8
"""Boxes that a repeat must save in a graph that would fit as it is."""
_FEW = 3
"""Leaves of a run that have boxes of their own."""
_CROWDED = 120
"""Nodes from which on three will do."""


class Piece(NamedTuple):
    """A stretch of the order that is one box."""

    start: int
    stop: int
    kind: Kind
    times: int = 1
    period: int = 0
    """Nodes of each repeat."""
    name: str = ""
    """Of a module."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Which nodes stand in which box."""

    order: list[int]
    """Nodes with arrows out of them, as they were made."""
    boxes: list[Piece | int] = field(default_factory=list)
    """A piece, or a node on its own: in order, then leaves."""
    box_of: dict[int, int] = field(default_factory=dict)
    """Of each node, its box."""
    leaves_of: dict[int, list[int]] = field(default_factory=dict)
    """Leaves that stand within the box of a piece, as nothing else leads to them."""
    steps: int = 0
    """How many boxes are before those of the leaves."""


def folded(graph: Graph, *, most: int = 0) -> Folded:
    """The graph as boxes: at most so many (0: as many as there are nodes; nothing is folded).

    >>> from array import array
    >>> from tensorlab.autograd.record import Graph
    >>> edges = array("q", [n for k in range(1, 21) for n in (k, 0, k - 1, 0)])
    >>> chain = Graph(names=("A", "Sin"), kinds=array("q", [0] + [1] * 20), edges=edges, roots=((20, 0),))
    >>> [box if isinstance(box, int) else (box.kind, box.times) for box in folded(chain, most=50).boxes]
    [('repeat', 20), 0]
    >>> len(folded(chain).boxes)
    21
    """
    leads = _targets(graph)
    order = _order(graph, leads)
    if not most:
        return _boxed(Folded(order), [], leads)
    least = _LEAST if len(graph) <= _CROWDED else 3
    pieces = _repeated(_signs(graph, order, leads), least)
    found = _boxed(Folded(order), pieces, leads)
    depth = _deepest(graph)
    while len(found.boxes) > most and depth:
        found = _boxed(Folded(order), _modules(graph, order, pieces, depth), leads)
        depth -= 1
    if len(found.boxes) > most:
        found = _cut(found, most, leads)
    return found


def _targets(graph: Graph) -> list[list[tuple[int, int, int]]]:
    """Of each node its edges: output, target, input."""
    found: list[list[tuple[int, int, int]]] = [[] for _ in range(len(graph))]
    for source, output, target, place in graph.each_edge():
        found[source].append((output, target, place))
    return found


def _order(graph: Graph, leads: list[list[tuple[int, int, int]]]) -> list[int]:
    """Nodes that lead somewhere, as they were made where that is known and no arrow says otherwise; else by number."""
    by_number = [node for node, out in enumerate(leads) if out]
    if not graph.sequences or any(graph.sequences[node] < 0 for node in by_number):
        return by_number
    made = graph.sequences
    if any(made[target] >= made[node] for node in by_number for _, target, _ in leads[node] if leads[target]):
        return by_number
    return sorted(by_number, key=lambda node: (made[node], node))


def _signs(graph: Graph, order: list[int], leads: list[list[tuple[int, int, int]]]) -> list[tuple[object, ...]]:
    """What two nodes must have in common to be alike: name, shapes, and where their arrows lead, counted from them."""
    places = {node: place for place, node in enumerate(order)}
    shapes = graph.outputs or [0] * len(graph)
    return [
        (
            graph.kinds[node],
            shapes[node],
            *((output, place - places.get(target, place), into) for output, target, into in leads[node]),
        )
        for place, node in enumerate(order)
    ]


def _repeated(signs: list[tuple[object, ...]], least: int) -> list[Piece]:
    """Of a run all nodes are one box; of longer pieces the last one is drawn, and stands for the others."""
    found: list[Piece] = []
    for start, period, count in repeats(signs, least):
        if period > 1:
            found.append(Piece(start, start + period * (count - 1), "repeat", count - 1, period))
            continue
        begins = start > (found[-1].stop if found else 0) and _alike(signs[start - 1], signs[start])
        found.append(Piece(start - begins, start + count, "repeat", count + begins, 1))
    return found


def _alike(first: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether a node begins a run: it only leads to what is no part of it."""
    return first[:2] == other[:2] and len(first) == len(other)


def _boxed(found: Folded, pieces: list[Piece], leads: list[list[tuple[int, int, int]]]) -> Folded:
    """Boxes from pieces; the leaves that only one piece leads to are in it."""
    place = 0
    for piece in [*sorted(pieces), Piece(len(found.order), len(found.order), "rest")]:
        for node in found.order[place : piece.start]:
            found.box_of[node] = len(found.boxes)
            found.boxes.append(node)
        for node in found.order[piece.start : piece.stop]:
            found.box_of[node] = len(found.boxes)
        if piece.stop > piece.start:
            found.boxes.append(piece)
        place = piece.stop
    found = replace(found, steps=len(found.boxes))
    _add_leaves(found, leads)
    return found


def _add_leaves(found: Folded, leads: list[list[tuple[int, int, int]]]) -> None:
    """A box for each leaf; a piece holds those that only it leads to, but for the few that a run begins with."""
    for box, leaves in _inside(found, leads).items():
        piece = found.boxes[box]
        if len(leaves) > _FEW or not isinstance(piece, Piece) or piece.period != 1:
            found.leaves_of[box] = sorted(leaves)
            found.box_of.update(dict.fromkeys(leaves, box))
    for leaf in (node for node, out in enumerate(leads) if not out and node not in found.box_of):
        found.box_of[leaf] = len(found.boxes)
        found.boxes.append(leaf)


def _inside(found: Folded, leads: list[list[tuple[int, int, int]]]) -> dict[int, list[int]]:
    """Of each piece, the leaves that nothing else leads to."""
    users: dict[int, set[int]] = {}
    for node in found.order:
        for _, target, _ in leads[node]:
            if not leads[target]:
                users.setdefault(target, set()).add(found.box_of[node])
    inside: dict[int, list[int]] = {}
    for leaf, around in users.items():
        box = min(around)
        if len(around) == 1 and isinstance(found.boxes[box], Piece):
            inside.setdefault(box, []).append(leaf)
    return inside


def made_in(graph: Graph, node: int) -> str:
    """The path of the module that a node was made in; "" where that is not known.

    >>> from array import array
    >>> from tensorlab.autograd.record import Graph
    >>> one, none = array("q", [0]), array("q")
    >>> made_in(Graph(names=("A",), kinds=one, edges=none, roots=(), places=(("a.b", "f.py:1"),), made=one), 0)
    'a.b'
    """
    known = graph.details.get(node)
    if known is not None and known.module:
        return known.module
    place = graph.made[node] if graph.made else -1
    return graph.places[place][0] if place >= 0 else ""


def _deepest(graph: Graph) -> int:
    paths = {node.module for node in graph.details.values()} | {module for module, _ in graph.places}
    return max((path.count(".") + 1 for path in paths if path), default=0)


def _prefix(graph: Graph, node: int, depth: int) -> str:
    """As much of the path as so many names; "" where it is less deep."""
    parts = made_in(graph, node).split(".")
    return ".".join(parts[:depth]) if len(parts) >= depth else ""


def _modules(graph: Graph, order: list[int], pieces: list[Piece], depth: int) -> list[Piece]:
    """Each call of a module so deep is one box, with the pieces in it."""
    found: list[Piece] = []
    starts = [piece.start for piece in sorted(pieces)]
    ordered = sorted(pieces)
    place = 0
    while place < len(order):
        inside = bisect_right(starts, place) - 1
        if inside >= 0 and ordered[inside].stop > place:
            found.append(ordered[inside])
            place = ordered[inside].stop
            continue
        name = _prefix(graph, order[place], depth)
        end = place + 1
        limit = starts[inside + 1] if inside + 1 < len(starts) else len(order)
        while name and end < limit and _prefix(graph, order[end], depth) == name:
            end += 1
        if end - place > 1:
            found.append(Piece(place, end, "module", name=name))
        place = end
    return found


def _cut(found: Folded, most: int, leads: list[list[tuple[int, int, int]]]) -> Folded:
    """The last boxes, near to the loss, and the first; what is between is one."""
    kept = max(most // 3, 2)
    while True:
        steps = found.boxes[: found.steps]
        first, last = max(kept // 8, 1), kept
        if len(steps) <= first + last:
            return found
        pieces = [piece for piece in (steps[:first] + steps[-last:]) if not isinstance(piece, int)]
        places = {node: place for place, node in enumerate(found.order)}
        low = _stop(steps[first - 1], places)
        high = _start(steps[-last], places)
        made = _boxed(Folded(found.order), [*pieces, Piece(low, high, "rest")], leads)
        if len(made.boxes) <= most or kept <= 2:
            return made
        kept //= 2


def _start(box: Piece | int, places: dict[int, int]) -> int:
    return places[box] if isinstance(box, int) else box.start


def _stop(box: Piece | int, places: dict[int, int]) -> int:
    return places[box] + 1 if isinstance(box, int) else box.stop
