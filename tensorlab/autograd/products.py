"""Jacobian and Hessian times a vector, by ``torch.func``: the matrix is never built, and its sides are told."""

from __future__ import annotations

import warnings
from math import sqrt
from typing import TYPE_CHECKING, Any

import torch
from torch.func import grad, jvp, vjp
from torch.utils import _pytree as pytree

from tensorlab.autograd.flow.measures import measure
from tensorlab.autograd.flow.record import GradientProduct
from tensorlab.autograd.refusals import first_sentence
from tensorlab.errors import UnknownNameError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.flow.record import ProductKind, Shaped

KINDS = ("jvp", "vjp", "hvp")


def product(
    function: Callable[..., Any], at: tuple[Any, ...], kind: ProductKind, vector: tuple[Any, ...] | None = None
) -> GradientProduct:
    """A Jacobian or Hessian of the function at a point, times a vector; nothing of the arguments' graphs is touched.

    Args:
        function: Gives tensors, in any structure of lists and dicts; one scalar for hvp.
        at: Its arguments: tensors, or structures of them.
        kind: "jvp", "vjp" or "hvp".
        vector: As ``at`` for jvp and hvp; a tuple of the one value of the function for vjp. None for ones.

    Raises:
        UnknownNameError: There is no such product.
        UnsupportedError: The function cannot be differentiated that way, or the vector has another structure or shape.

    >>> print(product(lambda x: x * x.sum(), (torch.ones(3),), "jvp"))
    jvp of <lambda>: J (3) x (3), times a vector like the point
    point   float32 (3,)
    value   float32 (3,)
    vector  float32 (3,)
    product float32 (3,) norm 10.4
    ones were taken for the vector
    """
    if kind not in KINDS:
        raise UnknownNameError(f"a product is one of {', '.join(KINDS)}; got {kind!r}")
    name = str(getattr(function, "__name__", type(function).__name__))
    point = pytree.tree_map(_apart, at)
    _only_tensors(point, "a point")
    try:
        value = function(*point)
        given = _vector(point if kind != "vjp" else (value,), vector, kind)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*torch.jit", DeprecationWarning)  # torch's own forward derivatives
            found, notes = _COMPUTED[kind](function, point, given)
    except UnsupportedError:
        raise
    except Exception as error:
        raise UnsupportedError(
            f"the {kind} of {name} cannot be computed: {first_sentence(error)}",
            hint="torch.func needs a function of its arguments alone: no backward() and no item() in it",
        ) from error
    said = () if vector is not None else ("ones were taken for the vector",)
    return GradientProduct(
        kind=kind,
        function=name,
        point=_shapes(point),
        result=_shapes(value),
        vector=_shapes(given),
        product=_shapes(found),
        norm=sqrt(sum(measure(leaf).norm ** 2 for leaf in _leaves(found))),
        notes=(*notes, *said),
        value=found,
    )


def _jvp(function: Callable[..., Any], point: Any, vector: Any) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401 - structures
    return jvp(function, point, vector)[1], ()


def _vjp(function: Callable[..., Any], point: Any, vector: Any) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401 - structures
    found = vjp(function, *point)[1](vector[0])
    return (found[0] if len(found) == 1 else found), ()


def _hvp(function: Callable[..., Any], point: Any, vector: Any) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401 - structures
    """Forward over reverse; where an operator has no forward derivative, reverse over reverse, which gives the same."""
    slopes = grad(function, argnums=tuple(range(len(point))))
    try:
        found = jvp(slopes, point, vector)[1]
        note = "forward over reverse: one forward pass and one backward pass, with the vector along"
    except (NotImplementedError, RuntimeError):
        found = vjp(slopes, *point)[1](vector)
        note = "reverse over reverse: an operator has no forward derivative"
    return (found[0] if len(found) == 1 else found), (note,)


_COMPUTED = {"jvp": _jvp, "vjp": _vjp, "hvp": _hvp}


def _vector(like: Any, vector: Any, kind: str) -> Any:  # noqa: ANN401 - structures
    """The vector, which has the structure and the shapes of what it is multiplied with; ones where there is none."""
    if vector is None:
        return pytree.tree_map(lambda leaf: torch.ones_like(leaf).detach(), like)
    given = pytree.tree_map(_apart, vector)
    _only_tensors(given, "a vector")
    came, wanted = _shapes(given), _shapes(like)
    if [shape for shape, _ in came] != [shape for shape, _ in wanted]:
        side = "value" if kind == "vjp" else "point"
        raise UnsupportedError(
            f"the vector of a {kind} has the shapes of the {side}, {_told(wanted)}; got {_told(came)}",
            hint="leave vector out for ones",
        )
    same = zip(_leaves(given), _leaves(like), strict=True)
    return pytree.tree_unflatten([leaf.to(other.dtype) for leaf, other in same], pytree.tree_flatten(like)[1])


def _told(shapes: tuple[Shaped, ...]) -> str:
    return ", ".join(str(shape) for shape, _ in shapes) or "nothing"


def _apart(leaf: Any) -> Any:  # noqa: ANN401 - a leaf may be anything
    return leaf.detach() if isinstance(leaf, torch.Tensor) else leaf


def _only_tensors(structure: Any, what: str) -> None:  # noqa: ANN401 - structures
    other = next((leaf for leaf in _leaves(structure) if not isinstance(leaf, torch.Tensor)), None)
    if other is not None or not _leaves(structure):
        came = "nothing" if other is None else f"an object of type {type(other).__name__}"
        raise UnsupportedError(f"{what} of a product holds tensors; got {came}", hint="give at=(tensor, ...)")


def _leaves(structure: Any) -> list[Any]:  # noqa: ANN401 - structures
    return list(pytree.tree_leaves(structure))


def _shapes(structure: Any) -> tuple[Shaped, ...]:  # noqa: ANN401 - structures
    tensors = [leaf for leaf in _leaves(structure) if isinstance(leaf, torch.Tensor)]
    return tuple((tuple(leaf.shape), str(leaf.dtype).removeprefix("torch.")) for leaf in tensors)
