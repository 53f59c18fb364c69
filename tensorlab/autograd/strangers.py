"""Nodes that have the sequence number of a recorded one and are another's: of a thread that nobody recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.dispatch.identities import PLAIN
from tensorlab.dispatch.internals import operator_names
from tensorlab.dispatch.origins import stem_of_node
from tensorlab.memory.naming import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import torch

    from tensorlab.autograd.record import Graph
    from tensorlab.dispatch.tracer import Tracer


def strangers(
    graph: Graph,
    tracer: Tracer,
    claimed: Collection[int],
    roots: Sequence[torch.Tensor],
    leaves: Mapping[int, torch.Tensor],
) -> set[int]:
    """Nodes among the claimed that the tracer cannot have seen being made.

    It has seen every tensor that an operator was given or gave. So what made a root that it never saw is not its own,
    and neither is what leads there alone; nor is what takes a leaf that it never saw.

    Args:
        graph: The graph.
        tracer: A recording.
        claimed: Nodes whose sequence numbers and names fit what it recorded.
        roots: The tensors that the graph was asked for.
        leaves: Its leaves by number.

    >>> import torch
    >>> from tensorlab.autograd.capture import capture
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> x = torch.ones(3, requires_grad=True)
    >>> with Tracer() as tracer:
    ...     y = x.exp()
    >>> graph, z = capture(y), torch.ones(3, requires_grad=True)
    >>> strangers(graph, tracer, {1}, [y], {0: x}), strangers(graph, tracer, {1}, [z.exp()], {0: z})
    (set(), {1})

    Where it cannot be told a node stays: behind an unrecorded thread's first nodes, whose numbers nothing recorded has,
    under a loss that was computed after the recording.
    """
    told = {number for number in claimed if _tells(graph, number)}
    ends = [number for number, _ in graph.roots] if len(graph.roots) == len(roots) else []
    seen = {number: _is_known(tracer, tensor) for number, tensor in zip(ends, roots, strict=False)}
    odd = {number for number, known in seen.items() if not known and number in told}
    never = {number for number, leaf in leaves.items() if not _is_known(tracer, leaf)}
    if not odd and not never:
        return set()
    found = _behind(graph, odd) - _behind(graph, set(seen) - odd)
    sure = any(known for number, known in seen.items() if number in told)
    return (found | _above(graph, never, told, onwards=not sure)).intersection(claimed)


def _tells(graph: Graph, number: int) -> bool:
    """Whether the node is one of an operator: what else makes nodes may keep its tensors to itself."""
    return stem_of_node(graph.names[graph.kinds[number]]) in operator_names()


def _is_known(tracer: Tracer, tensor: torch.Tensor) -> bool:
    """Yes also for tensors of other types, which a recording sees in parts."""
    if type(tensor) not in PLAIN or tracer.tensor_number(tensor) is not None:
        return True
    try:
        return tracer.storage_number(tensor.untyped_storage()) is not None
    except FOREIGN:
        return True


def _behind(graph: Graph, roots: set[int]) -> set[int]:
    """Nodes that these lead to, with themselves."""
    found = set(roots)
    if found:
        for source, _, target, _ in reversed([*graph.each_edge()]):
            if source in found:
                found.add(target)
    return found


def _above(graph: Graph, never: set[int], told: set[int], *, onwards: bool) -> set[int]:
    """Nodes that take a leaf that was never seen; onwards, also those that take nothing but what such nodes gave."""
    found: set[int] = set()
    if not never:
        return found
    targets: dict[int, list[int]] = {}
    for source, _, target, _ in graph.each_edge():
        targets.setdefault(source, []).append(target)
    for source in sorted(targets):
        below = targets[source]
        alone = onwards and all(target in found or target in never for target in below)
        if source in told and (alone or any(target in never for target in below)):
            found.add(source)
    return found
