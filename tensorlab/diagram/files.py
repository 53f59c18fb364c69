"""How tensors lie in a file: which record, which bytes, who shares, what is dead weight."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tensorlab.diagram.retention import what
from tensorlab.diagram.sections import section
from tensorlab.layout.address import extent
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tensorlab.memory.files.record import FileRetention, Slimmed
    from tensorlab.memory.record import Doubt, Storage
    from tensorlab.memory.retention.record import Member, StorageGroup
    from tensorlab.scene.record import Element, Role

MOST_ROWS = 60
"""Tensors that have a row of their own."""
_MOST_LINES = 8
_LONGEST = 48
"""Letters of a name that is drawn; the end of it tells it apart."""
_HEAD = ("name", "what", "uses", "in the file", "record", "keeps")


def files_scene(file: FileRetention) -> Group:
    """The picture: totals, dead weight, the tensors by where they lie, who shares, doubts."""
    children: list[Element] = [Text((Span(file.totals, "strong"),))]
    children += section(_dead(file))
    groups = sorted(file.retention.groups, key=_start)
    rows = [*islice(_rows(groups, file.idle), MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        more = sum(1 for _ in _rows(groups, file.idle)) - MOST_ROWS
        rows[MOST_ROWS:] = [_row((f"… {more:,} more", "dim"))]
    if rows:
        children.append(Table(_HEAD, tuple(rows)))
    children += section(Text((Span(str(group)),)) for group in file.sharing.groups[:_MOST_LINES])
    children += section(_doubts(file))
    return Group(tuple(children), title=f"{file.path}: {file.kind}, {Quantity(file.nbytes, 'B')}")


def slimmed_scene(slimmed: Slimmed) -> Group:
    """The picture: what was written, and how large it is.

    >>> from tensorlab.memory.files.record import Slimmed
    >>> slimmed_scene(Slimmed(path="a.pt", output="b.pt", before=900, after=500)).children[0].spans[0].text
    'a.pt 900 B -> b.pt 500 B: 400 B dropped'
    """
    role: Role = "good" if slimmed.output is not None else "plain"
    return Group((Text((Span(str(slimmed), role),)),))


def _dead(file: FileRetention) -> Iterator[Text]:
    wasteful = [group for group in file.retention.groups if group.waste]
    for group in wasteful[:_MOST_LINES]:
        yield Text((Span(str(group), "bad"),))
    rest = wasteful[_MOST_LINES:]
    if rest:
        waste = Quantity(sum(group.waste for group in rest), "B")
        yield Text((Span(f"{counted(len(rest), 'more record')} with {waste} that no tensor touches", "bad"),))
    if file.dead:
        percent = f"{100 * file.dead / file.nbytes:.3g}"  # never all of it: there is a directory
        share = f"{'over 99.9' if percent == '100' else percent} % of the file"
        words = f"dead weight: {Quantity(file.dead, 'B')}, {share}"
        if file.slimmable:
            words += f"; --slim OUT drops {Quantity(file.slimmable, 'B')}"
        yield Text((Span(words, "bad"),))
    elif file.retention.count and file.retention.exact:
        yield Text((Span("no dead weight: some tensor touches every byte", "good"),))


def _start(group: StorageGroup) -> int:
    storage = group.members[0].memory.storage
    return -1 if storage is None or storage.address is None else storage.address


def _rows(groups: Iterable[StorageGroup], idle: Iterable[Storage]) -> Iterator[tuple[Cell, ...]]:
    for group in groups:
        for number, member in enumerate(group.members):
            yield _member_row(member, group if number == 0 else None)
    for record in idle:
        size = str(Quantity(record.nbytes or 0, "B"))
        yield _row(("no tensor", "bad"), "", "0 B", _span(record), _shortened(record.owner), size)


def _member_row(member: Member, group: StorageGroup | None) -> tuple[Cell, ...]:
    """The record and what it keeps stand beside the first that lies in it."""
    used = "not told" if member.used is None else f"{'' if member.exact else 'at most '}{Quantity(member.used, 'B')}"
    storage = member.memory.storage
    owner = storage.owner if storage is not None and group is not None else '"'
    kept = str(Quantity(group.kept or 0, "B")) if group is not None else ""
    return _row((_shortened(member.label), "plain"), what(member.memory), used, _place(member), _shortened(owner), kept)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"…{name[1 - _LONGEST :]}"


def _place(member: Member) -> str:
    """The first and the last byte of the file that it touches."""
    storage, layout = member.memory.storage, member.memory.layout
    if storage is None or storage.address is None:
        return ""
    if layout is None:
        return _span(storage)
    touched = extent(layout)
    return f"{storage.address + touched.start}..{storage.address + touched.stop - 1}" if touched else "no byte"


def _span(storage: Storage) -> str:
    start, size = storage.address or 0, storage.nbytes or 0
    return f"{start}..{start + size - 1}" if size else "no byte"


def _row(
    name: tuple[str, Role], kind: str = "", used: str = "", place: str = "", owner: str = "", *kept: str
) -> tuple[Cell, ...]:
    return (
        Cell(Span(*name)),
        Cell(Span(kind)),
        Cell(Span(used), right=True),
        Cell(Span(place), right=True),
        Cell(Span(owner)),
        Cell(Span("".join(kept)), right=True),
    )


def _doubts(file: FileRetention) -> Iterator[Text]:
    told = [doubt for member in _members(file) for doubt in member.memory.doubts]
    for doubt in list(dict.fromkeys([*file.doubts, *told]))[:_MOST_LINES]:
        yield from _doubt_lines(doubt)
    for member in file.retention.unplaced[:_MOST_LINES]:
        reasons = "; ".join(doubt.text for doubt in member.memory.doubts) or "the file has no bytes of it"
        yield Text((Span(f"{_shortened(member.label)}: {reasons}", "unknown"),))


def _members(file: FileRetention) -> Iterator[Member]:
    return (member for group in file.retention.groups for member in group.members)


def _doubt_lines(doubt: Doubt) -> Iterator[Text]:
    yield Text((Span(doubt.text, "unknown"),))
    if doubt.cure:
        yield Text((Span(f"cure: {doubt.cure}", "dim"),))
