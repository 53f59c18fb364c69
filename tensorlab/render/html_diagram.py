"""A diagram in HTML: boxes to point at, clusters to fold, a field to search. The picture needs no script."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tensorlab.errors import UnavailableError
from tensorlab.render.diagram_map import EDGE, FIRST, OTHER, lines_of, mapped, number, path_of, strokes
from tensorlab.render.html_words import safe
from tensorlab.render.palette import look
from tensorlab.render.pen import Pen
from tensorlab.render.svg_diagram import said_of
from tensorlab.render.text_tree import tree_lines
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.diagram_map import Map
    from tensorlab.scene.record import Cell, Diagram

_SCOPE = ".tl.tl.tl"
_NOTE = 1500
"""Characters of what is told of a box."""


def diagram_html(diagram: Diagram) -> str:
    """The diagram as a part of a page; as a tree in text where the layout library is not installed.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> found = diagram_html(Diagram((Cell(Span("a < b")), Cell(Span("c"))), ((0, 1, ""),)))
    >>> "a &lt; b" in found, found.count('class="tl-dx"'), "http" in found
    (True, 2, False)
    """
    try:
        found = mapped(diagram)
    except UnavailableError as error:
        tree = "\n".join(safe(line) for line in tree_lines(diagram, Pen()))
        return f"<pre>{tree}</pre><p>{safe(error.message)}: {safe(error.hint or '')}</p>"
    width, height = found.width + 2, found.height + 2
    name = safe(diagram.title or f"a diagram of {len(diagram.nodes)} boxes")
    picture = "".join([*_clusters(found), *_arrows(found), *_boxes(found)])
    bar = (
        '<div class="tl-db" hidden><input type="search" placeholder="search" aria-label="search boxes">'
        + "".join(f'<button type="button" data-a="{act}">{words}</button>' for act, words in _buttons(diagram))
        + '<output aria-live="polite"></output></div>'
    )
    return (
        f'<div class="tl-d"><style>{_style()}</style>{bar}<div>{"".join(map(_key, diagram.legend))}</div>'
        f'<div class="tl-dv"><svg width="{number(width)}" height="{number(height)}" '
        f'viewBox="0 0 {number(width)} {number(height)}" role="group" aria-label="{name}">{picture}</svg></div>'
        '<p class="tl-di" aria-live="polite">Point at a box, or go to it with Tab, to read what it keeps.</p>'
        f'<script type="application/json">{_data(found)}</script><script>{_script()}</script></div>'
    )


def _buttons(diagram: Diagram) -> list[tuple[str, str]]:
    folding = [("fold", "fold all"), ("unfold", "unfold all")] if diagram.clusters else []
    return [*folding, ("smaller", "−"), ("larger", "+")]  # noqa: RUF001 - the sign on the button is a minus


@cache
def _style() -> str:
    rules = [line for line in _lines("diagram.css") if not line.startswith("/*")]
    return "".join(rules).replace("@", _SCOPE)


@cache
def _script() -> str:
    return " ".join(line for line in _lines("diagram.js") if not line.startswith("//"))


def _lines(name: str) -> list[str]:
    text = files("tensorlab.render").joinpath(name).read_text("utf-8")
    return [line for line in map(str.strip, text.splitlines()) if line]


def _colour(cell: Cell) -> str:
    return look("used", cell.hue).css.partition("background:")[2][:7] if cell.hue is not None else ""


def _key(cell: Cell) -> str:
    colour = _colour(cell)
    style = f' style="background:{colour}"' if colour else ""
    name = ' class="tl-do"' if cell.span.role == "hole" else ""
    return f'<span class="tl-dk"><i{name}{style}></i>{safe(cell.span.text)}</span>'


def _clusters(found: Map) -> Iterator[str]:
    for cluster, area in found.clusters.items():
        name, inside = found.diagram.clusters[cluster]
        title, whole = safe(found.names[cluster]), safe(printable(name))
        yield (
            f'<g class="tl-dc" data-c="{cluster}" data-t="{title}" data-k="{len(set(inside))}" tabindex="0" '
            f'role="button" aria-label="fold {whole}" aria-expanded="true" '
            f'transform="translate({number(area.x + 1)} {number(area.y + 1)})">'
            f'<rect width="{number(area.width)}" height="{number(area.height)}" rx="8"></rect>'
            f'<text x="9" y="16">{title}</text><title>{whole}</title></g>'
        )


def _arrows(found: Map) -> Iterator[str]:
    for (source, target), counts in found.nesting.arrows.items():
        made = strokes(found, (source, target))
        end = made[-1]
        line = path_of([*made[:-1], end._replace(stop=max(end.stop - 6, end.start))])
        said = said_of(counts)
        place = f'x="{number(made[0].x + 5)}" y="{number(made[0].stop + 13)}"'
        words = f"<text {place}>{safe(said)}</text>" if said else ""
        yield (
            f'<g class="tl-de" data-s="{source}" data-d="{target}"><path d="{line}"></path>'
            f'<path d="M{number(end.x)} {number(end.stop)}l-4 -7h8z"></path>{words}</g>'
        )


def _boxes(found: Map) -> Iterator[str]:
    for box, area in found.boxes.items():
        cell = found.diagram.nodes[box]
        colour = _colour(cell)
        lines = found.words[box]
        whole = lines_of(str(cell.span.text))
        note = "&#10;".join(safe(line) for line in cell.note[:_NOTE].split("\n"))
        name = "tl-dx tl-do" if cell.span.role == "hole" else "tl-dx"
        fill = f' style="fill:{colour};fill-opacity:1"' if colour else ""
        ink = ' style="fill:#111"' if colour else ""
        yield (
            f'<g class="{name}" data-n="{box}" data-i="{note}" tabindex="0" role="img" '
            f'aria-label="{safe(", ".join(whole))}" transform="translate({number(area.x + 1)} {number(area.y + 1)})">'
            f'<rect width="{number(area.width)}" height="{number(area.height)}" rx="6"{fill}></rect>'
        )
        for place, line in enumerate(lines):
            y = EDGE + 14 + (place and FIRST + OTHER * (place - 1) - 3)
            kind = "" if place else ' class="tl-dn"'
            yield f'<text x="{number(area.width / 2)}" y="{y}"{kind}{ink}>{safe(line)}</text>'
        yield "</g>"


def _data(found: Map) -> str:
    """What the script needs to place everything anew: rows, what stands in them, and what arrows are made of."""
    levels, links = {}, {}
    for cluster, rows in found.rows.items():
        kinds = {spot: stop for stop, spot in rows.stops.items()}
        spots = []
        for place, spot in enumerate(rows.spots):
            kind, which = kinds.get(place, ("way", 0))
            spots.append([kind, which, round(spot.x, 1), spot.row, round(spot.height, 1), round(spot.width, 1)])
        named = {stop: f"{stop[0]}{stop[1]}" for stop in rows.stops if stop[0] in {"in", "out"}}
        chains: list[list[object]] = []
        for ends, chain in rows.chains.items():
            links[cluster, ends] = len(chains)
            chains.append([chain, *(None if port is None else f"{port[0]}{port[1]}" for _, port in ends)])
        levels[cluster] = {
            "rows": rows.rows,
            "spots": spots,
            "ports": {name: rows.stops[stop] for stop, name in named.items()},
            "links": chains,
            "width": round(rows.width, 1),
        }
    ways = [
        [[cluster, links[cluster, ends]] for cluster, ends in found.nesting.ways[arrow]]
        for arrow in found.nesting.arrows
    ]
    inside = [
        [n for n, (_, boxes) in enumerate(found.diagram.clusters) if box in boxes]
        for box in range(len(found.diagram.nodes))
    ]
    data = {"levels": levels, "ways": ways, "inside": inside, "outer": found.nesting.levels[-1].clusters}
    return json.dumps(data, separators=(",", ":"))
