"""Scene to HTML: a fragment that needs no script, no style sheet and no address outside itself."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tensorlab.render.blocks import Hidden, Place, hidden_words, leading, more, track
from tensorlab.render.palette import LOOKS
from tensorlab.render.width import shortened
from tensorlab.scene.record import Cells, Group, Table, Text

if TYPE_CHECKING:
    from tensorlab.render.blocks import Track
    from tensorlab.scene.record import Cell, Element, Span

_FRAME = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px;line-height:1.5;overflow-x:auto"
_TABLE = "border-collapse:collapse;margin:.3em 0;text-align:left;font:inherit"
_BOX = "border:1px solid rgba(128,128,128,.5);padding:0 .4em;text-align:right;white-space:nowrap"
_EDGE = "padding:0 .4em;text-align:right;font-weight:normal;opacity:.65;white-space:nowrap"
_LINE = 16
_SHORT = 24


def html(scene: Element) -> str:
    """The scene as one ``div``. All text is escaped.

    >>> from tensorlab.scene.record import Span, Text
    >>> html(Text((Span("a < b", "strong"),))).count("a &lt; b")
    1
    """
    return f'<div style="{_FRAME}">{_element(scene)}</div>'


def page(scene: Group) -> str:
    """The scene as a whole page that asks for nothing outside itself.

    >>> from tensorlab.scene.record import Group, Span, Text
    >>> page(Group((Text((Span("words"),)),), title="a < b")).splitlines()[3]
    '<title>a &lt; b</title>'
    """
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>{_safe(scene.title or 'tensorlab')}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>:root{{color-scheme:light dark}}</style>\n<body>\n{html(scene)}\n</body>\n</html>\n"
    )


def _safe(text: object) -> str:
    """Text that is text, whatever it holds."""
    return escape(shortened(str(text)))


def _element(element: Element) -> str:
    if isinstance(element, Text):
        return f"<div>{''.join(map(_span, element.spans))}</div>"
    if isinstance(element, Table):
        return _table(element)
    if isinstance(element, Cells):
        return _cells(element)
    return _group(element)


def _group(group: Group) -> str:
    title = f'<div style="font-weight:bold">{_safe(group.title)}</div>' if group.title else ""
    return f"<div>{title}{''.join(map(_child, group.children))}</div>"


def _child(element: Element) -> str:
    """A group below others stands off from what is above it."""
    drawn = _element(element)
    return f'<div style="margin-top:.8em">{drawn}</div>' if isinstance(element, Group) else drawn


def _span(span: Span) -> str:
    css = LOOKS[span.role].css
    text = _safe(span.text).replace("  ", "&nbsp; ")
    return f'<span style="{css}">{text}</span>' if css else text


def _table(table: Table) -> str:
    head = ""
    if any(table.head):
        right = [bool(table.rows) and all(row[n].right for row in table.rows) for n in range(len(table.head))]
        head = f"<tr>{''.join(map(_head_cell, table.head, right))}</tr>"
    rows = "".join("<tr>" + "".join(map(_table_cell, row)) + "</tr>" for row in table.rows)
    return f'<table style="{_TABLE}">{head}{rows}</table>'


def _head_cell(word: str, right: bool) -> str:  # noqa: FBT001 - mapped over two columns
    return f'<th style="padding:0 .8em 0 0{";text-align:right" if right else ""}">{_safe(word)}</th>'


def _table_cell(cell: Cell) -> str:
    side = ";text-align:right" if cell.right else ""
    side += ";white-space:nowrap" if len(str(cell.span.text)) <= _SHORT else ""
    return f'<td style="padding:0 .8em 0 0;vertical-align:top{side}"{_note(cell)}>{_span(cell.span)}</td>'


def _note(cell: Cell) -> str:
    return f' title="{_safe(cell.note)}"' if cell.note else ""


def _cells(cells: Cells) -> str:
    title = f'<div style="margin-top:.6em">{_safe(cells.title)}</div>' if cells.title else ""
    legend = f'<div style="font-size:smaller">{"".join(map(_key, cells.legend))}</div>' if cells.legend else ""
    body = _strip(cells) if len(cells.shape) < 2 else _blocks(cells)
    return title + body + legend


def _key(span: Span) -> str:
    sample = f'<span style="{_BOX};{LOOKS[span.role].css}">n</span>'
    return f'<span style="margin-right:1.5em">{sample} {_safe(span.text)}</span>'


def _box(cell: Cell) -> str:
    return f'<td style="{_BOX};{LOOKS[cell.span.role].css}"{_note(cell)}>{_safe(cell.span.text)}</td>'


def _strip(cells: Cells) -> str:
    if not cells.shape:
        return f'<table style="{_TABLE}"><tr>{_box(cells.cells[0])}</tr></table>'
    per_line = max(_LINE // cells.row * cells.row, 1) if cells.row <= _LINE else _LINE
    lines: list[str] = []
    column = 0
    for entry in track(cells, 0):
        if isinstance(entry, Hidden):
            lines.append(f'<td colspan="{per_line}" style="opacity:.65">… {entry.count:,} more …</td>')
            column = per_line
            continue
        if not lines or column == per_line:
            column = entry.position % per_line
            lines.append("<td></td>" * column)
        lines[-1] += _box(cells.cells[entry.box])
        column += 1
    return f'<table style="{_TABLE}">{"".join(f"<tr>{line}</tr>" for line in lines)}</table>'


def _blocks(cells: Cells) -> str:
    parts: list[str] = []
    for entries in leading(cells):
        if entries and isinstance(entries[-1], Hidden):
            parts.append(f'<div style="opacity:.65">{hidden_words(entries)}</div>')
            continue
        places = [entry for entry in entries if isinstance(entry, Place)]
        if places:
            parts.append(f'<div style="opacity:.65">[{", ".join(str(p.position) for p in places)}, :, :]</div>')
        parts.append(_grid(cells, [place.box for place in places]))
    return "".join(parts)


def _grid(cells: Cells, before: list[int]) -> str:
    rows, columns = track(cells, len(cells.shape) - 2), track(cells, len(cells.shape) - 1)
    head = "".join(f'<th style="{_EDGE}">{_edge(entry)}</th>' for entry in columns)
    lines = [f"<tr><th></th>{head}</tr>"]
    for row in rows:
        if isinstance(row, Hidden):
            words = more(row.count, "row")
            lines.append(f'<tr><td colspan="{len(columns) + 1}" style="opacity:.65">{words}</td></tr>')
            continue
        lines.append(f'<tr><th style="{_EDGE}">{row.position}</th>{_grid_row(cells, [*before, row.box], columns)}</tr>')
    return f'<table style="{_TABLE}">{"".join(lines)}</table>'


def _grid_row(cells: Cells, before: list[int], columns: Track) -> str:
    start = 0
    for box, size in zip(before, cells.shape, strict=False):
        start = start * size + box
    start *= cells.shape[-1]
    return "".join(
        f'<td style="{_EDGE}">…</td>' if isinstance(entry, Hidden) else _box(cells.cells[start + entry.box])
        for entry in columns
    )


def _edge(entry: Place | Hidden) -> str:
    return f"… {entry.count:,} more" if isinstance(entry, Hidden) else str(entry.position)
