"""Where the nodes of a pass were made, as far as a recording that is still there saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.autograd.capture import captured
from tensorlab.dispatch.tracer import LIVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch


def places_of(nodes: Sequence[Any], roots: Sequence[torch.Tensor]) -> dict[int, tuple[str, str]]:
    """Module and line of nodes by their place in the sequence: those that a graph of the roots tells.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     loss = torch.ones(3, requires_grad=True).exp()
    >>> places_of([loss.grad_fn], [loss])[0][1].endswith("]>:2")
    True
    """
    if not any(tracer.events for tracer in tuple(LIVING)):
        return {}
    graph, known = captured(list(roots), saved=False)
    if not graph.places:
        return {}
    numbers = {id(node): number for number, node in enumerate(known)}
    found = {}
    for place, node in enumerate(nodes):
        number = numbers.get(id(node), -1)
        made = graph.made[number] if number >= 0 else -1
        if made >= 0:
            found[place] = graph.places[made]
    return found
