"""What a backward pass starts from, and whose gradients are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.autograd.naming import named_tensors
from tensorlab.autograd.stats import is_leaf
from tensorlab.autograd.walking import tensors_in, walk
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.autograd.flow.record import Limits
    from tensorlab.autograd.walking import Walk


class Asked(NamedTuple):
    """What a pass is to tell, as it was asked."""

    outputs: object
    params: object
    model: object
    wrt: object
    grad: object
    retain_graph: bool
    accumulate: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass while it is prepared and run."""

    roots: list[torch.Tensor]
    given: list[torch.Tensor | None]
    found: Walk
    labels: dict[int, str]
    """Of tensors by ``id``: their names."""
    leaves: dict[int, torch.Tensor] = field(default_factory=dict)
    """Number of a node -> the leaf whose gradient it adds up."""
    outside: list[torch.Tensor] = field(default_factory=list)
    """Parameters that were named and are not in the graph."""
    notes: list[str] = field(default_factory=list)


def prepared(asked: Asked) -> Pass:
    """The graph, its leaves and their names.

    Raises:
        UnsupportedError: Nothing that was given has a graph, or an option is none.

    >>> from tensorlab.autograd.flow.record import Limits
    >>> x = torch.ones(3, requires_grad=True)
    >>> prepared(Asked(x * 2, [x], None, None, None, False, False, Limits())).notes
    ['loss is float32 (3,), no scalar: these are gradients of the sum of its elements']
    """
    every = tensors_in(asked.outputs)
    roots = {name: tensor for name, tensor in every.items() if tensor.requires_grad}
    if not roots:
        raise UnsupportedError(
            f"{told(list(every.values()))} has no graph: it does not require grad",
            hint="was it computed under no_grad, or cut off by detach()? why_no_grad says more",
        )
    notes = [f"{name} does not require grad: it is left out" for name in every if name not in roots]
    starts = list(roots.values())
    given = _given(asked.grad, roots, notes)
    found = walk(starts)
    named = [one for one in named_tensors(asked.params, asked.model) if one.owner != "buffer"]
    current = Pass(starts, given, found, {id(one.tensor): one.name for one in named}, notes=notes)
    for place, node in enumerate(found.nodes):
        if is_leaf(node):
            current.leaves[found.numbers[place]] = node.variable
    inside = set(map(id, current.leaves.values()))
    current.outside[:] = [one.tensor for one in named if id(one.tensor) not in inside]
    return current


def _given(grad: Any, roots: dict[str, torch.Tensor], notes: list[str]) -> list[torch.Tensor | None]:  # noqa: ANN401 - as it was asked
    """A gradient for each root: what was given; ones for what is no scalar."""
    if grad is not None:
        gradients = [grad] if isinstance(grad, torch.Tensor) else list(grad) if isinstance(grad, (list, tuple)) else []
        if len(gradients) != len(roots) or not all(isinstance(one, torch.Tensor) for one in gradients):
            raise UnsupportedError(f"grad is a tensor for each of {len(roots)} outputs; got {grad!r:.80}")
        wrong = [root for root, one in zip(roots.values(), gradients, strict=True) if root.shape != one.shape]
        if wrong:
            raise UnsupportedError(f"grad has the shape of its output, {tuple(wrong[0].shape)}; got another")
        return gradients
    for name, root in roots.items():
        if root.numel() != 1:
            notes.append(f"{name} is {told([root])}, no scalar: these are gradients of the sum of its elements")
    return [
        torch.ones_like(root).detach() if root.numel() != 1 or root.is_complex() else None for root in roots.values()
    ]


def told(tensors: Sequence[torch.Tensor]) -> str:
    """Dtypes and shapes.

    >>> told([torch.ones(2, 3)])
    'float32 (2, 3)'
    """
    return ", ".join(f"{str(one.dtype).removeprefix('torch.')} {tuple(one.shape)}" for one in tensors)


def asked_for(wrt: Any, current: Pass) -> list[tuple[str, torch.Tensor]]:  # noqa: ANN401 - as it was asked
    """The tensors whose gradients are to be kept, by name: their own, that of the leaf, or their place.

    Raises:
        UnsupportedError: One is no tensor, has no gradient, or no parameter is called that.
    """
    if wrt is None:
        return []
    if isinstance(wrt, dict):
        return [(str(name), _checked(tensor)) for name, tensor in wrt.items()]
    every = wrt if isinstance(wrt, (list, tuple)) else [wrt]
    known = [*current.leaves.values(), *current.outside]
    by_name = {label: leaf for leaf in known if (label := current.labels.get(id(leaf)))}
    found = []
    for place, one in enumerate(every):
        if isinstance(one, str) and one not in by_name:
            raise UnsupportedError(f"no parameter is called {one!r}", hint="name it by params= or model=")
        tensor = by_name[one] if isinstance(one, str) else _checked(one)
        label = current.labels.get(id(tensor))
        found.append((label or ("wrt" if len(every) == 1 else f"wrt[{place}]"), tensor))
    return found


def _checked(tensor: Any) -> torch.Tensor:  # noqa: ANN401 - it is looked at here
    if not isinstance(tensor, torch.Tensor):
        raise UnsupportedError(f"wrt are tensors; got {type(tensor).__name__}", hint="give wrt=[x, hidden]")
    if not tensor.requires_grad:
        raise UnsupportedError("a tensor of wrt does not require grad", hint="call x.requires_grad_() before forward")
    return tensor
