"""Scene to SVG: a light card that every renderer draws alike, below 64 KB however much there is to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from tensorlab.render.budget import Form, Least, at_least, pictures, planned
from tensorlab.render.svg_diagram import diagram_piece
from tensorlab.render.svg_grids import grids
from tensorlab.render.svg_plan import BOX, LINE, SIGN, Box, Ink, Piece, Word, below, flow, pixels, plain, wrapped
from tensorlab.render.svg_plot import plot_piece
from tensorlab.render.svg_solids import solids_piece
from tensorlab.render.svg_strips import strips, text_in
from tensorlab.render.svg_write import CARD, DARK, FAINT, FONTS, SIZES, at_most, drawn, escaped, sorted_out
from tensorlab.render.width import columns, shortened
from tensorlab.scene.record import Cell, Cells, Diagram, Group, Plot, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.scene.record import Element, Tie

ROOM = 80 * SIGN
BLOCKS_ROOM = 112 * SIGN
"""Pixels for blocks beside one another: more than for words, so that those of one axis stay in a row."""
MARGIN = 20
_GAP = 14
_ARROWS = 48
"""Pixels between pictures with arrows from one to the other."""
_DESCRIPTION = 700
MOST_BYTES = 64_000
"""Of a picture, where leaving out notes and boxes can bring it there; tables and texts alone are never cut."""
LEAST = {
    True: Least(box=70, tied=0, text=25, note=0, entry=0, picture=0),
    False: Least(box=16, tied=0, text=25, entry=0, picture=0),
}
"""Of a picture with notes, or without them: boxes as elements, or as parts of a path."""
_ROOMS = (60_000, 48_000)
"""Bytes for what is drawn without notes: tried in this order until the picture is small enough."""
_SMALLER = ((32, 240), (12, 240), (6, 120), (3, 120))
"""Positions along an axis and characters of words at most."""

Arrows: TypeAlias = Literal["", "in", "out"]


def svg(scene: Group) -> str:
    """The scene as an SVG document of its own: no script, no style sheet, nothing fetched, all text escaped.

    It stays below 64 KB: first boxes lose their notes, then each part gets its share of the bytes, with more of its
    boxes left out and counted; what does not fit at all is named. Where there are no boxes nothing is cut, so that a
    table of a thousand rows is larger.

    >>> from tensorlab.scene.record import Group, Span, Text
    >>> svg(Group((Text((Span("a < b"),)),), title="words"))[:62]
    '<svg xmlns="http://www.w3.org/2000/svg" width="91" height="91"'
    """
    written = ""
    has_pictures = any(pictures(scene))
    piece = None
    for notes, least in LEAST.items():
        if has_pictures and at_least(scene, None, least, MOST_BYTES) > MOST_BYTES:
            continue
        piece = piece or _group(scene, 0)
        written = _document(scene, piece, notes=notes)
        if len(written.encode()) <= MOST_BYTES:
            return written
    form = Form(_bytes, _SMALLER, LEAST[False])
    for room in _ROOMS if has_pictures else ():
        written = _document(scene, _group(planned(scene, room, form), 0), notes=False)
        if len(written.encode()) <= MOST_BYTES:
            break
    return written


def _bytes(element: Element) -> int:
    return at_most(_element(element, 0, ""))


def _document(scene: Group, piece: Piece, *, notes: bool) -> str:
    width, height = piece.width + 2 * MARGIN + 1, piece.height + 2 * MARGIN + 1
    elements = drawn(sorted_out(piece), tuple(_links(scene)), notes=notes)
    title = escaped(plain(scene.title or "tensorlab"))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    font = f'font-family="{FONTS}" font-size="{SIZES[SIGN]}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
            f"<title>{title}</title>",
            f"<desc>{escaped(_described(scene))}</desc>",
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10" fill="{CARD}" stroke="{FAINT}"/>',
            f'<g transform="translate({MARGIN}.5 {MARGIN}.5)" {font} fill="{DARK}">',
            *elements,
            "</g>",
            "</svg>\n",
        ]
    )


def _links(element: Element) -> Iterator[tuple[Tie, Tie]]:
    if isinstance(element, Group):
        yield from element.links
        for child in element.children:
            yield from _links(child)


def _described(scene: Group) -> str:
    """The first facts as sentences, for those who do not see the picture."""
    told: list[str] = []
    for child in scene.children:
        if isinstance(child, Table):
            told += [": ".join(filter(None, (plain(cell.span.text).strip() for cell in row))) for row in child.rows]
        elif isinstance(child, Text):
            told.append(" ".join(plain(span.text).strip() for span in child.spans))
        elif isinstance(child, Cells | Plot | Diagram):
            told.append(plain(child.title))
        if sum(map(len, told)) > _DESCRIPTION:
            break
    return shortened("; ".join(filter(None, told)))


def _element(element: Element, depth: int, arrows: Arrows) -> Piece:
    if isinstance(element, Text):
        return _text(element.spans)
    if isinstance(element, Table):
        return _table(element)
    if isinstance(element, Cells):
        return _cells(element, arrows)
    if isinstance(element, Diagram):
        return solids_piece(element) if element.solids else diagram_piece(element)
    if isinstance(element, Plot):
        return plot_piece(element)
    return _group(element, depth + 1)


def _group(group: Group, depth: int) -> Piece:
    ink = Ink("strong", sign=SIGN + 2 if depth == 0 else SIGN + 1)
    rows = [wrapped(plain(group.title), ROOM, ink)] if group.title else []
    previous: Element | None = None
    for number, child in enumerate(group.children):
        space = _space(previous, child, group, drawn_before=bool(rows))
        rows += [space, _element(child, depth, _arrows(group, number))]
        previous = child
    return below(rows)


def _arrows(group: Group, number: int) -> Arrows:
    """Whether arrows go out of a part, or come into it from the one before."""
    if not group.links or not isinstance(group.children[number], Cells):
        return ""
    return "in" if number and isinstance(group.children[number - 1], Cells) else "out"


def _space(previous: Element | None, child: Element, group: Group, *, drawn_before: bool) -> Piece:
    """What stands between two parts: little between sentences, much where arrows pass."""
    if not drawn_before:
        return Piece(0, 0)
    if isinstance(previous, Cells) and isinstance(child, Cells) and group.links:
        return Piece(0, _ARROWS)
    if isinstance(previous, Text) and isinstance(child, Text):
        return Piece(0, 0)
    return Piece(0, 2 * _GAP if isinstance(child, Group) and previous is not None else _GAP - 4)


def _text(spans: Sequence[Span]) -> Piece:
    """Words, in lines; each keeps the role of its span."""
    rows: list[list[Word]] = [[]]
    x, y = 0, 14
    for span in spans:
        for number, word in enumerate(plain(span.text).split(" ")):
            x += SIGN if number and x else 0
            if x and x + pixels(word) > ROOM:
                x, y = 2 * SIGN, y + LINE
                rows.append([])
            last = rows[-1][-1] if rows[-1] else None
            ink = Ink(span.role)
            if last and last.ink == ink and last.x + pixels(last.text) + SIGN == x and number and word:
                rows[-1][-1] = last._replace(text=f"{last.text} {word}")
            elif word:
                rows[-1].append(Word(x, y, word, ink))
            x += pixels(word)
    items = tuple(word for row in rows for word in row)
    return Piece(max((word.x + pixels(word.text) for word in items), default=0), y + 6, items)


def _table(table: Table) -> Piece:
    """Rows under a head: the widest column gives way first."""
    rows = [[plain(cell.span.text) for cell in row] for row in table.rows]
    head = [plain(word) for word in table.head]
    natural = [max(map(columns, column), default=0) for column in zip(head, *rows, strict=True)]
    sizes = [size * SIGN for size in _squeezed(natural, ROOM // SIGN - 2 * (len(natural) - 1))]
    drawn_rows = []
    if any(head):
        right = [bool(table.rows) and all(row[n].right for row in table.rows) for n in range(len(head))]
        drawn_rows.append(
            _line([Cell(Span(word, "strong"), right=r) for word, r in zip(head, right, strict=True)], sizes)
        )
    drawn_rows += [_line(row, sizes) for row in table.rows]
    return below(drawn_rows)


def _squeezed(natural: list[int], room: int) -> list[int]:
    """Columns that fit: the widest is cut to what the others leave, down to 8."""
    sizes = list(natural)
    while sum(sizes) > room and max(sizes) > 8:
        widest = sizes.index(max(sizes))
        second = max((size for n, size in enumerate(sizes) if n != widest), default=0)
        over = sum(sizes) - room
        sizes[widest] -= max(1, min(over, sizes[widest] - max(second, 8)))
    return sizes


def _line(row: Sequence[Cell], sizes: list[int]) -> Piece:
    inner, x = [], 0
    for cell, size in zip(row, sizes, strict=True):
        part = wrapped(plain(cell.span.text), max(size, SIGN), Ink(cell.span.role))
        inner.append((x + (size - part.width if cell.right else 0), 0, part))
        x += size + 2 * SIGN
    return Piece(max(x - 2 * SIGN, 0), max((part.height for _, _, part in inner), default=0), inner=tuple(inner))


def _cells(cells: Cells, arrows: Arrows) -> Piece:
    """Boxes under their title; above it where arrows come from above, which would cross it."""
    title = [wrapped(plain(cells.title), ROOM, Ink("dim"))] if cells.title else []
    parts = [] if arrows == "in" else [*title]
    is_grid = len(cells.shape) > 1 and not cells.names
    if is_grid:
        parts.append(grids(cells, BLOCKS_ROOM if len(cells.shape) > 2 else ROOM))
    else:
        level = BLOCKS_ROOM if arrows else ROOM if cells.names and cells.gaps else 0
        parts.append(strips(cells, ROOM, level))
    if cells.legend:
        keys = [_key(span, cells) for span in cells.legend]
        parts.append(flow(keys, ROOM, 2 * SIGN))
    return below([*parts, *title] if arrows == "in" else parts, 6)


def _key(span: Span, cells: Cells) -> Piece:
    """A box of a role, in the colour of the first that is drawn, and what it means."""
    first = next((cell for cell in cells.cells if cell.span.role == span.role), None)
    sample = Cell(Span("n", span.role), hue=first.hue if first else None)
    told = plain(span.text)
    items = (Box(0, 0, BOX, sample), text_in(0, BOX, "n", sample), Word(BOX + SIGN, 16, told, Ink("dim")))
    return Piece(BOX + SIGN + pixels(told), BOX, items)
