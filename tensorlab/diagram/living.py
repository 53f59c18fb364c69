"""The live tensors of a process, and what changed between two points: by who refers to them, the most bytes first."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tensorlab.diagram.retention import what
from tensorlab.memory.totals import leaves, unique_bytes
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.memory.living.record import Live, LiveChange, LiveTensor
    from tensorlab.memory.record import Storage
    from tensorlab.scene.record import Element

MOST_STORAGES = 20
MOST_HOLDERS = 20
MOST_NAMES = 3
"""Tensors of a storage that are named."""
_NUMBER = re.compile(r"\[\d+\]")
_UNSEEN = "not seen: what only C++ holds, such as tensors that an autograd graph saved"


class Changed(Protocol):
    """What a block of ``with tensorlab.live()`` binds."""

    @property
    def change(self) -> LiveChange:
        """What changed."""


class _Holder(NamedTuple):
    """Tensors that are held in the same way."""

    words: str
    tensors: list[LiveTensor]
    nbytes: int


def live_scene(live: Live) -> Group:
    """The picture of one point in time: totals, devices, the storages with who refers to them."""
    first, *rest = str(live).split("\n")
    children: list[Element] = [Group((Text((Span(first, "strong"),)), *(Text((Span(line),)) for line in rest)))]
    if live.tensors:
        children.append(Table(("storage", "on", "tensor", "referred to by"), tuple(_storage_rows(live))))
    children.append(Text((Span(_UNSEEN, "dim"),)))
    return Group(tuple(children), title="live tensors")


def before_after_scene(watched: Changed) -> Group:
    """The picture of what changed in a block."""
    return change_scene(watched.change)


def change_scene(change: LiveChange) -> Group:
    """The picture of a difference: the sentence, created and freed tensors by who refers to them."""
    first, *rest = str(change).split("\n")
    children: list[Element] = [Text((Span(first, "strong"),)), *(Text((Span(line),)) for line in rest)]
    for title, tensors in (("created", change.created), ("freed", change.freed)):
        if tensors:
            children.append(Group((_holders_table(tensors),), title=title))
    children.append(Text((Span(_UNSEEN, "dim"),)))
    return Group(tuple(children), title="what changed among the live tensors")


def _storage_rows(live: Live) -> list[tuple[Cell, ...]]:
    rows = []
    for storage in live.storages[:MOST_STORAGES]:
        size = "not known" if storage.nbytes is None else f"{Quantity(storage.nbytes, 'B')}"
        words, device = f"{size}{'' if storage.held else ' (not held)'}", storage.device
        for number in storage.members[:MOST_NAMES]:
            tensor = live.tensors[number]
            rows.append(_row(words, device, what(tensor.memory), tensor.name + _graphs([tensor])))
            words = device = ""
        if len(storage.members) > MOST_NAMES:
            rows.append(_row("", "", "", f"… {counted(len(storage.members) - MOST_NAMES, 'more tensor')}"))
    rest = live.storages[MOST_STORAGES:]
    if rest:
        hidden = Quantity(sum(storage.nbytes or 0 for storage in rest if storage.held), "B")
        rows.append(_row(str(hidden), "", "", f"… {counted(len(rest), 'more storage')}"))
    return rows


def _holders_table(tensors: Sequence[LiveTensor]) -> Table:
    holders = sorted(_holders(tensors), key=lambda holder: -holder.nbytes)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(Span(counted(len(holder.tensors), "tensor")), right=True),
            Cell(Span(Quantity(holder.nbytes, "B")), right=True),
            Cell(Span(what(holder.tensors[0].memory) + (", …" if len(holder.tensors) > 1 else ""))),
            Cell(Span(holder.words + _graphs(holder.tensors))),
        )
        for holder in holders[:MOST_HOLDERS]
    ]
    if len(holders) > MOST_HOLDERS:
        more = sum(len(holder.tensors) for holder in holders[MOST_HOLDERS:])
        rows.append(
            (Cell(Span(counted(more, "tensor")), right=True), *(Cell(Span(w)) for w in ("", "", "… elsewhere")))
        )
    return Table(("how many", "their storages", "tensor", "referred to by"), tuple(rows))


def _graphs(tensors: Sequence[LiveTensor]) -> str:
    count = sum(tensor.graph for tensor in tensors)
    return f" ({count:,} with grad_fn)" if count > 1 else " (with grad_fn)" if count else ""


def _holders(tensors: Iterable[LiveTensor]) -> list[_Holder]:
    """Tensors whose names differ in numbers alone are held in the same way: a list that grows."""
    together: defaultdict[str, list[LiveTensor]] = defaultdict(list)
    for tensor in tensors:
        together[_NUMBER.sub("[*]", tensor.name)].append(tensor)
    return [
        _Holder(words if len(found) > 1 else found[0].name, found, unique_bytes(_storages(found)))
        for words, found in together.items()
    ]


def _storages(tensors: Iterable[LiveTensor]) -> list[Storage]:
    found = (leaf.storage for tensor in tensors for _, leaf in leaves(tensor.memory))
    return [storage for storage in found if storage is not None and storage.address is not None]


def _row(*words: str) -> tuple[Cell, ...]:
    return (Cell(Span(words[0]), right=True), *(Cell(Span(word)) for word in words[1:]))
