"""Why a gradient is not there: of a tensor, or of each parameter of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorlab.autograd.findings.record import GradVerdict, ModuleVerdict
    from tensorlab.dispatch.tracer import Tracer


def why_no_grad(thing: Any, loss: Any = None) -> GradVerdict | ModuleVerdict:  # noqa: ANN401 - torch is not loaded yet
    """Why a tensor has no gradient, as far as the tensor and the graph prove it; of a module, each parameter.

    Nothing is run, and no gradient is touched. What happened before (by which operation a tensor was cut off, who set
    a gradient to None) no graph tells: the answer is then "unknown: record it", and ``recording().why_no_grad`` knows.

    Args:
        thing: The tensor, or a module.
        loss: What backward is or was called on.

    Returns:
        A ``GradVerdict``: ``verdict`` is a word or a few ("non-leaf", "unreachable"), ``str`` the sentence. Of a module
        a ``ModuleVerdict`` with one for each parameter.

    Raises:
        UnsupportedError: It is neither a tensor nor a module, or the loss is no tensor.

    >>> import torch, tensorlab
    >>> x = torch.ones(2, requires_grad=True)
    >>> y = x * 2
    >>> print(tensorlab.why_no_grad(y, y.sum()))
    non-leaf: MulBackward0: it was computed, and torch keeps the gradients of leaves only
    >>> print(tensorlab.why_no_grad(x, y.detach().sum()))
    unreachable: the loss has no graph: nothing that requires grad led to it; by what it was cut is unknown: record it
    """
    from tensorlab.autograd.unused import from_graph_of_each, is_module
    from tensorlab.autograd.why import from_graph, require_tensor

    if loss is not None:
        require_tensor(loss, "the loss")
    if is_module(thing):
        return from_graph_of_each(thing, loss)
    require_tensor(thing, "what is asked about")
    return from_graph(thing, loss)


def recorded_why(
    tracer: Tracer,
    thing: Any,  # noqa: ANN401 - torch is not loaded yet
    loss: Any = None,  # noqa: ANN401 - as above
) -> GradVerdict | ModuleVerdict:
    """The same with what was recorded, which knows what no graph tells.

    Raises:
        UnsupportedError: It is neither a tensor nor a module, or the loss is no tensor.

    >>> import torch, tensorlab
    >>> x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    >>> with tensorlab.recording() as rec:
    ...     loss = (x.detach() * w).sum()
    ...     loss.backward()
    >>> rec.why_no_grad(x, loss).verdict
    'cut by detach'
    """
    from tensorlab.autograd.unused import answer

    return answer(tracer, thing, loss)
