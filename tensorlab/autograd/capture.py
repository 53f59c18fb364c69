"""A live graph, read into columns: its nodes, edges, shapes, counts and what it saves; nothing of it is kept."""

from __future__ import annotations

import gc
from array import array
from contextlib import contextmanager
from dataclasses import replace
from itertools import compress, count
from typing import TYPE_CHECKING, Any

from tensorlab.autograd.asides import hooked, remarks, said
from tensorlab.autograd.kinds import Kinds
from tensorlab.autograd.leaves import Leaves
from tensorlab.autograd.outputs import Outputs, put
from tensorlab.autograd.provenance_of_nodes import placed
from tensorlab.autograd.record import Graph
from tensorlab.autograd.saved.recorded import recorded
from tensorlab.autograd.slots import SlotReader
from tensorlab.autograd.storages import Storages
from tensorlab.autograd.walking import tensors_in, walk
from tensorlab.autograd.words import worded
from tensorlab.memory.internals import without_overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import torch

    from tensorlab.autograd.kinds import Kind
    from tensorlab.autograd.naming import Named
    from tensorlab.autograd.order import Row
    from tensorlab.autograd.walking import Walk

_TOGETHER = 512
"""Nodes that are read in one go: what is asked of them fits a cache, and what is made of each batch is paid once."""


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
    with without_overrides(), _no_collection():
        tensors = tensors_in(outputs)
        found = walk(tensors.values())
        nodes = list(map(found.nodes.__getitem__, found.places))
        reading = _Reading(found, nodes, named)
        graph = reading.graph(saved=saved)
        graph = replace(graph, remarks=(*graph.remarks, *remarks(tensors)))
        starts = [tensor for tensor in tensors.values() if tensor.requires_grad]
        return placed(graph, starts, reading.leaves.variables), nodes


@contextmanager
def _no_collection() -> Iterator[None]:
    """A context without garbage collections: many objects are made and none is garbage, so each would find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reading:
    """One capture while it runs."""

    def __init__(self, found: Walk, nodes: list[Any], named: Sequence[Named]) -> None:
        self.found = found
        self.nodes = nodes
        self.kinds = Kinds()
        self.each = self.kinds.numbers(nodes)
        self.storages = Storages()
        self.outputs = Outputs(len(nodes))
        self.sequences = [-1] * len(nodes)
        self.leaves = Leaves(self._those(lambda kind: kind.is_leaf), named)

    def graph(self, *, saved: bool) -> Graph:
        slots = SlotReader(self.storages, self._sources, self.outputs) if saved else None
        for start in range(0, len(self.nodes), _TOGETHER):
            groups = self._groups(start)
            if slots is not None:
                self._read_slots(groups, slots)
            self._read(groups)
        names = [kind.place for kind in self.kinds.made]
        metas, outputs = self.outputs.columns()
        graph = Graph(
            names=tuple(self.kinds.names),
            kinds=array("q", list(map(names.__getitem__, self.each))),
            edges=_edges(self.found.rows, self.found.places, self.found.numbers),
            roots=self.found.roots,
            details=self.leaves.details(metas, outputs),
            metas=metas,
            outputs=outputs,
            sequences=array("q", self.sequences),
            tensors=self.leaves.known(self.storages),
        )
        if slots is not None:
            graph = replace(graph, slots=recorded(slots.columns(), self.storages.held, self.sequences))
        return worded(graph, self._asides({} if slots is None else slots.packed))

    def _read_slots(self, groups: Mapping[int, Sequence[int]], slots: SlotReader) -> None:
        """What some nodes save, those of one kind together."""
        for place, numbers in groups.items():
            slots.read(self.kinds.made[place], numbers, list(map(self.nodes.__getitem__, numbers)))
        slots.flush()

    def _read(self, groups: Mapping[int, Sequence[int]]) -> None:
        """What some nodes gave, as far as their slots have not told it, and their sequence numbers."""
        for place, numbers in groups.items():
            kind, nodes = self.kinds.made[place], list(map(self.nodes.__getitem__, numbers))
            self.outputs.read(kind, numbers, nodes)
            if not kind.is_leaf:
                put(self.sequences, numbers, list(map(kind.sequence, nodes)))

    def _groups(self, start: int) -> Mapping[int, Sequence[int]]:
        """Numbers of nodes by kind."""
        kinds = self.each[start : start + _TOGETHER]
        if len(set(kinds)) == 1:
            return {kinds[0]: range(start, start + len(kinds))}
        groups: dict[int, list[int]] = {}
        for number, kind in enumerate(kinds, start):
            groups.setdefault(kind, []).append(number)
        return groups

    def _sources(self, tensors: Sequence[torch.Tensor], makers: Sequence[Any]) -> list[int]:
        """The nodes that made the tensors, or the leaves that they are; -1 for what is no part of the graph."""
        places = list(map(self.found.place_of.get, makers))
        numbers, leaves = self.found.numbers, self.leaves.numbers
        if None not in places:
            return list(map(numbers.__getitem__, places))  # type: ignore[arg-type]  # as was just looked at
        return [
            leaves.get(id(tensor), -1) if place is None else numbers[place]
            for tensor, place in zip(tensors, places, strict=True)
        ]

    def _those(self, wanted: Callable[[Kind], bool]) -> dict[int, Any]:
        """The nodes of some kinds, by number."""
        kinds = {place for place, kind in enumerate(self.kinds.made) if wanted(kind)}
        if not kinds:
            return {}
        return {number: self.nodes[number] for number in compress(count(), map(kinds.__contains__, self.each))}

    def _asides(self, packed: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
        """What nodes tell beyond the columns: what hooks packed, tensors on ctx, hooks of leaves."""
        told: dict[int, tuple[str, ...]] = {number: (text,) for number, text in packed.items()}
        more = {number: said(node) for number, node in self._those(lambda kind: kind.is_function).items()}
        more |= {number: hooked(variable) for number, variable in self.leaves.variables.items()}
        return told | {number: (*told.get(number, ()), *texts) for number, texts in more.items() if texts}


def _edges(rows: Sequence[Row], places: Sequence[int], numbers: Sequence[int]) -> array[int]:
    """The edges by number of their source, flat."""
    flat: list[int] = []
    for number, row in enumerate(map(rows.__getitem__, places)):
        if len(row) == 3:
            output, target, at = row
            flat += (number, output, numbers[target], at)
        else:
            for output, target, at in zip(row[::3], row[1::3], row[2::3], strict=True):
                flat += (number, output, numbers[target], at)
    return array("q", flat)
