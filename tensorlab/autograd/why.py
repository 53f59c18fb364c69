"""Why a tensor has no gradient: what the tensor and the graph prove, and what a recording knows beyond that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.autograd.findings.record import RECORD_IT, GradVerdict
from tensorlab.autograd.findings.slots import slots_of
from tensorlab.autograd.walking import walk
from tensorlab.errors import UnsupportedError
from tensorlab.memory.internals import attribute_of_torch
from tensorlab.memory.naming import short_name

if TYPE_CHECKING:
    import torch

LEAVES_ONLY = "it was computed, and torch keeps the gradients of leaves only"


def require_tensor(thing: object, word: str) -> None:
    """Refuse what is no tensor.

    Raises:
        UnsupportedError: It is none.

    >>> require_tensor(3, "the loss")
    Traceback (most recent call last):
    tensorlab.errors.UnsupportedError: the loss is a tensor; got int
    """
    if not hasattr(type(thing), "requires_grad") or not hasattr(type(thing), "grad_fn"):
        raise UnsupportedError(f"{word} is a tensor; got {short_name(thing)}")


def by_itself(tensor: torch.Tensor) -> GradVerdict | None:
    """What the tensor alone tells: its gradient is there, or it can have none; None where the graph must be asked.

    >>> import torch
    >>> print(by_itself(torch.ones(2)))
    no requires_grad: torch keeps no gradient of a tensor that does not ask for one
    >>> print(by_itself(torch.ones(2, requires_grad=True) * 2))
    non-leaf: MulBackward0: it was computed, and torch keeps the gradients of leaves only
    """
    grad = attribute_of_torch(tensor, "grad") if tensor.is_leaf or tensor.retains_grad else None
    if grad is not None:
        return _with_grad(grad)
    if not tensor.requires_grad:
        return _without_requires_grad(tensor)
    if not tensor.is_leaf and not tensor.retains_grad:
        made = tensor.grad_fn
        return GradVerdict(
            verdict="non-leaf",
            op=made.name() if made is not None else "",
            text=LEAVES_ONLY,
            cure="call retain_grad() on it before backward, or ask torch.autograd.grad(loss, it)",
        )
    return None


def _with_grad(grad: torch.Tensor) -> GradVerdict:
    if grad.layout.is_sparse if hasattr(grad.layout, "is_sparse") else grad.is_sparse:
        return GradVerdict(verdict="has grad", text="a sparse gradient is there")
    shape = tuple(grad.shape)
    if grad.device.type != "meta" and not grad.detach().any():
        text = f"its gradient of shape {shape} is there, and every element of it is 0"
        return GradVerdict(
            verdict="grad is zero", text=text, cure="a dead ReLU, a factor of 0 or a saturated function does that"
        )
    return GradVerdict(verdict="has grad", text=f"its gradient of shape {shape} is there")


def _without_requires_grad(tensor: torch.Tensor) -> GradVerdict:
    if not (tensor.is_floating_point() or tensor.is_complex()):
        dtype = str(tensor.dtype).removeprefix("torch.")
        text = f"{dtype} has no gradient: only floating and complex dtypes do"
        return GradVerdict(verdict="no requires_grad", text=text, cure="convert it before requires_grad_()")
    text = "torch keeps no gradient of a tensor that does not ask for one"
    return GradVerdict(verdict="no requires_grad", text=text, cure="call requires_grad_() on it before the forward")


def is_reached(tensor: torch.Tensor, nodes: list[Any]) -> bool:
    """Whether one of the nodes is where that tensor's gradient passes.

    >>> import torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> is_reached(x, walk([x * 2]).nodes), is_reached(torch.ones(2), walk([x * 2]).nodes)
    (True, False)
    """
    if tensor.grad_fn is not None:
        return tensor.grad_fn in set(nodes)
    return any(getattr(node, "variable", None) is tensor for node in nodes)


def conditions(nodes: list[Any]) -> set[str]:
    """What became of the tensors that the nodes saved: "good", "freed", "overwritten", "packed".

    >>> import torch
    >>> loss = torch.ones(2, requires_grad=True).exp().sum()
    >>> loss.backward()
    >>> sorted(conditions(walk([loss]).nodes))
    ['freed']
    """
    known: dict[type, tuple[str, ...]] = {}
    return {str(slot.condition) for node in nodes for slot in slots_of(node, known)} - {"empty"}


def from_graph(tensor: torch.Tensor, loss: torch.Tensor | None) -> GradVerdict:
    """What can be proved without a recording; else "unknown: record it".

    >>> import torch
    >>> x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    >>> from_graph(x, (x.detach() * w).sum()).verdict
    'unreachable'
    """
    own = by_itself(tensor)
    if own is not None:
        return own
    if loss is None:
        return GradVerdict(verdict="unknown", text="record it, or give the loss: the tensor alone does not tell")
    if loss is tensor:
        return GradVerdict(verdict="unknown", text="record it: the loss is the tensor itself")
    nodes = walk([loss]).nodes if loss.grad_fn is not None else []
    if not nodes:
        text = f"the loss has no graph: nothing that requires grad led to it; by what it was cut is {RECORD_IT}"
        return GradVerdict(verdict="unreachable", text=text)
    if not is_reached(tensor, nodes):
        text = f"the graph of the loss does not lead to it; whether it was cut, and where, is {RECORD_IT}"
        return GradVerdict(verdict="unreachable", text=text)
    return _of_a_reached(conditions(nodes))


def _of_a_reached(found: set[str]) -> GradVerdict:
    if "freed" in found:
        text = (
            "a backward has been through this graph and freed it; the gradient was set to None since, or it was asked "
            f"for by torch.autograd.grad: which one is {RECORD_IT}"
        )
        return GradVerdict(verdict="freed", text=text)
    text = (
        "record it: the loss leads to it, and nothing of the graph is freed: backward has not run, or the gradient was "
        "set to None since"
    )
    return GradVerdict(verdict="unknown", text=text, cure="call loss.backward()")
