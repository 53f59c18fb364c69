"""Scene to text: measured first, then drawn, in at most the columns that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import LayoutError
from tensorlab.render.blocks import block_lines
from tensorlab.render.palette import LOOKS
from tensorlab.render.pen import Pen
from tensorlab.render.steps import step_lines
from tensorlab.render.svg_solids import sized
from tensorlab.render.text_plot import plot_lines
from tensorlab.render.text_tree import tree_lines
from tensorlab.render.width import columns, pad
from tensorlab.scene.record import Cell, Cells, Diagram, Plot, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element, Group

LEAST_WIDTH = 20
_BETWEEN = 2


def text(scene: Element, *, width: int = 80, color: bool = False, ascii: bool = False) -> str:  # noqa: A002 - the word
    """The scene as lines of text, without a newline at the end.

    Args:
        scene: What is drawn.
        width: Columns at most, 20 or more. Numbers are not cut: a grid keeps its first column, however wide.
        color: Terminal colours. Marks say the same without them.
        ascii: Only ASCII characters.

    Raises:
        LayoutError: ``width`` is less than 20.

    >>> from tensorlab.scene.record import Cell, Span, Table
    >>> print(text(Table(("axis", "size"), ((Cell(Span("i")), Cell(Span("3"), right=True)),))))
    axis  size
    i        3
    """
    if type(width) is not int or width < LEAST_WIDTH:
        raise LayoutError(f"a picture needs {LEAST_WIDTH} columns or more; got width={width!r}")
    return "\n".join(line.rstrip() for line in _lines(scene, Pen(width, color, ascii)))


def _lines(element: Element, pen: Pen) -> list[str]:
    if isinstance(element, Text):
        return _text_lines(element.spans, pen)
    if isinstance(element, Table):
        return _table_lines(element, pen)
    if isinstance(element, Cells):
        return _cells_lines(element, pen)
    if isinstance(element, Diagram):
        return _diagram_lines(element, pen)
    if isinstance(element, Plot):
        return plot_lines(element, pen)
    return _group_lines(element, pen)


def _group_lines(group: Group, pen: Pen) -> list[str]:
    lines = [pen.paint(line, "strong") for line in wrap(pen.plain(group.title), pen.width)] if group.title else []
    previous: Element | None = None
    for child in group.children:
        if previous is not None and not (isinstance(previous, Text) and isinstance(child, Text)):
            lines.append("")
        lines += _lines(child, pen)
        previous = child
    return lines


def _diagram_lines(diagram: Diagram, pen: Pen) -> list[str]:
    title = [pen.paint(line, "strong") for line in wrap(pen.plain(diagram.title), pen.width)] if diagram.title else []
    return title + (_chain_lines(diagram, pen) if diagram.solids else tree_lines(diagram, pen))


def _chain_lines(diagram: Diagram, pen: Pen) -> list[str]:
    """Names and sizes of solids, one after another."""
    spans: list[Span] = []
    for node, sizes in zip(diagram.nodes, diagram.solids, strict=True):
        spans += [Span(" \N{RIGHTWARDS ARROW} ", "dim")] if spans else []
        spans += [Span(f"{node.span.text} ", "dim"), Span(sized(sizes), "strong")]
    return _text_lines(tuple(spans), pen)


def _text_lines(spans: tuple[Span, ...], pen: Pen) -> list[str]:
    """Words are moved to the next line, never cut; each keeps the role of its span."""
    lines, used = [""], 0
    for span in spans:
        for number, word in enumerate(pen.plain(span.text).split(" ")):
            space = " " if number and used else ""
            if used and used + len(space) + columns(word) > pen.width:
                lines, used, space = [*lines, "  "], 2, ""
            lines[-1] += space + pen.paint(word, span.role)
            used += len(space) + columns(word)
    return lines


def wrap(sentence: str, width: int) -> list[str]:
    """The words in lines of at most ``width`` columns; a word that is longer is cut.

    >>> wrap("one two three", 7), wrap("abcdef", 4), wrap("", 4)
    (['one two', 'three'], ['abcd', 'ef'], [''])
    """
    if columns(sentence) <= width:
        return [sentence]
    lines = [""]
    for word in sentence.split():
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
            continue
        lines += _pieces(word, width)
    return lines[1:] if not lines[0] and len(lines) > 1 else lines


def _pieces(word: str, width: int) -> list[str]:
    """A word cut where it leaves the width."""
    pieces, used = [""], 0
    for sign in word:
        size = columns(sign)
        if used + size > width and pieces[-1]:
            pieces.append("")
            used = 0
        pieces[-1] += sign
        used += size
    return pieces


def _flow(pieces: list[str], width: int) -> list[str]:
    """Pieces beside one another as long as they fit; one that is longer than a line is wrapped."""
    lines = wrap(pieces[0], width)
    for piece in pieces[1:]:
        if columns(lines[-1]) + 3 + columns(piece) <= width:
            lines[-1] += f"   {piece}"
        else:
            lines += wrap(piece, width)
    return lines


def _table_lines(table: Table, pen: Pen) -> list[str]:
    head = [pen.plain(word) for word in table.head]
    body = [[pen.plain(cell.span.text) for cell in row] for row in table.rows]
    natural = [min(max([columns(t) for t in column], default=0), pen.width) for column in zip(head, *body, strict=True)]
    sizes = _squeeze(natural, pen.width - _BETWEEN * (len(natural) - 1))
    lines = []
    if any(head):
        right = [all(row[n].right for row in table.rows) and bool(table.rows) for n in range(len(head))]
        heads = tuple(Cell(Span(word), right=r) for word, r in zip(head, right, strict=True))
        lines += [pen.paint(line.rstrip(), "strong") for line in _row_lines(heads, head, sizes, pen)]
    for row, texts in zip(table.rows, body, strict=True):
        lines += _row_lines(row, texts, sizes, pen)
    return lines


def _squeeze(natural: list[int], room: int) -> list[int]:
    """Column widths that fit: the widest gives way first."""
    sizes = list(natural)
    while sum(sizes) > room and max(sizes) > 1:
        sizes[sizes.index(max(sizes))] -= 1
    return sizes


def _row_lines(row: tuple[Cell, ...], texts: list[str], sizes: list[int], pen: Pen) -> list[str]:
    wrapped = [wrap(t, size) for t, size in zip(texts, sizes, strict=True)]
    lines = []
    for n in range(max(map(len, wrapped), default=0)):
        pieces = []
        for cell, parts, size in zip(row, wrapped, sizes, strict=True):
            part = parts[n] if n < len(parts) else ""
            padded = pad(part, size, right=cell.right)
            pieces.append(padded.replace(part, pen.paint(part, cell.span.role), 1) if part else padded)
        lines.append((" " * _BETWEEN).join(pieces))
    return lines


def _cells_lines(cells: Cells, pen: Pen) -> list[str]:
    lines = [pen.paint(line, "strong") for line in wrap(pen.plain(cells.title), pen.width)] if cells.title else []
    lines += step_lines(cells, pen) if cells.names else block_lines(cells, pen)
    if cells.legend:
        keys = ("n".join(LOOKS[span.role].marks) + f" {pen.plain(span.text)}" for span in cells.legend)
        lines += [pen.paint(line, "dim") for line in _flow(list(keys), pen.width)]
    return lines
