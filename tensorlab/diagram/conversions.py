"""A table of conversions: what each function makes of each source, and what goes wrong without a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.conversions.record import Conversion, Conversions, Outcome
    from tensorlab.scene.record import Element, Role

_HEAD = ("function", "bytes", "makes", "note")
_ROLES: dict[Outcome, Role] = {"shares": "used", "copies": "plain", "dies": "bad", "hangs": "bad", "refuses": "dim"}
_MOST = 72
"""Characters of a library's words that are drawn."""
_NOTES = {
    "read-only": "read-only is lost",
    "strides": "other strides",
    "values": "other values",
}


def conversions_scene(found: Conversions) -> Group:
    """The picture of a table of conversions: a table for each source, then the hazards.

    >>> from tensorlab.bench.conversions.record import Conversion, Conversions
    >>> row = Conversion(source="list", call="np.array", outcome="copies", before="float", after="float64")
    >>> scene = conversions_scene(Conversions((("NumPy", "2.4.0"),), (row,)))
    >>> scene.title, scene.children[0].title
    ('1 conversion, measured with NumPy 2.4.0', 'from list (float)')
    """
    count = f"{len(found.rows)} conversion{'' if len(found.rows) == 1 else 's'}"
    libraries = ", ".join(f"{name} {version}" for name, version in found.versions)
    children: list[Element] = [
        _source_table([row for row in found.rows if row.source == source])
        for source in dict.fromkeys(row.source for row in found.rows)
    ]
    if found.hazards:
        lines = tuple(Text((Span(line),)) for line in found.hazards)
        children.append(Group(lines, title="hazards: what goes wrong, some of it without a word"))
    return Group(tuple(children), title=f"{count}, measured with {libraries}")


def _source_table(rows: list[Conversion]) -> Group:
    before = f" ({rows[0].before})" if rows[0].before else ""
    return Group((Table(_HEAD, tuple(map(_row, rows))),), title=f"from {rows[0].source}{before}")


def _row(row: Conversion) -> tuple[Cell, ...]:
    bad = bool(row.hazards)
    return (
        Cell(Span(row.call)),
        Cell(Span(row.outcome, "bad" if bad else _ROLES.get(row.outcome, "plain"))),
        Cell(Span(f"{row.made} {row.after}".strip() or "-")),
        Cell(Span("; ".join(_notes(row)), "bad" if bad else "plain")),
    )


def _notes(row: Conversion) -> list[str]:
    if row.reason:
        return [_brief(row.reason)]
    notes = ["other dtype"] if row.changes_dtype and not row.after.startswith("Tensor") else []
    notes += [_NOTES[loss] for loss in row.lost]
    if "read-only" in row.lost and row.written:
        notes.append("a write reaches the source")
    if row.warning:
        notes.append("warns")
    return notes


def _brief(words: str) -> str:
    """The first sentence of what a library says, or its beginning."""
    first = re.split(r"(?<=\w)[.,] |: (?=at least)", words)[0].rstrip(".")
    return first if len(first) <= _MOST else f"{first[:_MOST].rpartition(' ')[0]}…"
