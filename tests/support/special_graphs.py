"""What makes special nodes: one small program each, and what is said of it.

A program gives what ``tensorlab.graph`` is given. ``roles`` are those of its nodes beside "op" and "leaf"; ``words``
are pieces of its notes and remarks, in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.record import Role


def leaf(*shape: int) -> Any:
    return torch.ones(shape or (4, 4), requires_grad=True)


def linear() -> Any:
    return torch.nn.Linear(4, 4)


def applied(function: Any, x: torch.Tensor) -> Any:
    return function.apply(x)


@dataclass(frozen=True, slots=True)
class Special:
    """A program and what is to be said of what it leaves."""

    make: Callable[[], Any]
    words: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    nodes: int | None = None


class Stashing(torch.autograd.Function):
    """Keeps tensors on ctx, as one should not."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.kept = x.sin()
        ctx.parts = [x.cos(), {"more": x.exp()}]
        ctx.scale = 3
        return x * 3

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        return grads[0] * ctx.scale


class Cycling(torch.autograd.Function):
    """Keeps its own output on ctx."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.out = x.exp()
        return ctx.out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        return grads[0] * ctx.out


class Cubing(torch.autograd.Function):
    """Saves as one should; its backward can be differentiated."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        return grads[0] * 3 * x**2


class Once(torch.autograd.Function):
    """Its backward cannot be differentiated."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        return grads[0] * 2 * ctx.saved_tensors[0]


class Writing(torch.autograd.Function):
    """Writes its input in place, and says so."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.mark_dirty(x)
        return x.mul_(2)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        del ctx
        return grads[0] * 2


class Highest(torch.autograd.Function):
    """Two outputs, one without a gradient; gradients that do not come stay None."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        values, places = x.max(0)
        ctx.mark_non_differentiable(places)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(places)
        return values, places

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (places,) = ctx.saved_tensors
        return torch.zeros(4, 4).scatter(0, places[None], grads[0][None])


def written_slice() -> Any:
    x = leaf()
    y = x * 2
    y[0] = x[1].sin()
    return y.sum()


def constant_slice() -> Any:
    y = leaf() * 2
    y[0] = 3.0
    return y.sum()


def written_view() -> Any:
    y = leaf() * 2
    view = y[0]
    view.mul_(3)
    return view.sum()


def written_base() -> Any:
    y = leaf() * 2
    view = y[0]
    y.mul_(3)
    return view.sum()


def compiled() -> Any:
    torch.compiler.reset()
    function = torch.compile(lambda a, b: (a * b).sin().sum(), backend="aot_eager")
    return function(leaf(), leaf())


def twice_differentiated() -> Any:
    x = leaf()
    (grad,) = torch.autograd.grad((x.sin() * x).sigmoid().sum(), x, create_graph=True)
    return grad.sum()


def differentiated_function(function: type[torch.autograd.Function]) -> Any:
    x = leaf()
    (grad,) = torch.autograd.grad(applied(function, x * 1).sum() ** 2, x, create_graph=True)
    return grad.sum()


def some_of_unbound() -> Any:
    rows = leaf().unbind(0)
    return (rows[0] * rows[2]).sum()


def all_of_split() -> Any:
    first, second = leaf().split(2)
    return (first + second).sum()


def some_of_svd() -> Any:
    _, values, _ = torch.linalg.svd(leaf())
    return values.sum()


def written_leaf() -> Any:
    x = leaf()
    with torch.no_grad():
        x.add_(1)
    return x.sum()


def freed() -> Any:
    loss = (leaf() * leaf()).sum()
    loss.backward()
    return loss


def after_foreach_step() -> Any:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, foreach=True)
    model(torch.ones(2, 4)).sum().backward()
    optimizer.step()
    return model(torch.ones(2, 4)).sum()


def foreach() -> Any:
    ours, theirs = [leaf(), leaf()], [leaf(), leaf()]
    products = torch._foreach_mul(ours, theirs)
    return products[0].sum() + products[1].sum()


def hooked() -> Any:
    x = leaf()
    x.register_hook(lambda grad: grad * 2)
    x.register_post_accumulate_grad_hook(lambda _: None)
    y = x.sin()
    assert y.grad_fn is not None
    y.grad_fn.register_hook(lambda *_: None)
    return y.sum()


def full_backward_hook() -> Any:
    layer = torch.nn.Sequential(linear(), torch.nn.Tanh())
    layer[1].register_full_backward_hook(lambda *_: None)
    return layer(torch.ones(2, 4)).sum()


def tied() -> Any:
    first, second = linear(), linear()
    second.weight = first.weight
    return second(first(torch.ones(2, 4))).sum()


def custom_operator() -> Any:
    return _square()(leaf()).sum()


def _square() -> Any:
    if not hasattr(torch.ops.tensorlab_tests, "square"):
        made: Any = torch.library.custom_op("tensorlab_tests::square", _squared, mutates_args=())
        made.register_autograd(
            lambda ctx, grad: grad * 2 * ctx.saved_tensors[0],
            setup_context=lambda ctx, inputs, output: ctx.save_for_backward(*inputs),  # noqa: ARG005 - torch names them
        )
        _MADE.append(made)
    return torch.ops.tensorlab_tests.square


_MADE: list[Any] = []


def _squared(x: torch.Tensor) -> torch.Tensor:
    return x * x


def nested() -> Any:
    rows: Any = torch.nested.nested_tensor_from_jagged(leaf(), torch.tensor([0, 1, 4]))
    return rows.sin().values().sum()


def sparse() -> Any:
    x = leaf()
    return torch.sparse.mm(x.to_sparse(), x).sum()


def moved_to_the_cpu() -> Any:
    with torch.autograd.graph.save_on_cpu():
        return leaf().sin().sum()


def refused_view() -> Any:
    y = leaf() * 2
    with torch.no_grad():
        view = y[0]
    y.mul_(2)
    return view


def inference() -> Any:
    with torch.inference_mode():
        return torch.ones(3) * 2


def reentrant() -> Any:
    return checkpoint(linear(), leaf(), use_reentrant=True).sum()


def not_reentrant() -> Any:
    return checkpoint(lambda x: x.sin().exp(), leaf(), use_reentrant=False).sum()


def sequential() -> Any:
    layers = torch.nn.Sequential(linear(), torch.nn.Tanh(), linear(), torch.nn.Tanh())
    sequence: Any = checkpoint_sequential
    return sequence(layers, 2, leaf(), use_reentrant=False).sum()


HIDES = "it hides what the write saved"
FUNCTION = "a custom Function: its backward is Python code"
RERUN = "in a checkpoint: what it saved is gone, and forward runs again in backward"

SPECIALS: dict[str, Special] = {
    "CopySlices, value with a gradient": Special(
        written_slice,
        (
            "CopySlices: an in-place write to a view: gradient 0 goes to the base, #",
            " MulBackward0; gradient 1 to the value, #",
            HIDES,
        ),
        ("copy-slices",),
    ),
    "CopySlices, constant value": Special(
        constant_slice,
        ("gradient 0 goes to the base, #1 MulBackward0; the value needs none",),
        ("copy-slices",),
    ),
    "AsStrided after a write through the view": Special(
        written_view,
        ("CopySlices: an in-place", "AsStridedBackward0: torch made this view anew, since its memory"),
        ("copy-slices", "as-strided"),
    ),
    "AsStrided after a write to the base": Special(
        written_base,
        ("AsStridedBackward0: as_strided was called; or torch made this view anew, since its base was written in",),
        ("as-strided",),
    ),
    "tensors on ctx": Special(
        lambda: applied(Stashing, leaf()).sum(),
        (
            "StashingBackward: " + FUNCTION,
            "leak: ctx.kept, ctx.parts[0] and ctx.parts[1]['more'] hold 192 B outside save_for_backward",
        ),
        ("custom",),
    ),
    "its own output on ctx": Special(
        lambda: applied(Cycling, leaf()).sum(),
        ("leak: ctx.out holds 64 B outside", "ctx.out is its own output, a cycle: only the garbage collector frees it"),
        ("custom",),
    ),
    "custom Function": Special(lambda: applied(Cubing, leaf()).sum(), (FUNCTION,), ("custom",)),
    "custom Function, mark_dirty": Special(lambda: applied(Writing, leaf() * 1).sum(), (FUNCTION,), ("custom",)),
    "custom Function, mark_non_differentiable": Special(
        lambda: applied(Highest, leaf()), ("a custom Function", "2 outputs"), ("custom",)
    ),
    "reentrant checkpoint": Special(
        reentrant, ("a reentrant checkpoint: forward runs again in backward, in a graph of its own",), ("checkpoint",)
    ),
    "non-reentrant checkpoint": Special(
        not_reentrant, ("SinBackward0: " + RERUN, "ExpBackward0: " + RERUN), ("checkpoint", "checkpoint")
    ),
    "checkpoint of a sequence": Special(sequential, (RERUN,)),
    "compiled": Special(compiled, ("compiled: one node for all operators of a torch.compile region",), ("compiled",)),
    "double backward": Special(
        twice_differentiated, ("SigmoidBackwardBackward0: double backward: made by a backward that ran with",)
    ),
    "double backward of a custom Function": Special(partial(differentiated_function, Cubing), (FUNCTION,)),
    "double backward that is refused": Special(
        partial(differentiated_function, Once), ("Error: backward raises here: this gradient cannot be",)
    ),
    "unbind, some used": Special(
        some_of_unbound, ("UnbindBackward0: 4 outputs, of which this graph uses 0 and 2; the others get no gradient",)
    ),
    "split, all used": Special(all_of_split, ("SplitBackward0: 2 outputs, all used here",)),
    "several outputs, one used": Special(some_of_svd, ("LinalgSvdBackward0: 3 outputs, of which this graph uses 1;",)),
    "leaf written under no_grad": Special(written_leaf, nodes=2),
    "freed graph": Special(
        freed, ("freed: backward has run, and what 1 node saved is gone; a second backward raises",), nodes=4
    ),
    "list of outputs": Special(lambda: [leaf().sin().sum(), leaf().exp().sum()], nodes=6),
    "dict of outputs": Special(lambda: {"loss": leaf().sum(), "logits": leaf() * 2}, nodes=4),
    "leaf as loss": Special(
        lambda: torch.ones((), requires_grad=True), ("is a leaf: backward only puts the gradient",), nodes=1
    ),
    "loss without a graph": Special(lambda: torch.ones(()), ("has no graph: it is no result of a recorded",), nodes=0),
    "integers as loss": Special(lambda: leaf().argmax(), ("has no graph: int64 has no gradients",), nodes=0),
    "loss of several elements": Special(lambda: leaf() * 2, nodes=2),
    "made in inference mode": Special(inference, ("has no graph: it was made in inference mode",), nodes=0),
    "view under no_grad whose base was written": Special(
        refused_view, ("has no graph that torch would show: it is a view made under no_grad",), nodes=0
    ),
    "foreach": Special(foreach, ("ForeachMulBackward0List: one node for a list of tensors (foreach): it hides",)),
    "parameters after a foreach step": Special(after_foreach_step),
    "hooks on a leaf": Special(hooked, ("AccumulateGrad: 1 hook on its gradient; 1 hook once its grad is there",)),
    "full backward hook of a module": Special(
        full_backward_hook, ("a full backward hook of a module stands here",), ("custom", "custom")
    ),
    "tied parameters": Special(tied, ("AccumulateGrad: used 2 times: its gradients are added up",)),
    "custom operator": Special(custom_operator, ("a custom operator: its backward was registered",)),
    "nested tensor": Special(nested),
    "sparse tensor": Special(sparse, ("AccumulateGrad: used 2 times",)),
    "save_on_cpu": Special(moved_to_the_cpu, ("SinBackward0: save_on_cpu holds what it saved in memory of its own",)),
    "views of views": Special(lambda: leaf().view(-1).reshape(2, 8).expand(3, 2, 8).to(torch.float64).sum()),
}
"""Name of the case and its program."""
