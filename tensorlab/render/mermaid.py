"""A diagram in Mermaid, which many pages and editors draw: a flowchart with subgraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.diagram_levels import nested
from tensorlab.render.palette import look
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.diagram_levels import Nesting
    from tensorlab.scene.record import Cell, Diagram

MOST_EDGES = 500
"""Arrows that Mermaid draws unless it is told otherwise."""
_PLAIN = frozenset(" ,.:=+*/()_-")


def mermaid(diagram: Diagram) -> str:
    r"""The diagram as a flowchart; arrows beside one another stay several.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> print(mermaid(Diagram((Cell(Span("a\n\"b\"")), Cell(Span("c"))), ((0, 1, ""), (0, 1, "second")))), end="")
    flowchart TB
      n0["a<br/>#34;b#34;"]
      n1["c"]
      n0 --> n1
      n0 -->|"second"| n1
    """
    lines = ["flowchart TB", *_inside(diagram, nested(diagram))]
    for source, target, words in diagram.edges:
        label = f'|"{_safe(words)}"|' if words else ""
        lines.append(f"  n{source} -->{label} n{target}")
    return "\n".join([*lines, *_classes(diagram), ""])


def _inside(diagram: Diagram, nesting: Nesting) -> Iterator[str]:
    """Boxes and clusters, inner ones in theirs."""
    pending: list[tuple[int, int, bool]] = [(-1, 1, False)]
    while pending:
        cluster, depth, ends = pending.pop()
        space = "  " * depth
        if ends:
            yield f"{space[2:]}end"
            continue
        if cluster != -1:
            yield f'{space[2:]}subgraph c{cluster}["{_safe(diagram.clusters[cluster][0])}"]'
            pending.append((cluster, depth, True))
        level = nesting.levels[cluster]
        for number in level.boxes:
            yield f'{space}n{number}["{_safe(str(diagram.nodes[number].span.text))}"]{_class(diagram.nodes[number])}'
        pending += [(inner, depth + 1, False) for inner in reversed(level.clusters)]


def _class(cell: Cell) -> str:
    return f":::h{cell.hue}" if cell.hue is not None else ":::several" if cell.span.role == "hole" else ""


def _classes(diagram: Diagram) -> Iterator[str]:
    """What the classes look like, each that occurs."""
    for hue in sorted({cell.hue for cell in diagram.nodes if cell.hue is not None}):
        colour = look("used", hue).css.partition("background:")[2][:7]
        yield f"  classDef h{hue} fill:{colour},color:#111111"
    if any(cell.span.role == "hole" for cell in diagram.nodes):
        yield "  classDef several stroke-dasharray:4 3"


def _safe(text: str) -> str:
    """Letters, digits and a few signs as they are; others as Mermaid's codes, lines with a break between."""
    lines = ("".join(map(_sign, printable(line))) for line in text.split("\n"))
    return "<br/>".join(lines) or " "


def _sign(sign: str) -> str:
    return sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};"
