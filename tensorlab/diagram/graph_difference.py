"""Two graphs side by side: sums before and after, nodes that only one has, leaves that are reached no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import listed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.autograd.difference.record import Change, Difference, Weight
    from tensorlab.scene.record import Element, Role

_ROWS = 20
_NAMES = 12


def difference_scene(found: Difference) -> Group:
    """The picture of a difference.

    >>> from tensorlab.autograd.difference.record import Difference, Weight
    >>> from tensorlab.render.text import text
    >>> one, other = Weight(nodes=2, edges=1, activations=8), Weight(nodes=3, edges=2, activations=20)
    >>> print(text(difference_scene(Difference(before=one, after=other))))
    nodes 2 -> 3 (+0 -0), edges 1 -> 2, leaves +0 -0, saved 8 B -> 20 B
    <BLANKLINE>
                   before  after  change
    nodes               2      3      +1
    edges               1      2      +1
    saved bytes       8 B   20 B   +12 B
      activations     8 B   20 B   +12 B
    """
    role: Role = "bad" if found.exceeds else "strong"
    parts: list[Element] = [Text((Span(str(found), role),)), _sums(found.before, found.after)]
    if found.added or found.removed:
        rows = [*_rows("-", "bad", found.removed), *_rows("+", "good", found.added)]
        parts.append(Table(("", "node", "module", "line"), tuple(rows)))
    for names, words in ((found.lost, "no longer reached"), (found.gained, "newly reached")):
        if names:
            parts.append(Text((Span(f"{words}: "), Span(listed(list(names), _NAMES), "strong"))))
    unseen = found.before.unseen + found.after.unseen
    if unseen:
        told = f"{found.before.unseen} slots before and {found.after.unseen} after cannot be looked at: in no sum"
        parts.append(Text((Span(told, "unknown"),)))
    return Group(tuple(parts))


def _sums(before: Weight, after: Weight) -> Table:
    """Numbers before and after; owners of bytes that neither has are not shown."""
    rows = [("nodes", before.nodes, after.nodes, ""), ("edges", before.edges, after.edges, "")]
    rows.append(("saved bytes", before.saved, after.saved, "B"))
    for name in ("activations", "parameters", "inputs", "buffers", "unclear"):
        one, other = getattr(before, name), getattr(after, name)
        if one or other:
            rows.append((f"  {name}", one, other, "B"))
    for name, words in (("double_counted", "double-counted"), ("retained", "retained")):
        one, other = getattr(before, name), getattr(after, name)
        if one or other:
            rows.append((words, one, other, "B"))
    return Table(("", "before", "after", "change"), tuple(_row(*row) for row in rows))


def _row(name: str, one: int, other: int, unit: str) -> tuple[Cell, ...]:
    change = other - one
    sign = "+" if change > 0 else "-" if change < 0 else ""
    numbers = [f"{one:,} {unit}".strip(), f"{other:,} {unit}".strip(), f"{sign}{abs(change):,} {unit}".strip()]
    return (Cell(Span(name)), *(Cell(Span(number), right=True) for number in numbers))


def _rows(sign: str, role: Role, changes: tuple[Change, ...]) -> list[tuple[Cell, ...]]:
    rows = []
    for change in changes[:_ROWS]:
        name = f"{change.name} x {change.count:,}" if change.count > 1 else change.name
        texts = (sign, name, change.module, change.line)
        rows.append(tuple(Cell(Span(words, role if n < 2 else "plain")) for n, words in enumerate(texts)))
    if len(changes) > _ROWS:
        rest = f"… {len(changes) - _ROWS:,} more kinds"
        rows.append((Cell(Span(sign, role)), Cell(Span(rest, "dim")), Cell(Span("")), Cell(Span(""))))
    return rows
