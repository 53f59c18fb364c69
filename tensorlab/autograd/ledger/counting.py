"""The ledger of a graph: every slot with its owner and who else keeps its storage, each byte counted once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.autograd.ledger.owners import owners_of
from tensorlab.autograd.ledger.pieces import fresh_bytes
from tensorlab.autograd.ledger.record import Ledger
from tensorlab.errors import UnsupportedError
from tensorlab.layout.record import Layout
from tensorlab.memory.grouping.storages import by_storage
from tensorlab.memory.totals import leaves, unique_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tensorlab.autograd.record import Graph
    from tensorlab.autograd.saved.record import Owner, Saved
    from tensorlab.memory.record import MemoryMap, Storage

_MOST_HOLDERS = 6
"""Of a slot that are told by name."""
_KEPT_BY_OTHERS = frozenset({"parameter", "buffer", "input"})
_SHOWN = frozenset({"held", "ctx"})
"""States of slots whose memory can be looked at, and is theirs."""


class _Piece(NamedTuple):
    """One run of memory that a slot keeps: its tensor, or a component of it."""

    slot: int
    memory: MemoryMap
    storage: Storage


def count(graph: Graph) -> Ledger:
    """The ledger of what the nodes of a graph save.

    Raises:
        UnsupportedError: What they save was not looked at.
    """
    if graph.slots is None:
        raise UnsupportedError(
            "this graph does not know what its nodes save", hint="tensorlab.graph(loss) looks at it; capture it anew"
        )
    slots = tuple(graph.slots)
    pieces = list(_pieces(slots))
    clusters = by_storage([piece.storage for piece in pieces])
    groups = _groups(slots, pieces, clusters)
    owners = owners_of(graph, groups, slots)
    fresh = _fresh(slots, pieces, clusters)
    holders = _Holders(graph, slots, groups)
    told = tuple(_told(graph, saved, owners[n], fresh[n], holders.of(n)) for n, saved in enumerate(slots))
    counted = [piece for piece in pieces if slots[piece.slot].state == "held"]
    mine = [piece.storage for piece in counted if owners[piece.slot] not in _KEPT_BY_OTHERS]
    return Ledger(
        slots=told,
        nodes=len(graph),
        edges=len(graph.edges) // 4,
        retained=unique_bytes(piece.storage for piece in counted),
        freeable=unique_bytes(mine),
    )


def _told(graph: Graph, saved: Saved, owner: Owner | None, fresh: int, holders: tuple[str, ...]) -> Saved:
    node = graph.node(saved.node)
    return replace(
        saved,
        memory=_nameless(saved.memory),
        owner=owner if saved.state in _SHOWN else None,
        fresh=fresh,
        holders=holders,
        name=node.name.rpartition("::")[2],
        module=node.module,
        line=node.line,
    )


def _nameless(memory: MemoryMap | None) -> MemoryMap | None:
    """The memory less its address, which differs from run to run: ``Saved.storage`` numbers the storages."""
    if memory is None or memory.storage is None or memory.storage.address is None:
        return memory
    return replace(memory, storage=replace(memory.storage, address=None))


def _pieces(slots: Sequence[Saved]) -> Iterable[_Piece]:
    """What hooks packed is theirs: it is no memory that a slot shares."""
    for n, saved in enumerate(slots):
        if saved.memory is not None and saved.state in _SHOWN:
            for _, memory in leaves(saved.memory):
                if memory.storage is not None:
                    yield _Piece(n, memory, memory.storage)


def _groups(slots: Sequence[Saved], pieces: Sequence[_Piece], clusters: Sequence[Sequence[int]]) -> list[list[int]]:
    """Slots that share memory, each in one group; a slot without any is alone."""
    home: dict[int, int] = {}
    joined: defaultdict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        for slot in dict.fromkeys(pieces[n].slot for n in cluster):
            joined[home.setdefault(slot, number)].append(slot)
    groups = [list(dict.fromkeys(group)) for group in joined.values()]
    return groups + [[n] for n in range(len(slots)) if n not in home]


def _fresh(slots: Sequence[Saved], pieces: Sequence[_Piece], clusters: Sequence[Sequence[int]]) -> list[int]:
    """Of each slot, the bytes that no slot before it keeps."""
    found = [0] * len(slots)
    placed = {piece.slot for piece in pieces}
    for n, saved in enumerate(slots):
        if n not in placed and saved.state == "held":
            found[n] = saved.nbytes
    for cluster in clusters:
        together = [pieces[n] for n in sorted(cluster, key=lambda n: pieces[n].slot)]
        together = [piece for piece in together if slots[piece.slot].state == "held"]
        runs = [(piece.storage.address or 0, _layout(piece)) for piece in together]
        for piece, size in zip(together, fresh_bytes(runs), strict=True):
            found[piece.slot] += size
    return found


def _layout(piece: _Piece) -> Layout:
    """One without strides covers its storage, as far as that is known."""
    if piece.memory.layout is not None:
        return piece.memory.layout
    return Layout((piece.storage.nbytes or 0,), (1,))


class _Holders:
    """Who else keeps the storage of a slot."""

    def __init__(self, graph: Graph, slots: Sequence[Saved], groups: Sequence[Sequence[int]]) -> None:
        self._graph, self._slots = graph, slots
        self._group = {n: group for group in groups for n in group}
        self._known: defaultdict[int, list[str]] = defaultdict(list)
        for tensor in graph.tensors:
            if tensor.storage is not None:
                self._known[tensor.storage].append(f"{tensor.owner} {tensor.name}".strip())

    def of(self, slot: int) -> tuple[str, ...]:
        """Known tensors first, then other slots, the first few of them."""
        group = self._group[slot]
        storages = dict.fromkeys(self._slots[n].storage for n in group[:_MOST_HOLDERS])
        names = [name for storage in storages if storage is not None for name in self._known.get(storage, ())]
        others = [n for n in group[: _MOST_HOLDERS + 1] if n != slot][:_MOST_HOLDERS]
        told = [self._label(n) for n in others]
        rest = len(group) - 1 - len(others)
        return (*names, *told, *([f"{rest:,} more"] if rest > 0 else []))

    def _label(self, slot: int) -> str:
        saved = self._slots[slot]
        kind = self._graph.names[self._graph.kinds[saved.node]].rpartition("::")[2]
        return f"#{saved.node} {kind}{'.' if saved.slot else ''}{saved.slot}"
