"""Which nodes of two graphs are the same: those of one name, place and leaf first, then those that moved."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from tensorlab.autograd.difference.record import Change, Difference, Weight
from tensorlab.autograd.saved.record import BESIDE

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph

_T = TypeVar("_T")
_Key = tuple[str, str, str]
"""Name with the label of a leaf, module, line."""


def difference(before: Graph, after: Graph, *, limit: int | None = None) -> Difference:
    """What the second graph has that the first has not, and the other way round.

    Nodes are the same as far as name, module and line are; of what is left, those of one name and module, then those of
    one name, are taken to have moved. A graph without lines is aligned by names alone.

    Args:
        before: The first.
        after: The second.
        limit: Bytes that the second may keep for backward, each counted once.

    >>> from array import array
    >>> from tensorlab.autograd.record import Graph
    >>> edges = array("q", [1, 0, 0, 0])
    >>> one = Graph(names=("AccumulateGrad", "SinBackward0"), kinds=array("q", [0, 1]), edges=edges, roots=((1, 0),))
    >>> other = Graph(names=("AccumulateGrad", "CosBackward0"), kinds=array("q", [0, 1]), edges=edges, roots=((1, 0),))
    >>> print(difference(one, other))
    nodes 2 -> 2 (+1 -1), edges 1 -> 1, leaves +0 -0, saved 0 B -> 0 B
    """
    left, right = _keys(before), _keys(after)
    _cancel(left, right)
    moved = _match(left, right, 2) + _match(left, right, 1)
    lost, gained = _leaves(before), _leaves(after)
    _cancel(lost, gained)
    return Difference(
        before=_weight(before),
        after=_weight(after),
        added=_changes(right),
        removed=_changes(left),
        moved=moved,
        lost=tuple(lost.elements()),
        gained=tuple(gained.elements()),
        limit=limit,
    )


def _keys(graph: Graph) -> Counter[_Key]:
    """How many nodes there are of each name and place."""
    made = graph.made or array("q", [-1]) * len(graph)
    counts = Counter(zip(graph.kinds, made, strict=True))
    found: Counter[_Key] = Counter()
    for number in graph.details:
        counts[graph.kinds[number], made[number]] -= 1
        node = graph.node(number)
        found[f"{node.name} {node.label}".strip(), node.module, node.line] += 1
    for (kind, place), count in counts.items():
        if count:
            found[graph.names[kind], *(graph.places[place] if place >= 0 else ("", ""))] += count
    return found


def _cancel(left: Counter[_T], right: Counter[_T]) -> None:
    """Take away what both have."""
    both = left & right
    for counts in (left, right):
        for key, count in both.items():
            counts[key] -= count
            if not counts[key]:
                del counts[key]


def _match(left: Counter[_Key], right: Counter[_Key], parts: int) -> int:
    """Take away nodes that agree in the first parts of their keys; how many those are."""
    waiting: dict[tuple[str, ...], list[_Key]] = {}
    for key in right:
        waiting.setdefault(key[:parts], []).append(key)
    moved = 0
    for key in list(left):
        others = waiting.get(key[:parts], [])
        while others and left[key]:
            both = min(left[key], right[others[-1]])
            left[key] -= both
            right[others[-1]] -= both
            moved += both
            if not right[others[-1]]:
                del right[others.pop()]
        if not left[key]:
            del left[key]
    return moved


def _changes(counts: Counter[_Key]) -> tuple[Change, ...]:
    return tuple(
        Change(name=name, count=count, module=module, line=line)
        for (name, module, line), count in sorted(counts.items())
    )


def _leaves(graph: Graph) -> Counter[str]:
    """The leaves that a graph leads to, by name; those without one by shape."""
    sources = set(graph.edges[::4])
    found: Counter[str] = Counter()
    for number in range(len(graph)):
        if number in sources:
            continue
        node = graph.node(number)
        shapes = " ".join(f"{dtype} {shape}" for shape, dtype in node.outputs)
        found[node.label or f"a leaf {shapes}".strip()] += 1
    return found


def _weight(graph: Graph) -> Weight:
    nodes, edges = len(graph), len(graph.edges) // 4
    if graph.slots is None:
        return Weight(nodes=nodes, edges=edges)
    ledger = graph.saved()
    return Weight(
        nodes=nodes,
        edges=edges,
        activations=ledger.activations,
        parameters=ledger.parameters,
        inputs=ledger.inputs,
        buffers=ledger.buffers,
        unclear=ledger.unclear,
        double_counted=ledger.double_counted,
        retained=ledger.retained,
        unseen=sum(slot.state != "held" and slot.state not in BESIDE for slot in ledger.slots),
    )
