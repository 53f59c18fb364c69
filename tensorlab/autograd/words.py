"""Special nodes in words: what an in-place write, a checkpoint or a custom Function left in a graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import compress, count
from typing import TYPE_CHECKING, get_args

from tensorlab.autograd.saved.record import SavedColumns, State
from tensorlab.autograd.vocabulary import NOTES, RERUN, ROLES, bare, family
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tensorlab.autograd.record import Graph, Node

_FREED = get_args(State).index("freed")
_MOST_OUTPUTS = 8
"""Of the outputs that a graph uses, so many are named."""


def worded(graph: Graph, said: Mapping[int, tuple[str, ...]] | None = None) -> Graph:
    r"""The graph with a role and notes for each node that is special; ordinary nodes cost nothing.

    >>> from array import array
    >>> from tensorlab.autograd.record import Graph
    >>> names, edges = ("AccumulateGrad", "MulBackward0", "CopySlices"), array("q", [1, 0, 0, 0, 2, 0, 1, 0])
    >>> graph = worded(Graph(names=names, kinds=array("q", [0, 1, 2]), edges=edges, roots=((2, 0),)))
    >>> print(graph.node(2).role, *graph.node(2).notes, sep="\n")
    copy-slices
    an in-place write to a view: gradient 0 goes to the base, #1 MulBackward0; the value needs none
    it hides what the write saved: those bytes are known only where they were recorded

    Args:
        graph: Any graph.
        said: What is known of some nodes beyond the columns, as sentences: tensors on ctx, hooks.
    """
    special = {place for place, name in enumerate(graph.names) if family(name) in ROLES or family(name) in NOTES}
    numbers = set(compress(count(), map(special.__contains__, graph.kinds))) if special else set()
    several = _several(graph)
    shared = _shared(graph)
    heard = said or {}
    leading = _leading(graph, {number for number in numbers if _speaks_of_edges(graph, number)})
    details = dict(graph.details)
    for number in sorted(numbers | several.keys() | shared.keys() | heard.keys()):
        node = graph.node(number)
        own = (*_edges_said(graph, node, leading.get(number, [])), *NOTES.get(family(node.name), ()))
        more = (*_outputs_said(node, several.get(number)), *_shared_said(shared.get(number, 0)), *heard.get(number, ()))
        role = "checkpoint" if RERUN in heard.get(number, ()) else ROLES.get(family(node.name), node.role)
        notes = tuple(dict.fromkeys((*node.notes, *own, *more)))
        if (role, notes) != (node.role, node.notes):
            details[number] = replace(node, role=role, notes=notes)
    return replace(graph, details=details, remarks=tuple(dict.fromkeys((*graph.remarks, *_freed_said(graph)))))


def _freed_said(graph: Graph) -> Iterator[str]:
    """That backward has freed what nodes saved."""
    slots = graph.slots
    if isinstance(slots, SavedColumns) and _FREED not in slots.states:  # most graphs
        return
    if isinstance(slots, SavedColumns):
        freed = {node for node, state in zip(slots.nodes, slots.states, strict=True) if state == _FREED}
    else:
        freed = {saved.node for saved in slots or () if saved.state == "freed"}
    if freed:
        nodes = counted(len(freed), "node")
        yield f"freed: backward has run, and what {nodes} saved is gone; a second backward raises"


def _several(graph: Graph) -> dict[int, set[int]]:
    """Nodes with several outputs, and which of these the graph uses."""
    many = {target for _, _, target, place in graph.each_edge() if place} if any(graph.edges[3::4]) else set()
    many |= {root for root, place in graph.roots if place}
    wide = {place for place, outputs in enumerate(graph.metas) if len(outputs) > 1}
    if wide:
        many |= set(compress(count(), map(wide.__contains__, graph.outputs)))
    used: dict[int, set[int]] = {number: set() for number in many}
    if many:
        for _, _, target, place in graph.each_edge():
            if target in used:
                used[target].add(place)
        for root, place in graph.roots:
            used.get(root, set()).add(place)
    return used


def _shared(graph: Graph) -> dict[int, int]:
    """Leaves that get more than one gradient, and how many."""
    leaves = {place for place, name in enumerate(graph.names) if bare(name) == "AccumulateGrad"}
    numbers = {*compress(count(), map(leaves.__contains__, graph.kinds))}
    last = max(numbers, default=-1)
    fed = Counter([target for target in graph.edges[2::4] if target <= last and target in numbers])
    return {number: times for number, times in fed.items() if times > 1}


def _speaks_of_edges(graph: Graph, number: int) -> bool:
    return bare(graph.names[graph.kinds[number]]) in {"CopySlices", "AsStridedBackward0"}


def _leading(graph: Graph, numbers: set[int]) -> dict[int, list[tuple[int, int]]]:
    """Of those nodes, each gradient and where it goes."""
    found: dict[int, list[tuple[int, int]]] = {}
    for source, output, target, _ in graph.each_edge() if numbers else ():
        if source in numbers:
            found.setdefault(source, []).append((output, target))
    return found


def _edges_said(graph: Graph, node: Node, leading: Iterable[tuple[int, int]]) -> Iterator[str]:
    name = bare(node.name)
    if name == "CopySlices":
        goes = [(output, _called(graph, target)) for output, target in leading]
        base = next((f"gradient 0 goes to the base, {target}" for output, target in goes if not output), "")
        value = " and ".join(f"gradient {output} to the value, {target}" for output, target in goes if output)
        told = f"{base or 'the base needs no gradient'}; {value or 'the value needs none'}"
        yield f"an in-place write to a view: {told}"
    elif name == "AsStridedBackward0":
        if any(bare(graph.node(target).name) == "CopySlices" for _, target in leading):
            yield "torch made this view anew, since its memory was written through a view; or as_strided was called"
        else:
            yield "as_strided was called; or torch made this view anew, since its base was written in place"


def _called(graph: Graph, number: int) -> str:
    node = graph.node(number)
    return " ".join(filter(None, (f"#{number}", bare(node.name), node.label)))


def _outputs_said(node: Node, used: set[int] | None) -> Iterator[str]:
    if used is None:
        return
    total = len(node.outputs)
    if total and len(used) == total:
        yield f"{total} outputs, all used here"
    else:
        some = f"{total} outputs" if total else "several outputs"
        yield f"{some}, of which this graph uses {_listed(sorted(used))}; the others get no gradient"


def _listed(numbers: list[int]) -> str:
    if len(numbers) > _MOST_OUTPUTS:
        return f"{len(numbers):,}"
    return " and ".join(filter(None, (", ".join(map(str, numbers[:-1])), *map(str, numbers[-1:])))) or "none"


def _shared_said(times: int) -> Iterator[str]:
    if times:
        yield f"used {times:,} times: its gradients are added up"
