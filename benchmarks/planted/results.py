"""Bugs of what comes back: memory that it shares or does not, how it lies; and of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from benchmarks.planted.raw import in_c_order
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def snapshot_by_contiguous(x: Tensor) -> Tensor:
    """A snapshot that is the argument itself where it is contiguous."""
    return x.contiguous()


def snapshot(x: Tensor) -> Tensor:
    return x.clone()


def flat_copy_by_reshape(x: Tensor) -> Tensor:
    """A copy only where the axes do not merge."""
    return x.reshape(-1)


def flat_copy(x: Tensor) -> Tensor:
    return x.reshape(-1).clone()


def halves_of_a_copy(x: Tensor) -> Tensor:
    """A window on the argument that is one on its copy where it is not contiguous."""
    return x.contiguous().view(x.shape[0], 2, 2)


def halves(x: Tensor) -> Tensor:
    return x.view(x.shape[0], 2, 2)


def diagonal_of_a_copy(x: Tensor) -> Tensor:
    """A window only where rows have no gaps."""
    return x.diagonal() if x.stride(0) == x.shape[1] else x.diagonal().clone()


def diagonal(x: Tensor) -> Tensor:
    return x.diagonal()


def doubled_as_it_lay(x: Tensor) -> Tensor:
    """The result lies as its argument does."""
    return x * 2


def doubled_in_c_order(x: Tensor) -> Tensor:
    return (x * 2).contiguous()


def filled_like(x: Tensor) -> Tensor:
    """Room like the argument's, whatever order that has."""
    return torch.empty_like(x).copy_(x)


def filled_in_c_order(x: Tensor) -> Tensor:
    return x.clone(memory_format=torch.contiguous_format)


def split_by_view(x: Tensor) -> Tensor:
    """view refuses what reshape copies."""
    return x.view(-1).cumsum(0)


def split_by_reshape(x: Tensor) -> Tensor:
    return x.reshape(-1).cumsum(0)


class _ScaledAsItLies(torch.autograd.Function):
    """The gradient is read as if it lay in C order."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        return x * 2

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        return in_c_order(gradient) * 2


class _ScaledConstant(torch.autograd.Function):
    """A gradient that repeats along one axis is taken to be one number, as that of sum() is."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        return x * 2

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        if gradient.numel() and 0 in gradient.stride():
            return gradient.reshape(-1)[0].expand(gradient.shape) * 2
        return gradient * 2


def _gradient(function: Any, x: Tensor, gradient: Tensor) -> Tensor:  # noqa: ANN401 - torch does not type apply
    leaf = x.detach().clone().requires_grad_()
    function(leaf).backward(gradient)
    found = leaf.grad
    return torch.zeros_like(x) if found is None else found


def gradient_as_it_lies(x: Tensor, gradient: Tensor) -> Tensor:
    return _gradient(_ScaledAsItLies.apply, x, gradient)


def gradient_as_constant(x: Tensor, gradient: Tensor) -> Tensor:
    return _gradient(_ScaledConstant.apply, x, gradient)


def gradient_of_double(x: Tensor, gradient: Tensor) -> Tensor:
    return _gradient(lambda leaf: leaf * 2, x, gradient)


ANY = (tensor("..."),)
TWO = (tensor("..."), tensor("..."))
PLANTED = (
    Planted(snapshot_by_contiguous, snapshot, ANY, ("fresh",), "sharing"),
    Planted(flat_copy_by_reshape, flat_copy, ANY, ("fresh",), "sharing"),
    Planted(halves_of_a_copy, halves, (tensor("n", 4),), ("view",), "sharing"),
    Planted(diagonal_of_a_copy, diagonal, (tensor("n", "m"),), ("view",), "sharing"),
    Planted(doubled_as_it_lay, doubled_in_c_order, ANY, ("contiguous-out",), "result"),
    Planted(filled_like, filled_in_c_order, ANY, ("contiguous-out",), "result"),
    Planted(split_by_view, split_by_reshape, ANY, ("total",), "result"),
    Planted(gradient_as_it_lies, gradient_of_double, TWO, ("pure",), "autograd"),
    Planted(gradient_as_constant, gradient_of_double, TWO, ("pure",), "autograd"),
)
