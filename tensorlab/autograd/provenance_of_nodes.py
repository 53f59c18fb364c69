"""Where the nodes of a graph were made, as far as a recording that is still there saw it."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.autograd.strangers import strangers
from tensorlab.dispatch.tracer import LIVING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from tensorlab.autograd.record import Graph
    from tensorlab.dispatch.origins import Origin


def placed(graph: Graph, roots: Sequence[torch.Tensor] = (), leaves: Mapping[int, torch.Tensor] | None = None) -> Graph:
    """The graph with module and line of each node that a recording saw being made.

    Args:
        graph: The graph.
        roots: The tensors that it was asked for; with its leaves by number they tell what no recording saw.
        leaves: Those.

    >>> import torch
    >>> from tensorlab.autograd.capture import capture
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     loss = torch.ones(3, requires_grad=True).exp()
    >>> placed(capture(loss)).node(1).line.endswith("]>:2")
    True
    """
    tracers = tuple(LIVING)
    if not tracers or not graph.sequences:
        return graph
    places: dict[tuple[str, str], int] = {}
    made = array("q", [-1]) * len(graph)
    for tracer in tracers:
        claimed: dict[int, Origin] = {}
        for number, sequence in enumerate(graph.sequences):
            if sequence < 0 or made[number] >= 0:
                continue
            origin = tracer.origin(sequence, graph.names[graph.kinds[number]])
            if origin is not None:
                claimed[number] = origin
        for number in strangers(graph, tracer, claimed, roots, leaves or {}) if claimed else ():
            claimed.pop(number, None)
        for number, origin in claimed.items():
            made[number] = places.setdefault((origin.module, origin.line), len(places))
    return replace(graph, places=tuple(places), made=made) if places else graph
