"""A live graph, read into columns: its nodes, edges, shapes, counts and what it saves; nothing of it is kept."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.autograd.asides import hooked, remarks, said
from tensorlab.autograd.kinds import Kinds
from tensorlab.autograd.leaves import Leaves
from tensorlab.autograd.provenance_of_nodes import placed
from tensorlab.autograd.record import Graph
from tensorlab.autograd.slots import SlotReader
from tensorlab.autograd.storages import Storages
from tensorlab.autograd.walking import tensors_in, walk
from tensorlab.autograd.words import worded
from tensorlab.memory.internals import without_overrides
from tensorlab.memory.naming import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from tensorlab.autograd.kinds import Kind
    from tensorlab.autograd.naming import Named
    from tensorlab.autograd.order import Row
    from tensorlab.autograd.record import Meta
    from tensorlab.autograd.walking import Walk


def capture(outputs: object, named: Sequence[Named] = (), *, saved: bool = True) -> Graph:
    """The graph behind some outputs.

    Args:
        outputs: A tensor, or tensors in lists, tuples, mappings and dataclasses.
        named: Tensors that have names.
        saved: Whether to look at what the nodes save.

    Raises:
        UnsupportedError: There is no tensor in it.

    >>> import torch
    >>> x = torch.ones(3, requires_grad=True)
    >>> print(capture((x * 2).sigmoid().sum()))
    nodes=4 edges=3
    """
    return captured(outputs, named, saved=saved)[0]


def captured(outputs: object, named: Sequence[Named] = (), *, saved: bool = True) -> tuple[Graph, list[Any]]:
    """The graph, and its nodes by number: whoever keeps those keeps what they save.

    >>> import torch
    >>> graph, nodes = captured(torch.ones(3, requires_grad=True).exp())
    >>> [node.name() for node in nodes]
    ['torch::autograd::AccumulateGrad', 'ExpBackward0']

    Raises:
        UnsupportedError: As ``capture`` does.
    """
    with without_overrides():
        tensors = tensors_in(outputs)
        found = walk(tensors.values())
        nodes = [found.nodes[place] for place in found.places]
        graph = _Reading(found, nodes, named).graph(saved=saved)
        return placed(replace(graph, remarks=(*graph.remarks, *remarks(tensors)))), nodes


class _Reading:
    """One capture while it runs."""

    def __init__(self, found: Walk, nodes: list[Any], named: Sequence[Named]) -> None:
        self.found = found
        self.nodes = nodes
        self.kinds = Kinds()
        self.each = [self.kinds.of(node) for node in nodes]
        self.storages = Storages()
        self.leaves = Leaves(nodes, self.each, named)
        self.said: dict[int, tuple[str, ...]] = {}

    def graph(self, *, saved: bool) -> Graph:
        metas, outputs = _outputs(self.nodes, self.each)
        slots = self._slots() if saved else None
        graph = Graph(
            names=tuple(self.kinds.names),
            kinds=array("q", [kind.place for kind in self.each]),
            edges=_edges(self.found.rows, self.found.places, self.found.numbers),
            roots=self.found.roots,
            details=self.leaves.details(metas, outputs),
            metas=metas,
            outputs=outputs,
            sequences=array("q", [kind.sequence(node) for kind, node in zip(self.each, self.nodes, strict=True)]),
            tensors=self.leaves.known(self.storages),
        )
        if slots is not None:
            graph = replace(graph, slots=slots.columns())
        return worded(graph, self._asides({} if slots is None else slots.packed))

    def _slots(self) -> SlotReader:
        reader = SlotReader(self.storages, self._source)
        for number, (node, kind) in enumerate(zip(self.nodes, self.each, strict=True)):
            if kind.readers or kind.hides:
                reader.read(node, number, kind)
        return reader

    def _source(self, tensor: torch.Tensor) -> int:
        """The number of the node that made it, or of the leaf that it is; -1 where it is no part of the graph."""
        node = tensor.grad_fn
        if node is None:
            return self.leaves.numbers.get(id(tensor), -1)
        place = self.found.index.get(node)
        return -1 if place is None else self.found.numbers[place]

    def _asides(self, packed: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
        """What nodes tell beyond the columns: of Python Functions, of leaves with hooks, of what hooks packed."""
        told: dict[int, tuple[str, ...]] = {number: (text,) for number, text in packed.items()}
        for number, (node, kind) in enumerate(zip(self.nodes, self.each, strict=True)):
            if kind.is_leaf or kind.is_function:
                more = hooked(self.leaves.variables[number]) if kind.is_leaf else said(node)
                if more:
                    told[number] = (*told.get(number, ()), *more)
        return told


def _edges(rows: Sequence[Row], places: Sequence[int], numbers: Sequence[int]) -> array[int]:
    flat: list[int] = []
    for number, place in enumerate(places):
        row = rows[place]
        if len(row) == 3:
            flat += (number, row[0], numbers[row[1]], row[2])
        else:
            for at in range(0, len(row), 3):
                flat += (number, row[at], numbers[row[at + 1]], row[at + 2])
    return array("q", flat)


def _outputs(nodes: Sequence[Any], kinds: Sequence[Kind]) -> tuple[tuple[tuple[Meta, ...], ...], array[int]]:
    """Different outputs, and of each node the place of its own among them."""
    known: dict[Any, int] = {}
    metas: list[tuple[Meta, ...]] = []
    column: list[int] = []
    for node, kind in zip(nodes, kinds, strict=True):
        try:
            key = tuple([(meta.dtype, *meta.shape) for meta in kind.metadata(node)])
            place = known.get(key)
        except FOREIGN:  # sizes without a value, or a nested tensor's, which has no shape
            metas.append(tuple(map(_odd_meta, kind.metadata(node))))
            column.append(len(metas) - 1)
            continue
        if place is None:
            known[key] = place = len(metas)
            metas.append(tuple((tuple(shape), str(dtype).removeprefix("torch.")) for dtype, *shape in key))
        column.append(place)
    return tuple(metas), array("q", column)


def _odd_meta(meta: Any) -> Meta:  # noqa: ANN401 - torch's own, private
    try:
        return tuple(int(size) for size in meta.shape), str(meta.dtype).removeprefix("torch.")
    except FOREIGN:
        return (), str(meta.dtype).removeprefix("torch.")
