"""Whose bytes a slot keeps: what is known beside the graph, what was recorded, and otherwise what the graph shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, get_args

from tensorlab.autograd.saved.record import Owner, SavedColumns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.autograd.record import Graph
    from tensorlab.autograd.saved.record import Saved

_OWNERS: tuple[Owner, ...] = get_args(Owner)
_RESULT = re.compile(r"result\d*|output|logsumexp|philox_(seed|offset)|rng_state")
"""Slots of what the node's own operation gave."""
_CHOSEN = re.compile(
    r"(Max|Min|Sort|Topk|Kthvalue|(Nan)?[Mm]edian|Mode|Cummax|Cummin|AdaptiveMax|FractionalMax|Aminmax)"
)
"""Nodes whose ``indices`` were chosen by the operation itself."""
_RUNNING = frozenset({"running_mean", "running_var"})
_MASK_WRITES = 2
"""Dropout on a CPU fills its mask and scales it, both in place."""
_RANK: dict[Owner | None, int] = {"parameter": 0, "buffer": 1, "input": 2, "activation": 3, None: 4}


class _Shape(NamedTuple):
    """What the edges say of nodes."""

    leaf: list[bool]
    first: list[bool]
    """Whether a node has nothing before it but leaves and views of leaves: what it takes besides comes from outside."""


def owners_of(
    graph: Graph, groups: Sequence[Sequence[int]], slots: Sequence[Saved] | None = None
) -> list[Owner | None]:
    """Of each slot, whose bytes it keeps; the slots of a group share memory, and so an owner.

    The first that applies: a parameter or buffer, or another leaf (an input), lies there; a recording saw whether the
    memory was there before; a node of the graph made it, or gave it as its own result (an activation); it is the mask
    of a dropout (an activation); it is what batch normalisation calls its running
    mean or variance (a buffer), or a loss its target (an input); it enters where nothing was computed before (an
    input). Otherwise it is not known.

    >>> from tensorlab.autograd.record import Graph
    >>> from array import array
    >>> empty = array("q")
    >>> owners_of(Graph(names=(), kinds=empty, edges=empty, roots=(), slots=()), [])
    []
    """
    slots = tuple(graph.slots or ()) if slots is None else slots
    known = _known(graph)
    shape = _shape(graph, slots)
    found: list[Owner | None] = [None] * len(slots)
    for group in groups:
        owner = _of_group(graph, [(n, slots[n]) for n in group], known, shape)
        for n in group:
            found[n] = owner
    return found


def _known(graph: Graph) -> dict[tuple[str, int], Owner]:
    """By storage, and by leaf: a parameter goes before a buffer, that before an input."""
    found: dict[tuple[str, int], Owner] = {}
    for tensor in sorted(graph.tensors, key=lambda known: -_RANK[known.owner]):
        if tensor.storage is not None:
            found["storage", tensor.storage] = tensor.owner
        if tensor.node is not None:
            found["leaf", tensor.node] = tensor.owner
    return found


def _of_group(
    graph: Graph, group: Sequence[tuple[int, Saved]], known: Mapping[tuple[str, int], Owner], shape: _Shape
) -> Owner | None:
    keys = [("storage", saved.storage) for _, saved in group if saved.storage is not None]
    keys += [("leaf", saved.source) for _, saved in group if saved.source is not None]
    certain = [known[key] for key in keys if key in known] or _recorded(graph, group)
    if certain:
        return min(certain, key=_RANK.__getitem__)
    if any(saved.source is not None and not shape.leaf[saved.source] for _, saved in group):
        return "activation"
    told = [_told(graph, n, saved, shape) for n, saved in group]
    for owner in ("buffer", "activation", "input"):
        if owner in told:
            return owner
    return None


def _recorded(graph: Graph, group: Sequence[tuple[int, Saved]]) -> list[Owner]:
    if not isinstance(graph.slots, SavedColumns) or not graph.slots.owners:
        return []
    places = [graph.slots.owners[saved.storage] for _, saved in group if saved.storage is not None]
    return [_OWNERS[place] for place in places if place >= 0]


def _told(graph: Graph, place: int, saved: Saved, shape: _Shape) -> Owner | None:
    """What the name of a slot and its place in the graph say."""
    name = graph.names[graph.kinds[saved.node]]
    if saved.slot in _RUNNING:
        return "buffer"
    if _RESULT.fullmatch(saved.slot) or (saved.slot == "indices" and _CHOSEN.match(name)):
        return "activation"
    if _is_mask(graph, place, saved, name):
        return "activation"
    if saved.slot.startswith("saved_tensors[") and not name.startswith("CheckpointFunction"):
        return None  # a Python function saves what it likes, also what it computed on the way
    return "input" if saved.slot == "target" or shape.first[saved.node] else None


def _is_mask(graph: Graph, place: int, saved: Saved, name: str) -> bool:
    """A factor that nothing computed, written twice in place: filled and scaled."""
    if not name.startswith("MulBackward") or not isinstance(graph.slots, SavedColumns) or not graph.slots.versions:
        return False
    dtype = None if saved.memory is None else saved.memory.dtype
    return graph.slots.versions[place] == _MASK_WRITES and dtype is not None and "float" in dtype.name


def _shape(graph: Graph, slots: Sequence[Saved]) -> _Shape:
    saving = {saved.node for saved in slots}
    leaf = [graph.names[kind].endswith("AccumulateGrad") for kind in graph.kinds]
    targets: list[list[int]] = [[] for _ in leaf]
    for source, _, target, _ in graph.each_edge():
        targets[source].append(target)
    bare, first = list(leaf), list(leaf)
    for node, below in enumerate(targets):
        first[node] = all(bare[target] for target in below)
        bare[node] = bare[node] or (len(below) == 1 and first[node] and node not in saving)
    return _Shape(leaf, first)
