"""How gradients flow through a network: one backward pass in numbers; products with Jacobians and Hessians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.flow.record import GradientFlow, GradientProduct, ProductKind


@overload
def gradients(  # noqa: D418 - each function of the face says what it does
    loss: object,
    params: object = None,
    model: object = None,
    *,
    wrt: object = None,
    grad: object = None,
    retain_graph: bool = False,
    accumulate: bool = False,
    vanishing: float = 1e-8,
    exploding: float = 1e3,
    jump: float = 1e4,
) -> GradientFlow:
    """Of a loss."""


@overload
def gradients(  # noqa: D418 - as above
    loss: Callable[..., Any], *, at: object, product: ProductKind, vector: object = None
) -> GradientProduct:
    """Of a function, as a product."""


def gradients(  # noqa: PLR0913 - two questions with their options
    loss: object,
    params: object = None,
    model: object = None,
    *,
    wrt: object = None,
    grad: object = None,
    retain_graph: bool = False,
    accumulate: bool = False,
    vanishing: float = 1e-8,
    exploding: float = 1e3,
    jump: float = 1e4,
    at: object = None,
    product: ProductKind | None = None,
    vector: object = None,
) -> GradientFlow | GradientProduct:
    """Run backward once and tell every gradient in numbers: of each node, and of each parameter.

    Norm, largest element, share of zeros, how many are NaN or infinite, and marks: dead, vanishing, exploding,
    nonfinite, no gradient. They are computed in hooks on the nodes, where each gradient passes: none is kept, ``.grad``
    stays as it is, hooks of optimizers do not run. ``show`` plots the result over the steps from the loss.

    As ``backward`` does, it frees the graph: call it in place of that with ``accumulate``, or before it with
    ``retain_graph``.

    Args:
        loss: A tensor, or several in lists, tuples and dicts. Of what is no scalar the sum of its elements is taken,
            or what ``grad`` says. With ``product``, a function of tensors.
        params: Names of leaves: a dict, ``named_parameters()``, a list of tensors.
        model: A module whose parameters name the leaves; those that the loss does not reach are told, too.
        wrt: Tensors whose gradients are kept, as ``value`` of the entries of ``.wrt``: inputs, intermediates, names of
            parameters.
        grad: The gradient of each output.
        retain_graph: Whether the graph stays, so that backward can run again.
        accumulate: Whether gradients are added to ``.grad``, as ``backward`` does.
        vanishing: A gradient whose largest element is at or below this is marked so.
        exploding: One whose largest element is at or above this.
        jump: One whose norm is this many times smaller or larger than its neighbours' nearer to the loss.
        at: Where a product is taken: the argument of the function, or a tuple of them.
        product: "jvp" (Jacobian times vector), "vjp" (vector times Jacobian) or "hvp" (Hessian times vector), by
            ``torch.func``.
        vector: What is multiplied; ones where it is left out.

    Returns:
        A ``GradientFlow``, or of a product a ``GradientProduct`` with the shapes of all that takes part.

    Raises:
        UnsupportedError: There is no graph, or it was freed; an option is not what it should be.
        LayoutError: A limit is not above 0.

    >>> import torch, tensorlab
    >>> layer = torch.nn.Linear(3, 2)
    >>> with torch.no_grad():
    ...     _ = layer.weight.fill_(0.5), layer.bias.fill_(-9.0)
    >>> found = tensorlab.gradients(layer(torch.ones(4, 3)).relu().sum(), model=layer)
    >>> print(found)
    gradients of float32 (): 4 nodes, 2 parameters; 4 dead
    bias float32 (2,) norm 0 max 0 zeros 100% <dead>
    weight float32 (2, 3) norm 0 max 0 zeros 100% <dead>
    AddmmBackward0 float32 (4, 2) norm 0 max 0 zeros 100% <dead>
    TBackward0 float32 (3, 2) norm 0 max 0 zeros 100% <dead>
    >>> layer.weight.grad is None
    True
    >>> x = torch.ones(3)
    >>> tensorlab.gradients(lambda x: (x**3).sum(), at=x, product="hvp", vector=torch.eye(3)[0]).value
    tensor([6., 0., 0.])
    """
    from tensorlab.errors import UnsupportedError

    if product is not None or at is not None:
        return _product(loss, at, product, vector)
    if callable(loss) and not hasattr(loss, "backward"):
        raise UnsupportedError(
            "gradients of a function are asked for as a product", hint='give at=x, product="jvp", "vjp" or "hvp"'
        )
    from tensorlab.autograd.flow.asking import Asked
    from tensorlab.autograd.flow.passes import flow
    from tensorlab.autograd.flow.record import Limits

    limits = Limits(vanishing=vanishing, exploding=exploding, jump=jump)
    return flow(Asked(loss, params, model, wrt, grad, bool(retain_graph), bool(accumulate), limits))


def _product(function: object, at: object, kind: ProductKind | None, vector: object) -> GradientProduct:
    from tensorlab.autograd.products import product
    from tensorlab.errors import UnsupportedError

    if not callable(function) or at is None or kind is None:
        raise UnsupportedError(
            "a product needs a function, a point and its kind", hint='gradients(f, at=x, product="jvp", vector=v)'
        )
    given = vector if vector is None or isinstance(vector, tuple) else (vector,)
    return product(function, at if isinstance(at, tuple) else (at,), kind, given)
