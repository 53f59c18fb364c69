"""What nodes save, slot by slot and in columns. Nothing here refers to a tensor."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from tensorlab.autograd.columns import check_lengths, check_places
from tensorlab.layout.shapes import nbytes, numel
from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.quantity import Quantity, listed

if TYPE_CHECKING:
    Column = array[int]
else:
    Column = array  # Python 3.11 evaluates no array[int]

State = Literal["held", "freed", "packed", "unknown", "ctx", "number"]
"""Of what a node saved: it is there; backward has freed it; hooks hold it in a form of their own; it cannot be seen; it
lies on ctx beside ``save_for_backward``; it is a tensor that torch made of a Python number. No pack hook is given the
last two."""

Owner = Literal["parameter", "buffer", "input", "activation"]
"""Whose bytes a node saved."""

BESIDE: frozenset[State] = frozenset({"ctx", "number"})
"""States of what no pack hook is given: it is told apart from slots that are counted."""
_STATES: tuple[State, ...] = get_args(State)
_OWNERS: tuple[Owner, ...] = get_args(Owner)
_NAMED = 4
"""Holders in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One slot: a tensor that a node keeps for its backward; ``str()`` is a line of it.

    >>> print(Saved(node=4, slot="result", state="freed", name="SigmoidBackward0"))
    #4 SigmoidBackward0.result freed
    """

    node: int
    slot: str
    """As torch names it, without its prefix: "result", "self", "saved_tensors[0]"."""
    state: State
    memory: MemoryMap | None = None
    """Layout and storage; None where it is freed, or hooks hold what cannot be looked at."""
    owner: Owner | None = None
    """None where it is not known."""
    version: int | None = None
    """How often its memory had been written when it was saved; known only where that was recorded."""
    holders: tuple[str, ...] = ()
    """Who else keeps its storage: "parameter features.0.weight", "#7 ReluBackward0.result"."""
    storage: int | None = None
    """Slots and tensors of one graph with the same number lie in one storage; None where that is not known."""
    source: int | None = None
    """The node that made the tensor, or the leaf that it is; None where it is no part of the graph."""
    name: str = ""
    """Of the node, in a ledger."""
    module: str = ""
    """Of the node, as far as that was recorded."""
    line: str = ""
    """Where the node was made, as far as that was recorded."""
    fresh: int = 0
    """In a ledger: its bytes that no slot before it keeps."""

    @property
    def nbytes(self) -> int:
        """Logical bytes of the tensor: elements times itemsize; 0 where there is no memory to look at."""
        return 0 if self.memory is None else logical_bytes(self.memory)

    @property
    def label(self) -> str:
        """Node and slot in a sentence."""
        return f"#{self.node} {self.name}{'.' if self.name and self.slot else ''}{self.slot}"

    def __str__(self) -> str:
        words = [self.label, "" if self.state == "held" else self.state]
        if self.memory is not None and self.memory.dtype is not None:
            words.append(f"{self.memory.dtype.name} {self.memory.shape} {Quantity(self.nbytes, 'B')}")
        words += [self.owner or "", "" if self.version is None else f"v{self.version}", self.module, self.line]
        told = " ".join(filter(None, words))
        return f"{told}; also kept by {listed(self.holders, _NAMED)}" if self.holders else told


def logical_bytes(memory: MemoryMap) -> int:
    """Elements times itemsize; of a tensor that is made of others (indices and values), theirs together.

    >>> from tensorlab.layout.record import Layout
    >>> logical_bytes(MemoryMap(type="x", library="torch", shape=(10,), dtype=None, layout=Layout((10,), (0,), 0, 4)))
    40
    """
    if memory.layout is not None:
        return nbytes(memory.layout)
    if memory.parts:
        return sum(logical_bytes(part) for _, part in memory.parts)
    known = memory.sizes is not None and memory.dtype is not None
    return numel(memory.sizes or ()) * memory.dtype.itemsize if known and memory.dtype is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedColumns:
    """What the nodes of a graph save, in columns by node; iterated, indexed and asked as a tuple of ``Saved`` is.

    >>> one, none = array("q", [0]), array("q", [-1])
    >>> slots = SavedColumns(nodes=array("q", [3]), words=("result",), names=one, states=one, forms=none, storages=none)
    >>> len(slots), slots[0].node, slots[0].slot, [saved.state for saved in slots.of(3)], list(slots.of(4))
    (1, 3, 'result', ['held'], [])
    """

    nodes: Column
    """Of each slot, the node that keeps it; ascending."""
    words: tuple[str, ...]
    """Different names of slots."""
    names: Column
    """Of each slot, the place of its name in ``words``."""
    states: Column
    """Of each slot, the place of its state in ``State``."""
    layouts: tuple[MemoryMap, ...] = ()
    """Different memories, each without its storage."""
    forms: Column
    """Of each slot, the place of its memory in ``layouts``; -1 where it has none."""
    storages: Column
    """Of each slot, the number of its storage in this graph; -1 where it has none."""
    sources: Column = field(default_factory=lambda: array("q"))
    """Of each slot, the node that made its tensor, or the leaf that it is; -1 for none. Empty: none is known."""
    versions: Column = field(default_factory=lambda: array("q"))
    """Of each slot, how often its memory has been written by now; -1 where that is not known. Empty: none is."""
    then: Column = field(default_factory=lambda: array("q"))
    """The same when it was saved, as a recording saw it."""
    devices: tuple[str, ...] = ()
    """Different devices."""
    places: Column = field(default_factory=lambda: array("q"))
    """Of each storage, the place of its device in ``devices``."""
    extents: Column = field(default_factory=lambda: array("q"))
    """Of each storage, its bytes; -1 where they are not known."""
    owners: Column = field(default_factory=lambda: array("q"))
    """Of each storage, the place of its owner among parameter, buffer, input, activation, as a recording saw it; -1
    where none did. Empty: nothing was recorded."""
    addresses: Column = field(
        default_factory=lambda: array("q"), compare=False, repr=False, metadata={"transient": True}
    )
    """Of each storage, where it lies; -1 where it has no bytes. Not stored: it differs from run to run."""

    def __post_init__(self) -> None:
        slots = {"names": self.names, "states": self.states, "forms": self.forms, "storages": self.storages}
        partly = {"sources": self.sources, "versions": self.versions}
        check_lengths(slots | {name: column for name, column in partly.items() if column}, len(self), of="slot")
        check_places("slots.names", self.names, len(self.words))
        check_places("slots.states", self.states, len(_STATES))
        check_places("slots.forms", self.forms, len(self.layouts), least=-1)
        check_places("slots.storages", self.storages, len(self.places), least=-1)
        partly = {"owners": self.owners, "addresses": self.addresses}
        storages = {"extents": self.extents} | {name: column for name, column in partly.items() if column}
        check_lengths(storages, len(self.places), of="storage")
        check_places("slots.places", self.places, len(self.devices))
        check_places("slots.owners", self.owners, len(_OWNERS), least=-1)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Saved]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> Saved:
        source = self.sources[place] if self.sources else -1
        number = self.storages[place]
        then = self.then[place] if self.then else -1
        return Saved(
            node=self.nodes[place],
            slot=self.words[self.names[place]],
            state=_STATES[self.states[place]],
            memory=self._memory(self.forms[place], number),
            version=None if then < 0 else then,
            storage=None if number < 0 else number,
            source=None if source < 0 else source,
        )

    def of(self, node: int) -> Iterator[Saved]:
        """The slots of one node, found in the order of the column without looking at the others."""
        place = bisect_left(self.nodes, node)
        while place < len(self) and self.nodes[place] == node:
            yield self[place]
            place += 1

    def storage(self, number: int) -> Storage:
        """One storage; ``key`` is its number, also where there is no address."""
        address = self.addresses[number] if self.addresses else -1
        extent = self.extents[number]
        return Storage(
            device=self.devices[self.places[number]],
            address=None if address < 0 else address,
            nbytes=None if extent < 0 else extent,
            owner="torch",
            key=number,
        )

    def _memory(self, form: int, storage: int) -> MemoryMap | None:
        if form < 0:
            return None
        found = self.layouts[form]
        return found if storage < 0 else replace(found, storage=self.storage(storage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A tensor that is known beside the graph: a leaf of it, a parameter or a buffer that was given."""

    name: str
    """Qualified, as "features.0.weight"; tied ones joined, as "embed.weight = head.weight"; "" where it has none."""
    owner: Owner
    """"input" for a leaf that is no parameter."""
    nbytes: int
    """Logical: elements times itemsize."""
    storage: int | None = None
    """As in ``Saved``."""
    node: int | None = None
    """Of the leaf in the graph; None where the graph does not lead to it."""
