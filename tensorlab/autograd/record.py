"""Autograd graphs as columns of integers: nodes, edges, what each node saved; no tensor and no node is kept alive."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from tensorlab.errors import LayoutError, OutOfBoundsError
from tensorlab.memory.record import MemoryMap, Storage

if TYPE_CHECKING:
    Column = array[int]
else:
    Column = array  # Python 3.11 evaluates no array[int]

Role = Literal["op", "leaf", "custom", "copy-slices", "as-strided", "checkpoint", "compiled"]
"""What a node is: an operator of torch's; the place where a leaf's gradient is added up; a custom Function; an in-place
write to a view; the view of a tensor that was written through another; a checkpoint; a compiled piece."""

State = Literal["held", "freed", "packed", "unknown"]
"""Of what a node saved: it is there; backward has freed it; hooks hold it in a form of their own; it cannot be seen."""

Owner = Literal["parameter", "buffer", "input", "activation"]
"""Whose bytes a node saved."""

_STATES: tuple[State, ...] = get_args(State)

Meta = tuple[tuple[int, ...], str]
"""Shape and dtype of one output of a node's operation, as "float32"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of a graph, made on demand; ``str()`` is a line of it.

    >>> print(Node(number=4, name="MulBackward0", outputs=(((2, 3), "float32"),), module="head", line="train.py:7"))
    #4 MulBackward0 float32 (2, 3) head train.py:7
    """

    number: int
    """Its place in the graph: leaves come first, a node after all that it leads to."""
    name: str
    """As torch calls it: "MulBackward0", "AccumulateGrad"."""
    role: Role = "op"
    label: str = ""
    """Of a leaf, its qualified name: "features.0.weight"."""
    module: str = ""
    """Path of the module that it was made in, as far as that was recorded."""
    line: str = ""
    """Where it was made, as "train.py:41", as far as that was recorded."""
    outputs: tuple[Meta, ...] = ()
    """Of the operation in forward: what this node takes gradients of."""
    sequence: int | None = None
    """Autograd's own count of nodes in the thread that made it; None for a leaf."""
    notes: tuple[str, ...] = ()
    """What is special about it, in words."""

    def __str__(self) -> str:
        shapes = " ".join(f"{dtype} {shape}" for shape, dtype in self.outputs)
        return " ".join(filter(None, (f"#{self.number}", self.name, self.label, shapes, self.module, self.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One slot: a tensor that a node keeps for its backward."""

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
    """Who else holds those bytes: "parameter features.0.weight", "#7 ReluBackward0.result"."""
    storage: int | None = None
    """Slots and tensors of one graph with the same number lie in one storage; None where that is not known."""
    source: int | None = None
    """The node that made the tensor, or the leaf that it is; None where it is no part of the graph."""

    @property
    def nbytes(self) -> int:
        """Logical bytes of the tensor: elements times itemsize; 0 where there is no memory to look at."""
        found = None if self.memory is None else self.memory.nbytes
        return found or 0


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
    """Of each slot, the place of its state among held, freed, packed, unknown."""
    layouts: tuple[MemoryMap, ...] = ()
    """Different memories, each without its storage."""
    forms: Column
    """Of each slot, the place of its memory in ``layouts``; -1 where it has none."""
    storages: Column
    """Of each slot, the number of its storage in this graph; -1 where it has none."""
    sources: Column = field(default_factory=lambda: array("q"))
    """Of each slot, the node that made its tensor, or the leaf that it is; -1 for none. Empty: none is known."""
    devices: tuple[str, ...] = ()
    """Different devices."""
    places: Column = field(default_factory=lambda: array("q"))
    """Of each storage, the place of its device in ``devices``."""
    extents: Column = field(default_factory=lambda: array("q"))
    """Of each storage, its bytes; -1 where they are not known."""
    addresses: Column = field(
        default_factory=lambda: array("q"), compare=False, repr=False, metadata={"transient": True}
    )
    """Of each storage, where it lies; -1 where it has no bytes. Not stored: it differs from run to run."""

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Saved]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> Saved:
        source = self.sources[place] if self.sources else -1
        number = self.storages[place]
        return Saved(
            node=self.nodes[place],
            slot=self.words[self.names[place]],
            state=_STATES[self.states[place]],
            memory=self._memory(self.forms[place], number),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """An autograd graph in columns; ``len`` is its number of nodes.

    An edge is four integers: a node, which of its gradients goes along it, the node that gets it, and at which of that
    one's outputs. Edges lead from higher numbers to lower ones: leaves come first.

    >>> names, edges = ("AccumulateGrad", "SinBackward0"), array("q", [1, 0, 0, 0])
    >>> chain = Graph(names=names, kinds=array("q", [0, 1]), edges=edges, roots=((1, 0),))
    >>> len(chain), list(chain.each_edge()), chain.node(1).name
    (2, [(1, 0, 0, 0)], 'SinBackward0')
    >>> print(chain)
    nodes=2 edges=1
    """

    names: tuple[str, ...]
    """Different names of nodes."""
    kinds: Column
    """Of each node, the place of its name in ``names``."""
    edges: Column
    """Four integers an edge, flat: source, output, target, input."""
    roots: tuple[tuple[int, int], ...]
    """Node and output number of each tensor that was given; empty where none has a gradient."""
    details: Mapping[int, Node] = field(default_factory=dict)
    """Nodes of which more is known than the columns hold: labels of leaves, modules and lines."""
    slots: tuple[Saved, ...] | SavedColumns | None = None
    """What the nodes save; None where that was not looked at."""
    metas: tuple[tuple[Meta, ...], ...] = ()
    """Different outputs of operations: shapes and dtypes."""
    outputs: Column = field(default_factory=lambda: array("q"))
    """Of each node, the place of its outputs in ``metas``. Empty: they are not known."""
    sequences: Column = field(default_factory=lambda: array("q"))
    """Of each node, autograd's own count in its thread; -1 for a leaf. Empty: they are not known."""
    tensors: tuple[Known, ...] = ()
    """Leaves, and the parameters and buffers that were given."""

    def __post_init__(self) -> None:
        if len(self.edges) % 4:
            raise LayoutError(f"an edge is four integers; got {len(self.edges)} of them")

    def __len__(self) -> int:
        return len(self.kinds)

    def __str__(self) -> str:
        return f"nodes={len(self)} edges={len(self.edges) // 4}"

    def node(self, number: int) -> Node:
        """The node of that number.

        Raises:
            OutOfBoundsError: There is none.
        """
        if not 0 <= number < len(self):
            raise OutOfBoundsError(f"a node is one of 0 to {len(self) - 1}; got {number}")
        sequence = self.sequences[number] if self.sequences else -1
        return self.details.get(number) or Node(
            number=number,
            name=self.names[self.kinds[number]],
            outputs=self.metas[self.outputs[number]] if self.outputs else (),
            sequence=None if sequence < 0 else sequence,
        )

    def each_edge(self) -> Iterator[tuple[int, int, int, int]]:
        """Source, output, target, input of each edge, by source."""
        flat = iter(self.edges)
        return zip(flat, flat, flat, flat, strict=True)
