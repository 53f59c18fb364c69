"""A diagram as a tree in text: what arrows lead to stands under what they come from; a shared box is drawn once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.width import columns

if TYPE_CHECKING:
    from tensorlab.render.pen import Pen
    from tensorlab.scene.record import Diagram

_INDENT = 3
_LEAST_ROOM = 28
"""Columns that a box has at least: a tree that is deeper goes on at the left, under the name of the box."""


class _Step(NamedTuple):
    """A box on the way down: where it stands, and what leads to it."""

    box: int
    before: str
    """Signs in front of its line."""
    under: str
    """Signs in front of the lines under it."""
    arrow: str


@dataclass(slots=True)
class _Tree:
    """What has been drawn of a diagram."""

    diagram: Diagram
    pen: Pen
    targets: dict[int, dict[tuple[int, str], int]]
    """Where arrows of a box lead, with their words, and how many do."""
    shared: set[int]
    """Boxes that several others lead to."""
    lines: list[str] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    """Numbers of shared boxes, in the order in which they were drawn."""


def tree_lines(diagram: Diagram, pen: Pen) -> list[str]:
    """The boxes in lines.

    One that several arrows lead to is drawn where the first does, with a number; then it is referred to by that.

    A box with one arrow out of it has the next right below: chains do not move to the right.

    >>> from tensorlab.render.pen import Pen
    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> boxes = tuple(Cell(Span(name)) for name in ("sum", "mul", "sin", "x"))
    >>> diagram = Diagram(boxes, ((0, 1, ""), (1, 2, ""), (1, 3, ""), (2, 3, "")))
    >>> print(*tree_lines(diagram, Pen()), sep=chr(10))
    sum
    mul
    ├─ sin
    │  x [1]
    └─ x [1] above
    """
    tree = _planned(diagram, pen)
    reached = {target for _, target, _ in diagram.edges}
    roots = [number for number in range(len(diagram.nodes)) if number not in reached]
    pending = [_Step(root, "", "", "") for root in reversed(roots)]
    while pending:
        step = pending.pop()
        pending += reversed(_drawn(tree, step))
    return tree.lines


def _planned(diagram: Diagram, pen: Pen) -> _Tree:
    targets: dict[int, dict[tuple[int, str], int]] = {}
    for source, target, words in diagram.edges:
        out = targets.setdefault(source, {})
        out[target, words] = out.get((target, words), 0) + 1
    coming = Counter(target for out in targets.values() for target, _ in out)
    return _Tree(diagram, pen, targets, {box for box, count in coming.items() if count > 1})


def _drawn(tree: _Tree, step: _Step) -> list[_Step]:
    """Draw a box; the steps that follow."""
    again = step.box in tree.seen
    number = tree.seen.setdefault(step.box, len(tree.seen) + 1) if step.box in tree.shared else 0
    tail = (f" [{number}]" if number else "") + (" above" if again else "")
    _line(tree, step, tail, dim=again)
    if again:
        return []
    out = list(tree.targets.get(step.box, {}).items())
    arrows = [(target, _arrow(words, count)) for (target, words), count in out]
    if len(arrows) == 1:
        return [_Step(arrows[0][0], step.under, step.under, arrows[0][1])]
    under = step.under if columns(step.under) + _INDENT + _LEAST_ROOM <= tree.pen.width else ""
    signs = ("+- ", "|  ", "`- ") if tree.pen.ascii else ("├─ ", "│  ", "└─ ")
    last = len(arrows) - 1
    return [
        _Step(target, under + signs[2 if n == last else 0], under + ("   " if n == last else signs[1]), arrow)
        for n, (target, arrow) in enumerate(arrows)
    ]


def _arrow(words: str, count: int) -> str:
    """What is said of an arrow, and how many there are beside one another."""
    return " ".join(filter(None, (words, f"{count} arrows" if count > 1 else "")))


def _line(tree: _Tree, step: _Step, tail: str, *, dim: bool) -> None:
    cell, pen = tree.diagram.nodes[step.box], tree.pen
    tail += f" ({step.arrow})" if step.arrow else ""
    room = max(pen.width - columns(step.before) - columns(tail), 1)
    words = _cut(pen.plain(cell.span.text), room, "..." if pen.ascii else "…")
    tree.lines.append(pen.paint(step.before, "dim") + pen.paint(words, "dim" if dim else cell.span.role) + tail)


def _cut(text: str, most: int, more: str) -> str:
    if columns(text) <= most:
        return text
    while text and columns(text) + len(more) > most:
        text = text[:-1]
    return text + more
