"""A diagram in DOT, the language of graphviz: every box and every arrow, clusters as subgraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.diagram_levels import nested
from tensorlab.render.palette import look
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.diagram_levels import Nesting
    from tensorlab.scene.record import Cell, Diagram


def dot(diagram: Diagram) -> str:
    r"""The diagram as a digraph; arrows beside one another stay several.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> print(dot(Diagram((Cell(Span("a\n\"b\"")), Cell(Span("c"))), ((0, 1, ""), (0, 1, "second")))), end="")
    digraph {
      graph [rankdir=TB]
      node [shape=box style="rounded,filled" fillcolor="#ffffff" color="#8c959f" fontname=monospace fontsize=10]
      edge [color="#6e7781" fontname=monospace fontsize=9]
      n0 [label="a\n\"b\""]
      n1 [label="c"]
      n0 -> n1
      n0 -> n1 [label="second"]
    }
    """
    lines = [
        "digraph {",
        f"  graph [{_attributes({'rankdir': 'TB', **_title(diagram)})}]",
        '  node [shape=box style="rounded,filled" fillcolor="#ffffff" color="#8c959f" fontname=monospace fontsize=10]',
        '  edge [color="#6e7781" fontname=monospace fontsize=9]',
        *_inside(diagram, nested(diagram)),
    ]
    for source, target, words in diagram.edges:
        label = f" [label={_quoted(words)}]" if words else ""
        lines.append(f"  n{source} -> n{target}{label}")
    return "\n".join([*lines, "}", ""])


def _title(diagram: Diagram) -> dict[str, str]:
    return {"label": _quoted(diagram.title), "labelloc": "t"} if diagram.title else {}


def _inside(diagram: Diagram, nesting: Nesting) -> Iterator[str]:
    """Boxes and clusters, inner ones in theirs."""
    pending: list[tuple[int, int, bool]] = [(-1, 1, False)]
    while pending:
        cluster, depth, ends = pending.pop()
        space = "  " * depth
        if ends:
            yield f"{space[2:]}}}"
            continue
        if cluster != -1:
            yield f"{space[2:]}subgraph cluster_{cluster} {{"
            yield f'{space}graph [label={_quoted(diagram.clusters[cluster][0])} color="#c8ced4" style=rounded]'
            pending.append((cluster, depth, True))
        level = nesting.levels[cluster]
        for number in level.boxes:
            yield f"{space}n{number} [{_attributes(_looks(diagram.nodes[number]))}]"
        pending += [(inner, depth + 1, False) for inner in reversed(level.clusters)]


def _looks(cell: Cell) -> dict[str, str]:
    found = {"label": _quoted(str(cell.span.text))}
    if cell.note:
        found["tooltip"] = _quoted(cell.note)
    if cell.hue is not None:
        css = look("used", cell.hue).css
        found["fillcolor"] = f'"{css.partition("background:")[2][:7]}"'
    if cell.span.role == "hole":
        found["style"] = '"rounded,filled,dashed"'
    return found


def _attributes(pairs: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in pairs.items())


def _quoted(text: str) -> str:
    """A string of DOT: what cannot be printed is written as Python would, quotes and backslashes are escaped."""
    lines = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
