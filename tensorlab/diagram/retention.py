"""What an object or a file keeps: the waste first, then every storage with those that share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.sections import section
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.retention.record import Member, Retention, StorageGroup
    from tensorlab.scene.record import Element, Role

MOST_WARNINGS = 8
MOST_GROUPS = 24
"""Storages that have rows of their own."""
MOST_MEMBERS = 6
"""Of a storage."""
_HEAD = ("name", "what", "uses", "storage keeps", "on")


def retention_scene(retention: Retention) -> Group:
    """The picture: totals, what keeps more than it uses, the storages, the size of the file, doubts."""
    children: list[Element] = [Text((Span(retention.totals, "strong"),))]
    children += section(_warnings(retention.groups))
    if retention.groups:
        children.append(Table(_HEAD, tuple(_rows(retention.groups))))
    children += section(_notes(retention))
    return Group(tuple(children), title=f"what this {retention.subject} keeps alive")


def _warnings(groups: Sequence[StorageGroup]) -> list[Text]:
    wasteful = [group for group in groups if group.cure]
    lines = [Text((Span(str(group), "bad"),)) for group in wasteful[:MOST_WARNINGS]]
    rest = wasteful[MOST_WARNINGS:]
    if rest:
        waste = Quantity(sum(group.waste for group in rest), "B")
        lines.append(Text((Span(f"{counted(len(rest), 'more storage')} keep {waste} that nothing uses", "bad"),)))
    if groups and not wasteful and all(group.exact and group.kept is not None for group in groups):
        lines.append(Text((Span("every byte that is kept is used", "good"),)))
    return lines


def _rows(groups: Sequence[StorageGroup]) -> list[tuple[Cell, ...]]:
    if len(groups) > MOST_GROUPS:  # those that share are drawn before any that does not
        groups = sorted(groups, key=lambda group: len(group.members) == 1)
    rows = [row for group in groups[:MOST_GROUPS] for row in _group_rows(group)]
    rest = groups[MOST_GROUPS:]
    if rest:
        members = sum(len(group.members) for group in rest)
        used, kept = sum(group.used for group in rest), sum(group.kept or 0 for group in rest)
        words = f"… {counted(len(rest), 'more storage')}"
        rows.append(
            _row((words, "dim"), counted(members, "member"), str(Quantity(used, "B")), str(Quantity(kept, "B")))
        )
    return rows


def _group_rows(group: StorageGroup) -> list[tuple[Cell, ...]]:
    if len(group.members) == 1:
        return [_member_row(group.members[0], _kept(group), group.device)]
    used = f"{'' if group.exact else 'at most '}{Quantity(group.used, 'B')}"
    title = f"{counted(len(group.members), 'member')} share"
    rows = [_row((title, "strong"), "one storage", used, _kept(group), group.device)]
    rows += [_member_row(member, "", "", indent="  ") for member in group.members[:MOST_MEMBERS]]
    if len(group.members) > MOST_MEMBERS:
        rows.append(_row((f"  … {len(group.members) - MOST_MEMBERS:,} more", "dim")))
    return rows


def _kept(group: StorageGroup) -> str:
    if group.kept is None:
        return "not known"
    return f"{Quantity(group.kept, 'B')}{'' if group.held else ' (not held)'}"


def _member_row(member: Member, kept: str, device: str, *, indent: str = "") -> tuple[Cell, ...]:
    used = "not told"
    if member.used is not None:
        used = f"{'' if member.exact else 'at most '}{Quantity(member.used, 'B')}"
    return _row((f"{indent}{member.label}", "plain"), what(member.memory), used, kept, device)


def what(memory: MemoryMap) -> str:
    """What it is, shortly: dtype and shape.

    >>> from tensorlab.memory.record import MemoryMap
    >>> what(MemoryMap(type="list", library="python", shape=(2, 3), dtype=None))
    'list (2, 3)'
    """
    kind = memory.type if memory.dtype is None or memory.library == "python" else memory.dtype.name
    return f"{kind} {'of no shape' if memory.shape is None else _shape(memory.shape)}"


def _shape(shape: tuple[int | str, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _row(name: tuple[str, Role], kind: str = "", used: str = "", kept: str = "", device: str = "") -> tuple[Cell, ...]:
    return (
        Cell(Span(*name)),
        Cell(Span(kind)),
        Cell(Span(used), right=True),
        Cell(Span(kept), right=True),
        Cell(Span(device)),
    )


def _notes(retention: Retention) -> list[Text]:
    lines = []
    if retention.saved is not None:
        lines.append(Text((Span(str(retention.saved)),)))
    for doubt in retention.doubts:
        lines.append(Text((Span(doubt.text, "unknown"),)))
        if doubt.cure:
            lines.append(Text((Span(f"cure: {doubt.cure}", "dim"),)))
    if retention.skipped:
        lines.append(Text((Span(f"{counted(retention.skipped, 'other object')} passed by", "dim"),)))
    return lines
