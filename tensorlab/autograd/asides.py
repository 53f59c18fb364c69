"""What live nodes and tensors tell beside their graph, in sentences: tensors on ctx, hooks, outputs, packed data."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.vocabulary import RERUN, family
from tensorlab.memory.naming import FOREIGN, module_of, reason, short_name
from tensorlab.quantity import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DEPTH = 3
_MOST = 1000
_NAMED = 3
_REGENERATED = "A view was created in no_grad mode"


def said(node: object) -> tuple[str, ...]:
    """Of the node of a Python Function: a warning where tensors lie on ctx outside ``save_for_backward``.

    >>> class Scale(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.kept = x.sin()
    ...         return x * 2
    >>> said(Scale.apply(torch.ones(3, requires_grad=True)).grad_fn)
    ('leak: ctx.kept holds 12 B outside save_for_backward: backward does not free it, and writes to it go unnoticed',)

    An object that is no such node has nothing to say.
    """
    found = [*stashed(node)] if family(short_name(node)) == "custom" else []
    if not found:
        return ()
    names = listed([name for name, _ in found], _NAMED, last=" and ")
    alike = {id(tensor): tensor for _, tensor in found}
    verb = "hold" if len(found) > 1 else "holds"
    what = "them" if len(found) > 1 else "it"
    leak = (
        f"leak: {names} {verb} {_bytes(alike.values())} outside save_for_backward: "
        f"backward does not free {what}, and writes to {what} go unnoticed"
    )
    own = next((name for name, tensor in found if _maker(tensor) is node), None)
    cycle = () if own is None else (f"leak: {own} is its own output, a cycle: only the garbage collector frees it",)
    return leak, *cycle


def stashed(node: object) -> Iterator[tuple[str, torch.Tensor]]:
    """Tensors that are attributes of a ctx, or lie in lists, tuples and dicts there: "ctx.parts[0]" and the tensor."""
    own = getattr(node, "__dict__", None)
    if isinstance(own, dict):
        yield from islice(_within("ctx", own, 0), _MOST)


def _within(path: str, thing: object, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(thing, torch.Tensor):
        yield path, thing
    elif depth < _DEPTH:
        for name, member in islice(_members(path, thing), _MOST):
            yield from _within(name, member, depth + 1)


def _members(path: str, thing: object) -> Iterator[tuple[str, object]]:
    if isinstance(thing, dict) and path == "ctx":
        yield from ((f"ctx.{name}", member) for name, member in [*thing.items()])
    elif isinstance(thing, dict):
        yield from ((f"{path}[{name!r}]", member) for name, member in [*thing.items()] if isinstance(name, (str, int)))
    elif isinstance(thing, (list, tuple)):
        yield from ((f"{path}[{place}]", member) for place, member in enumerate(thing))


def _bytes(tensors: Iterable[torch.Tensor]) -> str:
    total = 0
    for tensor in tensors:
        try:
            total += tensor.numel() * tensor.element_size()
        except FOREIGN:  # a subclass or a nested tensor answers by code of its own
            return "bytes that cannot be counted"
    return f"{total:,} B"


def _maker(tensor: torch.Tensor) -> object:
    try:
        return tensor.grad_fn
    except RuntimeError:  # a view made under no_grad whose base was written since
        return None


def hooked(variable: torch.Tensor) -> tuple[str, ...]:
    """Of a leaf: hooks that its gradient goes through.

    >>> weight = torch.ones(3, requires_grad=True)
    >>> handle = weight.register_hook(lambda grad: grad * 2)
    >>> hooked(weight)
    ('1 hook on its gradient',)

    Hooks of torch's C++ code, and those of other nodes, cannot be seen.
    """
    before = len(getattr(variable, "_backward_hooks", None) or ())
    after = len(getattr(variable, "_post_accumulate_grad_hooks", None) or ())
    told = (counted(before, "hook") + " on its gradient" if before else "",)
    return tuple(filter(None, (*told, counted(after, "hook") + " once its grad is there" if after else "")))


def packer(data: object) -> str:
    """What hooks made of a saved tensor, in words.

    >>> packer((torch.device("cpu"), torch.ones(2)))
    'save_on_cpu holds what it saved in memory of its own, and brings it back in backward'
    >>> packer("a file")
    'hooks hold what it saved as str: it comes back when backward asks them'
    """
    if module_of(type(data)).startswith("torch.utils.checkpoint"):
        return RERUN
    if isinstance(data, tuple) and data and isinstance(data[0], torch.device):
        return "save_on_cpu holds what it saved in memory of its own, and brings it back in backward"
    return f"hooks hold what it saved as {short_name(data)}: it comes back when backward asks them"


def remarks(outputs: Mapping[str, Any]) -> tuple[str, ...]:
    """What is to be said of tensors that a backward would start from, by name.

    >>> print(*remarks({"loss": torch.ones(3, requires_grad=True)}))
    loss is a leaf: backward only puts the gradient that it starts from into loss.grad
    >>> remarks({"loss": torch.ones(())})
    ('loss has no graph: it is no result of a recorded operation on a tensor that requires a gradient',)

    What is no tensor is passed over.
    """
    return tuple(
        text for name, tensor in outputs.items() if isinstance(tensor, torch.Tensor) for text in _remarks(name, tensor)
    )


def _remarks(name: str, tensor: torch.Tensor) -> Iterator[str]:
    try:
        grad_fn = tensor.grad_fn
    except RuntimeError as error:
        yield f"{name} has no graph that torch would show: {_plain(error)}"
        return
    if tensor.is_inference():
        yield f"{name} has no graph: it was made in inference mode"
    elif not tensor.requires_grad and not (tensor.is_floating_point() or tensor.is_complex()):
        yield f"{name} has no graph: {str(tensor.dtype).removeprefix('torch.')} has no gradients"
    elif not tensor.requires_grad:
        yield f"{name} has no graph: it is no result of a recorded operation on a tensor that requires a gradient"
    elif grad_fn is None:
        yield f"{name} is a leaf: backward only puts the gradient that it starts from into {name}.grad"


def _plain(error: RuntimeError) -> str:
    text = reason(error)
    if text.startswith(_REGENERATED):
        return "it is a view made under no_grad, whose memory was written in place since, outside of it"
    return text
