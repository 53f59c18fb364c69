"""A diagram as a tree in text: what arrows lead to stands under what they come from; a shared box is drawn once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.width import columns

if TYPE_CHECKING:
    from tensorlab.render.pen import Pen
    from tensorlab.scene.record import Diagram, Role

_INDENT = 3
_LEAST_ROOM = 28
"""Columns that a box has at least: a tree that is deeper goes on at the left, under the name of the box."""


_ON = -1
_LONG = 3
"""Boxes of a branch with which the tree goes on, beside shorter ones."""


class _Step(NamedTuple):
    """A box on the way down: where it stands, and what leads to it."""

    box: int
    before: str
    """Signs in front of its line."""
    under: str
    """Signs in front of the lines under it."""
    arrow: str
    until: int | None = None
    """The box where the branch that it is in comes together with the others; that one stands under all of them."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """What has been drawn of a diagram."""

    diagram: Diagram
    pen: Pen
    targets: dict[int, dict[int, str]]
    """Where arrows of a box lead, and what is said of them."""
    shared: set[int]
    """Boxes that several others lead to."""
    joins: list[int | None]
    """Of each box, the one where all ways from it come together."""
    lines: list[str] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    """Numbers of shared boxes, in the order in which they were drawn or spoken of."""
    drawn: set[int] = field(default_factory=set)
    heads: dict[int, str] = field(default_factory=dict)
    """Of boxes that are outputs, what is said of that, until it is."""


def tree_lines(diagram: Diagram, pen: Pen) -> list[str]:
    """The boxes in lines.

    What a box alone leads to stands right below it; of several, each is a branch. Where branches come together the tree
    goes on below them, and the line beside them leads down to it. One that several arrows lead to is drawn once, with a
    number to refer to it. Several boxes to begin with are trees of their own, each below its heading.

    >>> from tensorlab.render.pen import Pen
    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> boxes = tuple(Cell(Span(name)) for name in ("sum", "add", "sin", "mul", "x"))
    >>> diagram = Diagram(boxes, ((0, 1, ""), (1, 2, ""), (1, 3, ""), (2, 3, ""), (3, 4, "")))
    >>> print(*tree_lines(diagram, Pen()), sep=chr(10))
    sum
    add
    ├─ sin
    │  to [1]
    ├─ to [1]
    mul [1]
    x
    """
    tree = _planned(diagram, pen)
    reached = {target for out in tree.targets.values() for target in out}
    first = {box: place for place, (box, _) in enumerate(diagram.heads)}
    roots = [number for number in range(len(diagram.nodes)) if number not in reached]
    roots.sort(key=lambda box: (first.get(box, len(first)), box))
    for place, root in enumerate(roots or range(min(len(diagram.nodes), 1))):
        if len(roots) > 1:
            head = tree.heads.pop(root, "")
            tree.lines.extend([""] if place else [])
            tree.lines.extend([pen.paint(pen.plain(head), "dim")] if head else [])
        pending = [_Step(root, "", "", "")]
        while pending:
            pending += reversed(_drawn(tree, pending.pop()))
    return tree.lines


def _planned(diagram: Diagram, pen: Pen) -> _Tree:
    counts: dict[int, dict[int, Counter[str]]] = {}
    for source, target, words in diagram.edges:
        if source != target:
            counts.setdefault(source, {}).setdefault(target, Counter())[words] += 1
    targets = {source: {target: _arrow(words) for target, words in out.items()} for source, out in counts.items()}
    coming = Counter(target for out in targets.values() for target in out)
    shared = {box for box, count in coming.items() if count > 1}
    ways = joins(len(diagram.nodes), {one: list(out) for one, out in targets.items()})
    return _Tree(diagram, pen, targets, shared, ways, heads=dict(diagram.heads))


def joins(count: int, targets: dict[int, list[int]]) -> list[int | None]:
    """Of each box, the nearest one that all ways from it lead through; ways that only come to an end do not count.

    Where all of them end, it goes on with the longest.

    >>> joins(5, {0: [1, 2], 1: [3], 2: [3], 3: [4]}), joins(3, {0: [1, 2]})
    ([3, 3, 3, None, None], [None, None, None])
    """
    order = _sorted(count, targets)
    places = {box: place for place, box in enumerate(order)}
    coming = Counter(target for out in targets.values() for target in out)
    depths = _depths(order, targets, coming)
    found: list[int | None] = [None] * count
    for box in reversed(order):
        ways = [target for target in targets.get(box, ()) if places[target] > places[box]]
        going = [way for way in ways if depths[way] == _ON or (coming[way] > 1 and targets.get(way))]
        meet: int | None = going[0] if going else _longest(ways, depths)
        for way in going[1:]:
            meet = _meeting(meet, way, found, places)
        found[box] = meet
    return found


def _depths(order: list[int], targets: dict[int, list[int]], coming: Counter[int]) -> dict[int, int]:
    """Boxes on the longest way to the end, where what follows is a tree of its own; else a number that says so."""
    depths: dict[int, int] = {}
    for box in reversed(order):
        below = targets.get(box, [])
        own = all(depths.get(n, _ON) != _ON and (coming[n] == 1 or not targets.get(n)) for n in below)
        depths[box] = 1 + max((depths[n] for n in below), default=0) if own else _ON
    return depths


def _longest(ways: list[int], depths: dict[int, int]) -> int | None:
    longest = max((depths[way] for way in ways), default=0)
    found = [way for way in ways if depths[way] == longest]
    return found[0] if len(found) == 1 and longest >= _LONG else None


def _meeting(one: int | None, other: int | None, found: list[int | None], places: dict[int, int]) -> int | None:
    while one is not None and other is not None and one != other:
        if places[one] < places[other]:
            one = found[one]
        else:
            other = found[other]
    return one if one == other else None


def _sorted(count: int, targets: dict[int, list[int]]) -> list[int]:
    """Boxes before those that they lead to; of a cycle in any order."""
    coming = Counter(target for out in targets.values() for target in out)
    ready = [box for box in range(count) if not coming[box]][::-1]
    order = []
    while ready:
        box = ready.pop()
        order.append(box)
        for target in targets.get(box, ()):
            coming[target] -= 1
            if not coming[target]:
                ready.append(target)
    seen = set(order)
    return order + [box for box in range(count) if box not in seen]


def _drawn(tree: _Tree, step: _Step) -> list[_Step]:
    """Draw a box; the steps that follow."""
    if step.box == step.until or step.box in tree.drawn:
        where = " above" if step.box in tree.drawn else ""
        _line(tree, step, f"to [{_number(tree, step.box)}]{where}", "dim")
        return []
    tree.drawn.add(step.box)
    cell = tree.diagram.nodes[step.box]
    words = "  ".join(tree.pen.plain(line) for line in str(cell.span.text).split("\n") if line)
    head = f" = {tree.pen.plain(tree.heads[step.box])}" if step.box in tree.heads else ""
    tail = f" [{_number(tree, step.box)}]" if step.box in tree.shared else ""
    _line(tree, step, words, cell.span.role, tail + head)
    out = tree.targets.get(step.box, {})
    if len(out) == 1:
        return [_Step(target, step.under, step.under, arrow, step.until) for target, arrow in out.items()]
    return _branches(tree, step, out)


def _branches(tree: _Tree, step: _Step, out: dict[int, str]) -> list[_Step]:
    """A step for each arrow, and one for where they come together, to which the line beside the branches leads."""
    join = tree.joins[step.box]
    join = None if join == step.until or join in tree.drawn else join
    until = step.until if join is None else join
    branches = [target for target in out if target != join]
    meets = join is not None and any(_leads(tree, target, join) for target in branches)
    ways = [(target, arrow) for target, arrow in out.items() if target != join or meets]
    under = step.under if columns(step.under) + _INDENT + _LEAST_ROOM <= tree.pen.width else ""
    signs = ("+- ", "|  ", "`- ") if tree.pen.ascii else ("├─ ", "│  ", "└─ ")
    steps = [
        _Step(target, under + signs[2 * is_end], under + ("   " if is_end else signs[1]), arrow, until)
        for (target, arrow), is_end in zip(ways, [*[False] * (len(ways) - 1), join is None], strict=False)
    ]
    if join is not None:
        steps.append(_Step(join, step.under, step.under, out[join] if not meets and join in out else "", step.until))
    return steps


def _leads(tree: _Tree, box: int | None, join: int | None) -> bool:
    """Whether the ways from a box come together there."""
    while box is not None and box != join:
        box = tree.joins[box]
    return box is not None


def _number(tree: _Tree, box: int) -> int:
    return tree.seen.setdefault(box, len(tree.seen) + 1)


def _arrow(counts: Counter[str]) -> str:
    """What is said of an arrow, and how many there are beside one another."""
    told = [" ".join(filter(None, (words, f"{count} arrows" if count > 1 else ""))) for words, count in counts.items()]
    return ", ".join(filter(None, told))


def _line(tree: _Tree, step: _Step, words: str, role: Role, tail: str = "") -> None:
    pen = tree.pen
    tail += f" ({step.arrow})" if step.arrow else ""
    room = max(pen.width - columns(step.before) - columns(tail), 1)
    shown = _cut(words, room, "..." if pen.ascii else "…")
    tree.lines.append(pen.paint(step.before, "dim") + pen.paint(shown, role) + tail)


def _cut(text: str, most: int, more: str) -> str:
    if columns(text) <= most:
        return text
    while text and columns(text) + len(more) > most:
        text = text[:-1]
    return text + more
