"""Which bytes of each storage the tensors of an archive need, and what its pickle must say instead. Integers only."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import StoreError
from tensorlab.layout.address import extent
from tensorlab.memory.files.nodes import Node, items
from tensorlab.memory.files.rebuilding import STRIDED
from tensorlab.memory.grouping.storages import overlapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tensorlab.layout.record import Layout
    from tensorlab.memory.files.archive import Archive
    from tensorlab.memory.files.nodes import Value
    from tensorlab.memory.record import Storage


class Reference(NamedTuple):
    """A place in a pickle that refers to a storage."""

    key: str
    storage: Storage
    itemsize: int
    """Of the elements that the storage is counted in."""
    elements: int
    """How many the pickle says there are."""
    layout: Layout | None
    """Of a tensor; None for whatever needs the whole storage."""
    places: tuple[int, int, int]
    """Where the key, the count and the offset are pushed; -1 where that is not known."""

    @property
    def run(self) -> tuple[int, int]:
        """First byte of the storage that is needed, and the one behind the last."""
        if self.layout is None:
            return 0, self.storage.nbytes or 0
        touched = extent(self.layout)
        return touched.start, touched.stop


@dataclass(frozen=True, slots=True)
class Piece:
    """One trimmed storage."""

    key: str
    start: int
    """Position in the old file."""
    nbytes: int


@dataclass(frozen=True, slots=True)
class Trim:
    """What the new archive holds."""

    pieces: tuple[Piece, ...]
    """In the order in which the pickle first refers to them."""
    edits: Mapping[int, str | int]
    """What the opcode at a place of the pickle must push instead."""


def references(archive: Archive) -> list[Reference]:
    """Every place that refers to a storage, in the order of the pickle.

    Raises:
        StoreError: A tensor reaches outside its storage.
    """
    found: list[Reference] = []
    bound: dict[int, int] = {}
    for node in _nodes(archive.said.root):
        arguments = _strided_arguments(node)
        if arguments is not None:
            first = items(arguments)[0]
            bound[id(first)] = bound.get(id(first), 0) + 1
            found.append(_of_tensor(archive, node, arguments))
    alone = {at for at, times in bound.items() if times == 1}
    found += [_of_whole(archive, node) for node in _nodes(archive.said.root) if _stands_free(node, alone)]
    return sorted(found, key=lambda reference: reference.places)


def _stands_free(node: Node, alone: set[int]) -> bool:
    """Whether it is a storage that is not the first argument of one tensor only."""
    return node.kind == "persistent" and id(node) not in alone


def _nodes(root: Value) -> Iterator[Node]:
    """Every node that can be reached, each once."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Node) and id(node) not in seen:
            seen.add(id(node))
            yield node
            if node.kind != "persistent":
                pending += (*node.values, *node.pairs, node.arguments, node.state)


def _strided_arguments(node: Node) -> Node | None:
    """The tuple that holds a storage, an offset, a shape and strides, of a call that makes a tensor of them."""
    said = node.arguments
    if node.is_call("torch._tensor._rebuild_from_type_v2"):
        inner = items(said)
        if len(inner) < 3 or not isinstance(inner[0], Node) or inner[0].name not in STRIDED:
            return None
        said = inner[2]
    elif node.kind != "call" or node.name not in STRIDED:
        return None
    return said if isinstance(said, Node) and len(said.values) >= 4 else None


def _of_tensor(archive: Archive, node: Node, arguments: Node) -> Reference:
    call = node if node.name in STRIDED else Node("call", _inner_name(node), arguments)
    memory = archive.rebuilder.tensor(call)
    if any(doubt.code == "storage-too-small" for doubt in memory.doubts):
        raise StoreError(f"a tensor reaches outside its storage: {memory}")
    reference = _of_whole(archive, items(arguments)[0])
    offset = arguments.spans[1] if arguments.spans else -1
    places = (*reference.places[:2], offset)
    return reference._replace(layout=memory.layout if -1 not in places else None, places=places)


def _inner_name(node: Node) -> str:
    first = items(node.arguments)[0]
    assert isinstance(first, Node), "it was looked at"
    return first.name


def _of_whole(archive: Archive, value: Value) -> Reference:
    storage, kind = archive.rebuilder.storage(value)
    assert isinstance(value, Node), "a storage is a node"
    said = value.arguments
    spans = said.spans if isinstance(said, Node) else ()
    places = (spans[2], spans[4], -1) if len(spans) >= 5 else (-1, -1, -1)
    key, count = items(said)[2], items(said)[4]
    assert isinstance(key, str), "the storage was found by it"
    assert isinstance(count, int), "the storage was measured with it"
    return Reference(key, storage, kind.itemsize, count, None, places)


def trim(references: Sequence[Reference]) -> Trim:
    """Each group of overlapping extents as a storage of its own.

    A group keeps the key of its storage where it holds the first reference to it, since that is where a pickler keeps
    the key for later; others have new ones. Tensors without elements go with the first group.
    """
    by_key: dict[str, list[Reference]] = {}
    for reference in references:
        by_key.setdefault(reference.key, []).append(reference)
    fresh = _fresh_keys(by_key)
    found: list[tuple[tuple[int, ...], Piece]] = []
    edits: dict[int, str | int] = {}
    for key, those in by_key.items():
        for number, (group, start, stop) in enumerate(_groups(those)):
            name = key if number == 0 else next(fresh)
            place = min(reference.places for reference in group)
            found.append((place, Piece(name, (those[0].storage.address or 0) + start, stop - start)))
            for reference in group:
                _edit(edits, reference, Piece(name, start, stop - start))
    return Trim(tuple(piece for _, piece in sorted(found, key=lambda each: each[0])), edits)


def _fresh_keys(taken: Mapping[str, object]) -> Iterator[str]:
    number = len(taken)
    while True:
        if str(number) not in taken:
            yield str(number)
        number += 1


def _groups(those: Sequence[Reference]) -> list[tuple[list[Reference], int, int]]:
    """References to one storage in groups, each with the bytes that it needs, in the order of the pickle."""
    nbytes = those[0].storage.nbytes or 0
    runs = [(*reference.run, n) for n, reference in enumerate(those)]
    clusters = overlapping(run for run in runs if run[1] > run[0])
    groups = [[those[n] for n in sorted(cluster)] for cluster in clusters] or [[]]
    if sum(_bounds(group, nbytes)[1] - _bounds(group, nbytes)[0] for group in groups) >= nbytes:
        return [(list(those), 0, nbytes)]  # nothing of it is dead: it stays one
    groups[0] += [those[n] for start, stop, n in runs if start == stop]
    groups.sort(key=lambda group: min(reference.places for reference in group))
    return [(group, *_bounds(group, nbytes)) for group in groups]


def _bounds(group: Sequence[Reference], nbytes: int) -> tuple[int, int]:
    """The bytes from the first to the last that is needed, so that offsets and counts stay whole numbers."""
    needed = [reference for reference in group if reference.run[0] < reference.run[1]]
    if not needed:
        return 0, 0
    unit = lcm(*(max(size, 1) for reference in group for size in _sizes(reference)))
    start = min(reference.run[0] for reference in needed) // unit * unit
    length = max(reference.run[1] for reference in needed) - start
    count = lcm(*(reference.itemsize for reference in group))
    stop = start + -(-length // count) * count
    return (start, stop) if stop <= nbytes else (0, nbytes)


def _sizes(reference: Reference) -> tuple[int, int]:
    return reference.itemsize, reference.layout.itemsize if reference.layout is not None else 1


def _edit(edits: dict[int, str | int], reference: Reference, piece: Piece) -> None:
    """What the pickle must say of one reference; ``piece.start`` counts from the old storage's first byte."""
    changes: list[tuple[int, str | int]] = []
    if piece.key != reference.key:
        changes.append((reference.places[0], piece.key))
    if piece.nbytes // reference.itemsize != reference.elements:
        changes.append((reference.places[1], piece.nbytes // reference.itemsize))
    layout = reference.layout
    if layout is not None and layout.itemsize:
        changes += _moved(reference.places[2], layout, piece, reference.storage.nbytes or 0)
    for place, value in changes:
        if place < 0 or edits.get(place, value) != value:
            raise StoreError("its pickle refers to one storage in a way that is not followed")
        edits[place] = value


def _moved(place: int, layout: Layout, piece: Piece, before: int) -> list[tuple[int, str | int]]:
    """The offset where it changes; of a tensor without elements it is 0 in any storage that was cut."""
    offset = layout.offset - piece.start
    if 0 in layout.shape:
        offset = 0 if piece.nbytes != before else layout.offset
    return [] if offset == layout.offset else [(place, offset // layout.itemsize)]
