"""Strips and grids as HTML: tables with heads and captions, nested blocks for more axes than two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.address import AXIS_LETTERS
from tensorlab.render.blocks import Hidden, Place, hidden_words, more, track
from tensorlab.render.html_words import box_class, safe, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.blocks import Track
    from tensorlab.render.html_words import Ink
    from tensorlab.scene.record import Cell, Cells, Span

LINE = 16
"""Places of a strip in one line, at most."""
_LINE_CHARACTERS = 110


def cells_html(cells: Cells, ink: Ink) -> str:
    """A strip, strips in step, or a grid; its legend below.

    >>> from tensorlab.render.html_words import Ink
    >>> from tensorlab.scene.record import Cell, Cells, Span
    >>> cells_html(Cells((1,), (Cell(Span("7")),), labels=False), Ink())
    '<div class="tl-c" data-step="1"><div class="tl-s"><table><tr><td>7</td></tr></table></div></div>'
    """
    keys = " &nbsp; ".join(_key(part, cells) for part in cells.legend)
    legend = f'<div class="tl-l">{keys}</div>' if keys else ""
    if cells.names or len(cells.shape) < 2:
        step = f' data-step="{max(len(cells.names) - _has_ruler(cells), 1)}"'
        name = "tl-c tl-p" if cells.names else "tl-c"
        return f'<div class="{name}"{step}>{_table(_caption(cells.title), _strip(cells, ink))}{legend}</div>'
    if len(cells.shape) == 2:
        return f'<div class="tl-c">{_table(_caption(cells.title), _grid(cells, (), ink))}{legend}</div>'
    title = f"<p>{safe(cells.title)}</p>" if cells.title else ""
    return f'<div class="tl-c">{title}{_nest(cells, (), ink)}{legend}</div>'


def _table(caption: str, lines: str, least: int = 0) -> str:
    """At least so many characters wide, so that a caption may be longer than its table; else it has no say in that."""
    style = f' style="min-width:{least}ch"' if least else ""
    return f'<div class="tl-s"{style}><table>{caption}{lines}</table></div>'


def _caption(words: str) -> str:
    return f"<caption><span>{safe(words)}</span></caption>" if words else ""


def _key(part: Span, cells: Cells) -> str:
    """What a role means, after a box of it in a colour that is there."""
    hue = next((cell.hue for cell in cells.cells if cell.span.role == part.role), None)
    sample = f'<b class="{box_class(part.role, hue)}">{signed("n", part.role)}</b>'
    return f"<span>{sample} {safe(part.text)}</span>"


class Piece(NamedTuple):
    """A box of a strip, or the part of it that is in one line."""

    cell: Cell
    places: int
    goes_on: bool


class Line(NamedTuple):
    """Some places of a strip that stand beside one another: the boxes over them, row by row."""

    blank: int
    """Places left empty at the front, so that columns stand below one another."""
    position: int
    rows: tuple[list[Piece], ...]


def _strip(cells: Cells, ink: Ink) -> str:
    """Lines of places, each a row or, of strips in step, a row for each name."""
    per_line = _per_line(cells)
    heads = int(bool(cells.names) or (cells.labels and bool(cells.shape)))
    found: list[str] = []
    for line in _strip_lines(cells, per_line):
        if isinstance(line, Hidden):
            words = f"… {line.count:,} more …"
            found.append(f'<tr><td class="tl-e tl-m" colspan="{per_line + heads}">{words}</td></tr>')
        else:
            found.append(_strip_rows(cells, line, ink))
    return "".join(found)


def _per_line(cells: Cells) -> int:
    """Places in a line: fewer where the texts are long, and whole rows of the view where they fit."""
    widest = max(-(-len(str(cell.span.text)) // cell.width) for cell in cells.cells) if cells.cells else 1
    most = LINE
    while most > 1 and most * (widest + 1) > _LINE_CHARACTERS:
        most //= 2
    return most // cells.row * cells.row if cells.row <= most else most


def _strip_lines(cells: Cells, per_line: int) -> Iterator[Line | Hidden]:
    rows = [_covers(row) for row in cells.rows()]
    run: list[Place] = []
    for entry in track(cells, 0 if len(cells.shape) < 2 else 1) if cells.shape else [Place(0, 0)]:
        if isinstance(entry, Hidden) or (run and entry.position % per_line == 0):
            yield from _line(run, rows, per_line)
            run = []
        if isinstance(entry, Hidden):
            yield entry
        else:
            run.append(entry)
    yield from _line(run, rows, per_line)


def _covers(row: tuple[Cell, ...]) -> list[tuple[Cell, bool]]:
    """For each place the box over it, and whether that began before."""
    return [(cell, place > 0) for cell in row for place in range(cell.width)]


def _line(run: list[Place], rows: list[list[tuple[Cell, bool]]], per_line: int) -> Iterator[Line]:
    if not run:
        return
    found = []
    for covers in rows:
        pieces: list[Piece] = []
        for place in run:
            cell, goes_on = covers[place.box]
            if goes_on and pieces:
                pieces[-1] = pieces[-1]._replace(places=pieces[-1].places + 1)
            else:
                pieces.append(Piece(cell, 1, goes_on))
        found.append(pieces)
    yield Line(run[0].position % per_line, run[0].position, tuple(found))


def _strip_rows(cells: Cells, line: Line, ink: Ink) -> str:
    blank = f'<td class="tl-e" colspan="{line.blank}"></td>' if line.blank else ""
    ruled = _has_ruler(cells)
    rows = [
        blank
        + "".join(
            ink.head(p.cell, p.places) if ruled and not number else ink.box(p.cell, p.places, goes_on=p.goes_on)
            for p in pieces
        )
        for number, pieces in enumerate(line.rows)
    ]
    if cells.names:
        heads = [f'<th scope="row">{safe(name.text)}</th>' for name in cells.names]
        return f"<tbody>{''.join(f'<tr>{head}{row}</tr>' for head, row in zip(heads, rows, strict=True))}</tbody>"
    head = f'<th scope="row">{line.position}</th>' if cells.labels and cells.shape else ""
    return f"<tr>{head}{rows[0]}</tr>"


def _has_ruler(cells: Cells) -> bool:
    """Whether the first row only numbers the places: its boxes are the heads of the columns."""
    return len(cells.names) > 1 and cells.names[0].role == "dim" and all(c.span.role == "dim" for c in cells.rows()[0])


def _nest(cells: Cells, before: tuple[Place, ...], ink: Ink) -> str:
    """Blocks of the last two axes: along the third beside one another, those along the fourth below, then in frames."""
    axis, last = len(before), len(cells.shape) - 3
    parts = []
    for entry in track(cells, axis):
        if isinstance(entry, Hidden):
            parts.append(f'<p class="tl-m">{hidden_words((*before, entry))}</p>')
            continue
        index = (*before, entry)
        words = f"[{', '.join(str(place.position) for place in index)}{', :' * (len(cells.shape) - len(index))}]"
        if axis == last:
            parts.append(_table(_caption(words), _grid(cells, index, ink), len(words)))
        elif axis == last - 1:
            parts.append(_nest(cells, index, ink))
        else:
            parts.append(f'<div class="tl-o"><p class="tl-m">{words}</p>{_nest(cells, index, ink)}</div>')
    return f'<div class="tl-w">{"".join(parts)}</div>' if axis == last else "".join(parts)


def _grid(cells: Cells, before: tuple[Place, ...], ink: Ink) -> str:
    rows, columns = track(cells, len(cells.shape) - 2), track(cells, len(cells.shape) - 1)
    lines = []
    if cells.labels:
        heads = "".join(f'<th scope="col">{_edge(entry)}</th>' for entry in columns)
        lines.append(f"<thead><tr>{_corner(cells)}{heads}</tr></thead>")
    lines.append("<tbody>")
    for row in rows:
        if isinstance(row, Hidden):
            words = more(row.count, "row")
            lines.append(f'<tr><td class="tl-e tl-m" colspan="{len(columns) + 1}">{words}</td></tr>')
            continue
        head = f'<th scope="row">{row.position}</th>' if cells.labels else ""
        lines.append(f"<tr>{head}{_grid_row(cells, (*before, row), columns, ink)}</tr>")
    lines.append("</tbody>")
    return "".join(lines)


def _corner(cells: Cells) -> str:
    """Which axis runs down and which across, by their letters in an address formula; pointed at, their sizes too."""
    axes = len(cells.shape)
    if axes > len(AXIS_LETTERS):
        return '<td class="tl-e tl-m"></td>'
    told = []
    for axis, sign in ((axes - 2, "↓"), (axes - 1, "→")):
        size = cells.shape[axis] + sum(count for where, _, count in cells.gaps if where == axis)
        told.append((axis, sign, AXIS_LETTERS[axis], size))
    sizes = "   ".join(f"{sign} {letter} ({size:,})" for _, sign, letter, size in told)
    which = ", ".join(f"{letter} is axis {axis}" for axis, _, letter, _ in told)
    words = " ".join(f"{letter}{sign}" for _, sign, letter, _ in told)
    return f'<td class="tl-e tl-m" title="{sizes}: {which}">{words}</td>'


def _grid_row(cells: Cells, before: tuple[Place, ...], columns: Track, ink: Ink) -> str:
    start = 0
    for place, size in zip(before, cells.shape, strict=False):
        start = start * size + place.box
    start *= cells.shape[-1]
    return "".join(
        '<td class="tl-e">…</td>' if isinstance(entry, Hidden) else ink.box(cells.cells[start + entry.box])
        for entry in columns
    )


def _edge(entry: Place | Hidden) -> str:
    return f"… {entry.count:,} more" if isinstance(entry, Hidden) else str(entry.position)
