"""A diagram with a place for everything: boxes, clusters around them, and the strokes that arrows are made of."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.diagram_levels import nested
from tensorlab.render.diagram_places import ROW_GAP, placed
from tensorlab.render.width import columns, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.render.diagram_levels import Nesting, Stop
    from tensorlab.render.diagram_places import Rows
    from tensorlab.scene.record import Diagram

HEAD, PAD = 24, 12
"""Pixels above what lies in a cluster, for its name; and beside and below it."""
_BORDER_GAP = 12
NAME, DETAIL = 8, 7
"""Pixels of a letter in the first line of a box, and in the others."""
FIRST, OTHER, EDGE = 19, 15, 6
"""Heights of those lines, and what is above and below them."""
_NARROWEST = 48
_MOST = 40
"""Letters of a line."""


class Area(NamedTuple):
    """Where something lies."""

    x: float
    y: float
    width: float
    height: float


class Stroke(NamedTuple):
    """Where an arrow goes straight down; a curve leads from one to the next."""

    x: float
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Map:
    """All places of a diagram."""

    diagram: Diagram
    nesting: Nesting
    rows: dict[int, Rows] = field(default_factory=dict)
    """Of each cluster, and of -1 for the outside."""
    boxes: dict[int, Area] = field(default_factory=dict)
    clusters: dict[int, Area] = field(default_factory=dict)
    words: dict[int, list[str]] = field(default_factory=dict)
    """Of each box, its lines; without what the names of the frames around it say."""
    names: dict[int, str] = field(default_factory=dict)
    """Of frames."""
    tops: dict[int, list[float]] = field(default_factory=dict)
    """Of each cluster, where its rows begin, from the top of the picture."""

    @property
    def width(self) -> float:
        """Pixels of the whole."""
        return self.rows[-1].width

    @property
    def height(self) -> float:
        """Pixels of the whole."""
        return _height(self.rows[-1])


def lines_of(text: str) -> list[str]:
    r"""The lines of a box, each as it is drawn.

    >>> lines_of("name\nfloat32 (2, 3)"), lines_of("a" * 50)[0][-1]
    (['name', 'float32 (2, 3)'], '…')
    """
    found = [printable(shortened(line)) for line in text.split("\n")]
    return [line if len(line) <= _MOST else f"{line[: _MOST - 1]}…" for line in found]


def within(name: str, diagram: Diagram, clusters: Iterable[int]) -> str:
    r"""A name without what the innermost frame around it says already; several names, and a mere number, stay whole.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> made = Diagram((Cell(Span("a.1.norm.bias")),), (), (("a.1", (0,)), ("a.1.norm", (0,))))
    >>> within("a.1.norm.bias", made, (0, 1)), within("a.1.norm", made, (0,)), within("a.1.0.bias", made, (0,))
    ('bias', 'norm', 'a.1.0.bias')
    """
    if " = " in name:
        return name
    starts = [f"{diagram.clusters[cluster][0]}." for cluster in clusters]
    rest = name.removeprefix(max((start for start in starts if name.startswith(start)), key=len, default=""))
    return name if rest[:1].isdigit() else rest


def mapped(diagram: Diagram) -> Map:
    """Places for a diagram, inner clusters first.

    Raises:
        UnavailableError: The layout library is not installed.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> found = mapped(Diagram((Cell(Span("abcdef")), Cell(Span("c"))), ((0, 1, ""),)))
    >>> found.boxes[0].y < found.boxes[1].y, len(strokes(found, (0, 1)))
    (True, 2)
    """
    found = Map(diagram, nested(diagram))
    _name_all(found)
    sizes: dict[Stop, tuple[float, float]] = {("box", n): _size(words) for n, words in found.words.items()}
    ports: dict[tuple[Stop, Stop], float] = {}
    for cluster in reversed(found.nesting.levels):
        rows = found.rows[cluster] = placed(found.nesting.levels[cluster], sizes, ports)
        if cluster == -1:
            break
        width = max(rows.width, NAME * len(found.names[cluster])) + 2 * PAD
        sizes["cluster", cluster] = (width, HEAD + _height(rows) + PAD)
        for stop, number in rows.stops.items():
            if stop[0] in {"in", "out"}:
                ports[("cluster", cluster), stop] = rows.spots[number].x - rows.width / 2
    _spread(found, -1, Area(0.0, 0.0, found.rows[-1].width, _height(found.rows[-1])))
    return found


def _name_all(found: Map) -> None:
    """What is written in boxes and at frames; inner frames come after those that they lie in."""
    diagram = found.diagram
    around: dict[int, tuple[int, ...]] = {-1: ()}
    for cluster, level in found.nesting.levels.items():
        for inner in level.clusters:
            around[inner] = (*around[cluster], inner)
            found.names[inner] = lines_of(within(diagram.clusters[inner][0], diagram, around[cluster]))[0]
        for box in level.boxes:
            first, *others = str(diagram.nodes[box].span.text).split("\n")
            found.words[box] = lines_of("\n".join([within(first, diagram, around[cluster]), *others]))


def _size(words: Sequence[str]) -> tuple[float, float]:
    first, *others = words
    widest = max([NAME * columns(first), *(DETAIL * columns(line) for line in others)])
    return max(widest + 20, _NARROWEST), FIRST + OTHER * len(others) + 2 * EDGE


def gaps(rows: Rows) -> list[float]:
    """Pixels below each row but the last: few where there are only places on the border."""
    heights = rows.heights()
    return [_BORDER_GAP if not one or not other else ROW_GAP for one, other in itertools.pairwise(heights)]


def _height(rows: Rows) -> float:
    return sum(rows.heights()) + sum(gaps(rows))


def _spread(found: Map, cluster: int, area: Area) -> None:
    """Places within an area for the rows of a cluster, and of those in it."""
    pending = [(cluster, area)]
    while pending:
        cluster, (left, top, _, _) = pending.pop()
        rows = found.rows[cluster]
        heights, between = rows.heights(), [*gaps(rows), 0.0]
        found.tops[cluster] = tops = [top]
        for height, gap in zip(heights, between, strict=False):
            tops.append(tops[-1] + height + gap)
        for stop, number in rows.stops.items():
            spot = rows.spots[number]
            y = tops[spot.row] + (heights[spot.row] - spot.height) / 2
            here = Area(left + spot.x - spot.width / 2, y, spot.width, spot.height)
            if stop[0] == "box":
                found.boxes[stop[1]] = here
            elif stop[0] == "cluster":
                found.clusters[stop[1]] = here
                inner = found.rows[stop[1]]
                start = here.x + (here.width - inner.width) / 2
                pending.append((stop[1], Area(start, y + HEAD, inner.width, 0.0)))


def strokes(found: Map, arrow: tuple[int, int]) -> list[Stroke]:
    """Where an arrow goes straight down: from its box, past each row, over the borders of clusters, to its end."""
    made: list[Stroke] = []
    for cluster, link in found.nesting.ways[arrow]:
        rows = found.rows[cluster]
        left = _left(found, cluster)
        tops, heights = found.tops[cluster], rows.heights()
        chain = rows.chains[link]
        for place, number in enumerate(chain):
            spot = rows.spots[number]
            low, high = tops[spot.row], tops[spot.row] + heights[spot.row]
            x = left + spot.x
            if place in {0, len(chain) - 1}:
                end = link[0] if place == 0 else link[1]
                x, low, high = _end(found, (cluster, end, place == 0), (x, low, high))
            made.append(Stroke(x, low, high))
    return made


def _left(found: Map, cluster: int) -> float:
    if cluster == -1:
        return 0.0
    area = found.clusters[cluster]
    return area.x + (area.width - found.rows[cluster].width) / 2


def _end(
    found: Map, at: tuple[int, tuple[Stop, Stop | None], bool], span: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Of a stroke at the end of a link: between the box and the edge of its row, or the border of the cluster."""
    cluster, ((kind, number), port), leaves = at
    x, low, high = span
    if kind == "box":
        area = found.boxes[number]
        return (x, area.y + area.height, high) if leaves else (x, low, area.y)
    if kind == "cluster":
        area, inner = found.clusters[number], found.rows[number]
        shift = 0.0 if port is None else inner.spots[inner.stops[port]].x - inner.width / 2
        return (x + shift, area.y + area.height, high) if leaves else (x + shift, low, area.y)
    area = found.clusters[cluster]
    return (x, area.y, high) if kind == "in" else (x, low, area.y + area.height)


def path_of(made: list[Stroke]) -> str:
    """The path of an arrow: straight down, and curves between.

    >>> path_of([Stroke(5, 0, 10), Stroke(5, 40, 50)]), path_of([Stroke(5, 0, 0), Stroke(9, 40, 40)])
    ('M5 0V50', 'M5 0C5 20 9 20 9 40')
    """
    words = [f"M{number(made[0].x)} {number(made[0].start)}"]
    x, y = made[0].x, made[0].start
    for stroke in made:
        if abs(stroke.x - x) > 0.5:
            middle = number((y + stroke.start) / 2)
            words.append(f"C{number(x)} {middle} {number(stroke.x)} {middle} {number(stroke.x)} {number(stroke.start)}")
            x, y = stroke.x, stroke.start
        if stroke.stop != y:
            if words[-1][0] == "V":
                words.pop()
            words.append(f"V{number(stroke.stop)}")
            y = stroke.stop
    return "".join(words)


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel.

    >>> number(3.0), number(2.25), number(-0.01)
    ('3', '2.2', '0')
    """
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 1e5 else f"{round(value)}"
