"""A chain of layers as solids of SVG, the same for a picture of its own and for a page; colours are attributes."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.html_words import safe
from tensorlab.render.palette import HUE_LOOKS
from tensorlab.render.svg_plan import SIGN, Markup, Piece, plain
from tensorlab.render.svg_plot import PAGE, Colours
from tensorlab.render.svg_write import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.scene.record import Cell, Diagram

ROWS, CHANNELS, VECTOR = 10.0, 1.8, 2.2
"""Pixels for the square root of rows, of channels, and of the length of a vector: true sizes would hide the small."""
SLANT = 0.35
"""How far the columns lead to the right and up, of what they would be seen from the side."""
THIN = 8.0
"""Pixels that a vector is wide."""
GAP, LINE, TOP = 10, 15, 24
_SMALL, _SIGN = 11, 6.2
"""Size of the words, and pixels of a sign."""
NOTE = "edges: square roots of rows, columns and channels"
_IMAGE, _VECTOR = HUE_LOOKS[0], HUE_LOOKS[5]


class Solid(NamedTuple):
    """One of them, measured."""

    cell: Cell
    sizes: tuple[int, int, int]
    width: float
    height: float
    deep: float
    """To the right and up."""
    room: float
    """Pixels for it and its words."""

    @property
    def words(self) -> tuple[str, ...]:
        """Below it: its name, its sizes, the lines of its note."""
        return (plain(self.cell.span.text), sized(self.sizes), *map(plain, self.cell.note.splitlines()))


def sized(sizes: tuple[int, int, int]) -> str:
    """As they are written: a vector has one.

    >>> sized((64, 55, 54)) == "64\N{MULTIPLICATION SIGN}55\N{MULTIPLICATION SIGN}54", sized((1000, 1, 1))
    (True, '1000')
    """
    channels, rows, columns = sizes
    return "\N{MULTIPLICATION SIGN}".join(map(str, sizes if rows * columns > 1 else (channels,)))


def solids_piece(diagram: Diagram) -> Piece:
    """The solids, measured.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> boxes = Cell(Span("a")), Cell(Span("b"))
    >>> piece = solids_piece(Diagram(boxes, ((0, 1, ""),), solids=((3, 224, 224), (1000, 1, 1))))
    >>> piece.width, piece.height
    (304, 279)
    """
    solids = _measured(diagram)
    width, height = _extent(solids)
    return Piece(width, height, (Markup(0, 0, "".join(_elements(diagram, solids, Colours()))),))


def solids_html(diagram: Diagram) -> str:
    """The solids within a page, in its colours.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> solids_html(Diagram((Cell(Span("a < b")),), (), solids=((3, 4, 4),))).count("a &lt; b")
    1
    """
    solids = _measured(diagram)
    width, height = _extent(solids)
    size = f'viewBox="0 0 {width} {height}" width="{width}"'
    style = f'style="max-width:100%;height:auto;display:block" font-size="{SIZES[SIGN]}" fill="currentColor"'
    drawn = "".join(_elements(diagram, solids, PAGE))
    said = safe(diagram.title or "layers as solids")
    return f'<div class="tl-s"><svg {size} {style} role="img" aria-label="{said}">{drawn}</svg></div>'


def _measured(diagram: Diagram) -> tuple[Solid, ...]:
    return tuple(_solid(cell, sizes) for cell, sizes in zip(diagram.nodes, diagram.solids, strict=True))


def _solid(cell: Cell, sizes: tuple[int, int, int]) -> Solid:
    channels, rows, columns = sizes
    if rows * columns == 1:
        found = Solid(cell, sizes, THIN, max(4.0, VECTOR * sqrt(channels)), SLANT * THIN, 0)
    else:
        width = max(3.0, CHANNELS * sqrt(channels))
        found = Solid(cell, sizes, width, ROWS * sqrt(rows), SLANT * ROWS * sqrt(columns), 0)
    return found._replace(room=max(found.width + found.deep, _SIGN * max(map(len, found.words))) + GAP)


def _tallest(solids: tuple[Solid, ...]) -> float:
    return max(one.height + one.deep for one in solids)


def _extent(solids: tuple[Solid, ...]) -> tuple[int, int]:
    lines = max(len(one.words) for one in solids) + 1
    width = max(sum(one.room for one in solids), _SIGN * len(NOTE))
    return round(width), round(_tallest(solids) + TOP + (lines + 0.5) * LINE)


def _elements(diagram: Diagram, solids: tuple[Solid, ...], colours: Colours) -> Iterator[str]:
    """Each solid in the middle of its room, an arrow to the next, its words below."""
    floor, middle = TOP + _tallest(solids), TOP + _tallest(solids) / 2
    if diagram.title:
        yield _words((0, 12), diagram.title, colours.grey, at='text-anchor="start"')
    left, before = 0.0, None
    for one in solids:
        start = left + (one.room - one.width - one.deep) / 2
        if before is not None and start - before > GAP:
            yield _arrow(before + 2, start - 2, middle, colours)
        yield from _faces(one, start, middle + (one.height + one.deep) / 2, colours)
        before = start + one.width + one.deep
        for number, word in enumerate(one.words):
            at = 'text-anchor="middle"' + (' font-weight="bold"' if number == 1 else "")
            fill = colours.dark if number < 2 else colours.grey
            yield _words((left + one.room / 2, floor + (1 + number) * LINE), word, fill, at=at)
        left += one.room
    last = floor + (1 + max(len(one.words) for one in solids)) * LINE
    yield _words((0, last), NOTE, colours.grey, at='text-anchor="start"')


def _faces(one: Solid, left: float, bottom: float, colours: Colours) -> Iterator[str]:
    """Front, top and side."""
    css = (_IMAGE if one.sizes[1] * one.sizes[2] > 1 else _VECTOR).css
    hue = css.partition(";")[0].partition(":")[2]
    right, top, deep = left + one.width, bottom - one.height, one.deep
    faces = (
        (1.0, ((left, bottom), (right, bottom), (right, top), (left, top))),
        (0.55, ((left, top), (right, top), (right + deep, top - deep), (left + deep, top - deep))),
        (0.75, ((right, bottom), (right, top), (right + deep, top - deep), (right + deep, bottom - deep))),
    )
    for full, corners in faces:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        look = f'fill="{hue}" fill-opacity="{full}" stroke="{colours.dark}" stroke-width=".7"'
        yield f'<polygon points="{points}" {look}/>'


def _arrow(start: float, end: float, y: float, colours: Colours) -> str:
    tip = f"M{start:.1f} {y:.1f}H{end:.1f}m-3 -2.5l3 2.5l-3 2.5"
    return f'<path d="{tip}" fill="none" stroke="{colours.grey}" stroke-width="1"/>'


def _words(place: tuple[float, float], words: str, fill: str, *, at: str) -> str:
    x, y = place
    return f'<text x="{x:.1f}" y="{y:.1f}" {at} font-size="{_SMALL}" fill="{fill}">{safe(plain(words))}</text>'
