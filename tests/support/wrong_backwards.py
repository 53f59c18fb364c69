"""Functions with a wrong backward, each wrong in one way, and a correct one."""

from __future__ import annotations

from typing import Any

import torch


class _Tripled(torch.autograd.Function):
    """Three times the input; each kind of wrong is a backward of its own."""

    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x * 3


class Right(_Tripled):
    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return 3 * grads[0]


class OneElement(_Tripled):
    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        found = 3 * grads[0]
        found[..., -1] *= 2
        return found


class Sign(_Tripled):
    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return -3 * grads[0]


class Flat(_Tripled):
    """Reads grad_output as if it were contiguous."""

    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        (grad,) = grads
        strides = torch.empty(grad.shape, device="meta").stride()
        return 3 * grad.as_strided(grad.shape, strides, grad.storage_offset())


class Ignorant(_Tripled):
    """Wrong only where grad_output is expanded: the pattern of ``sum().backward()``."""

    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        (grad,) = grads
        return (6 if 0 in grad.stride() and grad.numel() > 1 else 3) * grad


class InPlace(_Tripled):
    """Writes grad_output."""

    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return grads[0].mul_(3)


class Noisy(_Tripled):
    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return grads[0] * (3 + 1e-7 * torch.rand_like(grads[0]))


class Broadcast(torch.autograd.Function):
    """A sum of a matrix and a row, whose gradient is not reduced."""

    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
        return x + row

    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return grads[0], grads[0][0]


class Conjugated(torch.autograd.Function):
    """The square of a complex number, without the conjugate that torch's convention needs."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = ctx.saved_tensors[0]
        return 2 * x * grads[0]


class SecondWrong(torch.autograd.Function):
    """The square of a number: the first derivative is right, and is a constant to a second backward."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = ctx.saved_tensors[0]
        return 2 * x.detach() * grads[0]
