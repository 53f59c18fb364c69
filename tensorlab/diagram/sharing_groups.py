"""Which objects share bytes with which: a table of the groups, the bytes that prove it, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.retention import what
from tensorlab.diagram.sections import section
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.sharing_groups.record import SharingGroup, SharingMap
    from tensorlab.scene.record import Element

MOST_GROUPS = 16
MOST_MEMBERS = 10
MOST_PAIRS = 6
MOST_ALONE = 12
_HEAD = ("group", "name", "what", "bytes in the group", "on")


def sharing_scene(sharing: SharingMap) -> Group:
    """The picture: the groups with their members, a byte for each proof, who shares with none, what is unknown."""
    words = f"{counted(sharing.count, 'object')}: {counted(len(sharing.groups), 'group')} that share bytes"
    children: list[Element] = [Text((Span(f"{words}, {len(sharing.alone):,} alone", "strong"),))]
    if sharing.groups:
        children.append(Table(_HEAD, _rows(sharing)))
        children += section(_proofs(sharing))
    children += section(_rest(sharing))
    return Group(tuple(children), title="who shares bytes with whom")


def _rows(sharing: SharingMap) -> tuple[tuple[Cell, ...], ...]:
    rows = [row for n, group in enumerate(sharing.groups[:MOST_GROUPS], 1) for row in _group_rows(n, group)]
    more = len(sharing.groups) - MOST_GROUPS
    if more > 0:
        rows.append(_row("…", f"{counted(more, 'more group')}"))
    return tuple(rows)


def _group_rows(number: int, group: SharingGroup) -> list[tuple[Cell, ...]]:
    rows = []
    for n, (name, memory) in enumerate(group.members[:MOST_MEMBERS]):
        size = f"{'' if group.exact else 'at most '}{Quantity(group.nbytes, 'B')}" if n == 0 else ""
        rows.append(_row(str(number) if n == 0 else "", name, what(memory), size, _device(memory)))
    if len(group.members) > MOST_MEMBERS:
        rows.append(_row("", f"… {len(group.members) - MOST_MEMBERS:,} more"))
    return rows


def _device(memory: MemoryMap) -> str:
    return "" if memory.storage is None else memory.storage.device


def _row(number: str, name: str, kind: str = "", size: str = "", device: str = "") -> tuple[Cell, ...]:
    return (
        Cell(Span(number, "dim")),
        Cell(Span(name, "strong")),
        Cell(Span(kind)),
        Cell(Span(size), right=True),
        Cell(Span(device)),
    )


def _proofs(sharing: SharingMap) -> list[Text]:
    lines = []
    for number, group in enumerate(sharing.groups[:MOST_GROUPS], 1):
        pairs = "; ".join(map(str, group.pairs[:MOST_PAIRS]))
        more = len(group.pairs) - MOST_PAIRS
        lines.append(
            Text((Span(f"{number}  ", "dim"), Span(f"one byte each: {pairs}{f'; {more:,} more' if more > 0 else ''}")))
        )
    return lines


def _rest(sharing: SharingMap) -> list[Text]:
    lines = []
    if sharing.alone:
        more = len(sharing.alone) - MOST_ALONE
        names = ", ".join(sharing.alone[:MOST_ALONE]) + (f" and {more:,} more" if more > 0 else "")
        lines.append(Text((Span("alone: ", "dim"), Span(names))))
    lines += [Text((Span(str(pair), "unknown"),)) for pair in sharing.unknown[:MOST_PAIRS]]
    more = len(sharing.unknown) - MOST_PAIRS + sharing.unchecked
    if sharing.unchecked or more > 0:
        lines.append(Text((Span(f"{counted(more, 'more pair')} of which it is not known", "unknown"),)))
    if sharing.skipped:
        lines.append(Text((Span(f"{counted(sharing.skipped, 'other object')} passed by", "dim"),)))
    return lines
