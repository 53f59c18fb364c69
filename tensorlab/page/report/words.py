"""Pieces of HTML: tables that can be sorted, lists of facts. Everything that comes from a file is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Entry(NamedTuple):
    """What stands in a cell."""

    text: str
    order: float | None = None
    """What the column is sorted by; None for the text."""
    note: str = ""
    """Shown when it is pointed at."""
    kind: str = ""
    """A class of the style: "good", "bad", "dim"."""
    left: bool = False
    """Whether it stands on the left although it has a number."""
    span: int = 1
    """Columns that it takes."""


def cell(entry: Entry) -> str:
    """The cell, a number with what it is sorted by.

    >>> cell(Entry("1.50 µs", 1.5e-6)), cell(Entry("<b>"))
    ('<td class="n" data-v="1.5e-06">1.50 µs</td>', '<td>&lt;b&gt;</td>')
    """
    right = "n" if entry.order is not None and not entry.left else ""
    kind = " ".join(filter(None, (right, entry.kind)))
    parts = [f' class="{kind}"'] if kind else []
    parts += [f' colspan="{entry.span}"'] if entry.span > 1 else []
    parts += [f' data-v="{entry.order:.6g}"'] if entry.order is not None else []
    parts += [f' title="{escape(entry.note)}"'] if entry.note else []
    return f"<td{''.join(parts)}>{escape(entry.text)}</td>"


def table(head: Sequence[str], rows: Iterable[Sequence[Entry]], *, caption: str = "") -> str:
    """A table whose columns are sorted by a click on their head; a head that ends in a space is of numbers."""
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>\n" for row in rows)
    return f'<div class="wide"><table class="sortable">{told}{heads(head)}<tbody>\n{body}</tbody></table></div>'


def heads(names: Sequence[str]) -> str:
    """The row of heads; a name that ends in a space is of a column of numbers.

    >>> heads(("size ", "library"))
    '<thead><tr><th scope="col" class="n">size</th><th scope="col">library</th></tr></thead>'
    """
    kinds = (' class="n"' if name.endswith(" ") else "" for name in names)
    told = (f'<th scope="col"{kind}>{escape(name.strip())}</th>' for kind, name in zip(kinds, names, strict=True))
    return f"<thead><tr>{''.join(told)}</tr></thead>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and what they are, in two columns; what is empty is left out.

    >>> facts([("CPU", "a & b"), ("nothing", "")])
    '<dl class="facts"><dt>CPU</dt><dd>a &amp; b</dd></dl>'
    """
    told = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs if value)
    return f'<dl class="facts">{"".join(told)}</dl>'


def paragraphs(lines: Iterable[str], kind: str = "note") -> str:
    """Each line as a paragraph of a class."""
    return "".join(f'<p class="{kind}">{escape(line)}</p>' for line in lines)
