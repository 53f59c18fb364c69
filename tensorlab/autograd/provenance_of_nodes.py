"""Where the nodes of a graph were made, as far as a recording that is still there saw it."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.dispatch.tracer import LIVING

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph


def placed(graph: Graph) -> Graph:
    """The graph with module and line of each node that a recording saw being made.

    >>> import torch
    >>> from tensorlab.autograd.capture import capture
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     loss = torch.ones(3, requires_grad=True).exp()
    >>> placed(capture(loss)).node(1).line.endswith("provenance_of_nodes[4]>:2")
    True
    """
    tracers = tuple(LIVING)
    if not tracers or not graph.sequences:
        return graph
    places: dict[tuple[str, str], int] = {}
    made = array("q", [-1]) * len(graph)
    for number, sequence in enumerate(graph.sequences):
        if sequence < 0:
            continue
        name = graph.names[graph.kinds[number]]
        for tracer in tracers:
            origin = tracer.origin(sequence, name)
            if origin is not None:
                made[number] = places.setdefault((origin.module, origin.line), len(places))
                break
    return replace(graph, places=tuple(places), made=made) if places else graph
