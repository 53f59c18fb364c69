"""Scene to HTML: a fragment that asks for nothing outside itself, and says the same with scripts and styles stripped.

A figure brings its style sheet and, where it has strips or grids, a script that lights the boxes which have bytes in
common. It has no identifiers, so that two alike do not meet; the script looks for figures that it has not started yet,
wherever it was put: in a page, by JupyterLab as a new element, by VS Code beside the output and away again.

marimo 0.25 puts what ``_repr_html_`` returns into a frame of its own where that has a script, and fits its height:
there the script takes over the notebook's colours, as nothing can be inherited; ``_mime_`` would keep the figure out of
the frame, and marimo runs no inline script there. A table without boxes has no script, and needs no frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.budget import Form, at_least, pictures, planned
from tensorlab.render.html_cells import cells_html
from tensorlab.render.html_diagram import diagram_html
from tensorlab.render.html_style import script, style
from tensorlab.render.html_words import Ink, fitting, safe, span
from tensorlab.render.svg_plot import plot_html
from tensorlab.render.svg_solids import solids_html
from tensorlab.render.trim import trimmed
from tensorlab.scene.record import Cells, Diagram, Group, Plot, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Cell, Element

_SHORT = 24
_LARGE = 79_000
"""Bytes beside the style sheet and the script from which on something is left out: a figure may take 100 KB."""
_SMALLEST = (4, 120)
_SMALLER = ((None, 0), (8, 240), _SMALLEST)
"""Positions along an axis and characters of words at most: tried in this order until the figure is small enough."""
_ALL = 10**6


def html(scene: Element) -> str:
    """The scene as one ``div``, of less than 100 KB where it has boxes. All text is escaped.

    A large one has shorter tooltips, or none; then fewer boxes, counted as hidden; then whole parts are left out, and
    named.

    >>> from tensorlab.scene.record import Span, Text
    >>> html(Text((Span("a < b", "strong"),))).count("a &lt; b")
    1
    """
    live = f'<p class="tl-i" aria-live="polite"></p><script>{script()}</script>' if _has_boxes(scene) else ""
    return f'<div class="tensorlab tl"><style>{style()}</style>{_fitted(scene)}{live}</div>'


def _fitted(scene: Element) -> str:
    drawn, before = "", 0
    for most, words in _SMALLER:
        size = at_least(scene, most, enough=_LARGE)
        if size > _LARGE or (most and size == before):
            continue
        before = size if most else at_least(scene, _ALL)
        small = scene if most is None else trimmed(scene, most, words)
        ink = Ink()
        drawn = _element(small, ink)
        over = len(drawn.encode()) - _LARGE
        if over > 0 and sum(ink.notes) > over:
            drawn = _element(small, Ink(fitting(ink.notes, over)))
        if over <= 0 or sum(ink.notes) > over:
            return drawn
    if not _has_boxes(scene):
        return drawn
    whole = scene if isinstance(scene, Group) else Group((scene,))
    return _element(planned(whole, _LARGE, Form(_bytes, [_SMALLEST])), Ink(0))


def _has_boxes(scene: Element) -> bool:
    """Whether there are boxes that tell what they are."""
    return any(cell.note or cell.ties for cells in pictures(scene) for cell in cells.cells)


def _bytes(element: Element) -> int:
    return len(_element(element, Ink(0)).encode())


def page(scene: Group) -> str:
    """The scene as a whole page that asks for nothing outside itself.

    >>> from tensorlab.scene.record import Group, Span, Text
    >>> page(Group((Text((Span("words"),)),), title="a < b")).splitlines()[3]
    '<title>a &lt; b</title>'
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        f"<title>{safe(scene.title or 'tensorlab')}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<style>:root{color-scheme:light dark}body{margin:1rem}</style></head>\n"
        f"<body>\n<main>{html(scene)}</main>\n</body>\n</html>\n"
    )


def _element(element: Element, ink: Ink) -> str:
    if isinstance(element, Text):
        return f"<p>{''.join(map(span, element.spans))}</p>"
    if isinstance(element, Table):
        return _table(element)
    if isinstance(element, Cells):
        return cells_html(element, ink)
    if isinstance(element, Diagram):
        return solids_html(element) if element.solids else diagram_html(element)
    if isinstance(element, Plot):
        return plot_html(element)
    return _group(element, ink)


def _group(group: Group, ink: Ink) -> str:
    title = f'<p class="tl-h"><b>{safe(group.title)}</b></p>' if group.title else ""
    links = ink.links(group.links, told=_points(group)) if group.links else ""
    children = "".join(_element(child, ink) for child in group.children)
    if links:
        over = f'<svg class="tl-a" width="1" height="1" aria-hidden="true">{links}</svg>'
        return f'<div class="tl-g tl-j">{title}{children}{over}</div>'
    return f'<div class="tl-g">{title}{children}</div>'


def _points(group: Group) -> bool:
    """Whether its pointers have arrows in their text."""
    boxes = (cell for child in group.children if isinstance(child, Cells) for cell in child.cells)
    return any("→" in str(cell.span.text) for cell in boxes)


def _table(table: Table) -> str:
    """Under a head each row is one of data; without one, the first column says what the others are."""
    named = any(table.head)
    head = ""
    if named:
        right = [bool(table.rows) and all(row[n].right for row in table.rows) for n in range(len(table.head))]
        head = f"<thead><tr>{''.join(map(_head_cell, table.head, right))}</tr></thead>"
    rows = "".join(f"<tr>{_row(row, labelled=not named and len(row) > 1)}</tr>" for row in table.rows)
    name = "tl-t tl-n" if named else "tl-t"
    return f'<div class="tl-s"><table class="{name}">{head}<tbody>{rows}</tbody></table></div>'


def _head_cell(word: str, right: bool) -> str:  # noqa: FBT001 - mapped over two columns
    return f'<th scope="col"{_class("tl-x" if right else "")}>{safe(word)}</th>'


def _row(row: tuple[Cell, ...], *, labelled: bool) -> str:
    first = f'<th scope="row"{_note(row[0])}>{span(row[0].span)}</th>' if labelled else ""
    return first + "".join(map(_table_cell, row[labelled:]))


def _table_cell(cell: Cell) -> str:
    names = ["tl-x"] * cell.right + ["tl-k"] * (len(str(cell.span.text)) <= _SHORT)
    return f"<td{_class(' '.join(names))}{_note(cell)}>{span(cell.span)}</td>"


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _note(cell: Cell) -> str:
    return f' title="{safe(cell.note)}"' if cell.note else ""
