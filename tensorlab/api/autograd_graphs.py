"""``graph``: what autograd recorded behind a loss, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.autograd.record import Graph


def graph(loss_or_outputs: object, params: object = None, model: object = None, *, saved: bool = True) -> Graph:
    """The autograd graph behind a loss or outputs, in columns: no tensor and no node is kept alive.

    Every node has a number: leaves come first, a node after all that it leads to. Deep graphs are safe to free
    afterwards, and no hook fires, no checkpoint runs again. What has no graph gives one without nodes, and says so in
    ``remarks``.

    Args:
        loss_or_outputs: A tensor, or tensors in nested lists, tuples, dicts and dataclasses.
        params: Names for leaves: a dict, pairs of name and tensor as ``model.named_parameters()`` gives, or a list of
            tensors.
        model: A ``torch.nn.Module``, which names its parameters and buffers.
        saved: Whether to look at what the nodes save for backward.

    Raises:
        UnsupportedError: There is no tensor in what was given, or names are given to something else.

    >>> import torch, tensorlab
    >>> layer = torch.nn.Linear(2, 3)
    >>> found = tensorlab.graph(layer(torch.ones(1, 2)).sum(), model=layer)
    >>> print(found, [found.node(number).label or found.node(number).name for number in range(len(found))])
    nodes=5 edges=4 ['weight', 'bias', 'TBackward0', 'AddmmBackward0', 'SumBackward0']
    """
    from tensorlab.autograd.capture import capture
    from tensorlab.autograd.naming import named_tensors

    return capture(loss_or_outputs, named_tensors(params, model), saved=saved)
