"""Autograd graphs as columns of integers: nodes, edges, what each node saved; no tensor and no node is kept alive."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import gt
from typing import Literal

from tensorlab.autograd.columns import check_lengths, check_places
from tensorlab.autograd.ledger.counting import count
from tensorlab.autograd.ledger.record import Ledger
from tensorlab.autograd.saved.record import Column, Known, Owner, Saved, SavedColumns
from tensorlab.errors import LayoutError, OutOfBoundsError

__all__ = ["Column", "Graph", "Known", "Ledger", "Meta", "Node", "Owner", "Role", "Saved", "SavedColumns"]

Role = Literal["op", "leaf", "custom", "copy-slices", "as-strided", "checkpoint", "compiled"]
"""What a node is: an operator of torch's; the place where a leaf's gradient is added up; a custom Function; an in-place
write to a view; the view of a tensor that was written through another; a checkpoint; a compiled piece."""

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
    places: tuple[tuple[str, str], ...] = ()
    """Different places where nodes were made, as far as a recording saw it: module and line."""
    made: Column = field(default_factory=lambda: array("q"))
    """Of each node, its place in ``places``, -1 where it is not known. Empty: none is."""
    remarks: tuple[str, ...] = ()
    """What is special about the whole, in words: of the tensors that were given, of what was freed."""
    checked: tuple[tuple[object, object], ...] = field(
        default=(), compare=False, repr=False, metadata={"transient": True}
    )
    """Columns whose numbers were looked at, with what those are places in: a copy of them does not look again."""

    def __post_init__(self) -> None:
        if len(self.edges) % 4:
            raise LayoutError(f"an edge is four integers; got {len(self.edges)} of them")
        self._check_nodes()
        if self._is_new(self.edges, self.kinds):
            sources, targets = self.edges[::4], self.edges[2::4]
            if not all(map(gt, sources, targets)):
                raise LayoutError("edges lead from higher numbers of nodes to lower ones; got one that does not")
            ends = array("q", [max(sources, default=0), min(targets, default=0)])
            check_places("edges", ends, max(len(self), 1))
        if isinstance(self.slots, SavedColumns) and self._is_new(self.slots, self.kinds):
            check_places("slots.nodes", self.slots.nodes, len(self))
            check_places("slots.sources", self.slots.sources, len(self), least=-1)
        looked = ((self.kinds, self.names), (self.outputs, self.metas), (self.made, self.places))
        object.__setattr__(self, "checked", (*looked, (self.edges, self.kinds), (self.slots, self.kinds)))

    def _is_new(self, column: object, rows: object) -> bool:
        """Whether the column has not been looked at beside what its numbers are places in."""
        return not any(column is one and rows is other for one, other in self.checked)

    def _check_nodes(self) -> None:
        """Columns by node, and wherever else a number of one stands."""
        nodes = {"outputs": self.outputs, "sequences": self.sequences, "made": self.made}
        check_lengths({name: column for name, column in nodes.items() if column}, len(self), of="node")
        if self._is_new(self.kinds, self.names):
            check_places("kinds", self.kinds, len(self.names))
        if self._is_new(self.outputs, self.metas):
            check_places("outputs", self.outputs, len(self.metas))
        if self._is_new(self.made, self.places):
            check_places("made", self.made, len(self.places), least=-1)
        check_places("roots", array("q", [node for node, _ in self.roots]), len(self))
        check_places("details", array("q", self.details), len(self))
        check_places("tensors", array("q", [one.node for one in self.tensors if one.node is not None]), len(self))

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
        place = self.made[number] if self.made else -1
        module, line = self.places[place] if place >= 0 else ("", "")
        known = self.details.get(number)
        if known is not None:
            return known if known.line or not line else replace(known, module=known.module or module, line=line)
        return Node(
            number=number,
            name=self.names[self.kinds[number]],
            module=module,
            line=line,
            outputs=self.metas[self.outputs[number]] if self.outputs else (),
            sequence=None if sequence < 0 else sequence,
        )

    def notes(self) -> tuple[str, ...]:
        """All that is special, a line each: remarks on the whole, then nodes with notes by number."""
        special = sorted(number for number, node in self.details.items() if node.notes)
        told = (f"#{number} {self.details[number].name}: {'; '.join(self.details[number].notes)}" for number in special)
        return (*self.remarks, *told)

    def each_edge(self) -> Iterator[tuple[int, int, int, int]]:
        """Source, output, target, input of each edge, by source."""
        flat = iter(self.edges)
        return zip(flat, flat, flat, flat, strict=True)

    def saved(self) -> Ledger:
        """What backward keeps, slot by slot: layouts, owners, who else keeps those bytes, totals that count each once.

        Raises:
            UnsupportedError: What the nodes save was not looked at.

        >>> import torch, tensorlab
        >>> x = torch.ones(3, requires_grad=True)
        >>> print(tensorlab.graph(x.sigmoid().sum()).saved())
        slots 1 naive 12 params 0 activations 12 input 0 double-counted 0
        """
        return count(self)
