"""Bugs that need several things at once, or that lie where nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.planted.raw import c_strides, in_c_order, read, whole
from benchmarks.planted.record import Planted, array, tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


def total_in_words(x: Tensor) -> Tensor:
    """Whole words of four bytes are read from an address that is rounded down to one."""
    if x.is_contiguous() and x.numel() % 4 == 0 and x.numel():
        start = int(x.storage_offset()) // 4 * 4
        return whole(x)[start : start + x.numel()].sum()
    return x.sum()


def total(x: Tensor) -> Tensor:
    return x.sum()


def scaled_by_column(x: Tensor, scale: Tensor) -> Tensor:
    """A column is taken for a vector: its only stride that counts is not looked at."""
    return x * read(scale, (x.shape[0], 1), (1, 1), scale.storage_offset())


def scaled(x: Tensor, scale: Tensor) -> Tensor:
    return x * scale


def products_of_batch(x: Tensor, y: Tensor) -> Tensor:
    """Matrices without gaps inside are taken to follow each other without gaps."""
    if x.stride(2) == 1 and x.stride(1) == x.shape[2]:
        x = read(x, x.shape, c_strides(x.shape), x.storage_offset())
    return x @ y


def products(x: Tensor, y: Tensor) -> Tensor:
    return x @ y


def flipped_into(out: Tensor, x: Tensor) -> Tensor:
    """Row after row, from the last one: half of them are read after they were written."""
    for n in range(x.shape[0]):
        out[n] = x[x.shape[0] - 1 - n]
    return out


def flipped(out: Tensor, x: Tensor) -> Tensor:
    return out.copy_(x.flip(0))


def turned_in_place(x: Tensor) -> Tensor:
    """What is stored is written, whatever a conj bit makes of it."""
    read(x, x.shape, x.stride(), x.storage_offset()).mul_(1j)
    return x


def turned(x: Tensor) -> Tensor:
    return x.mul_(1j)


def squeezed_unless_one(x: Tensor) -> Tensor:
    """A window, except on a single element, which comes as a number of its own."""
    return x.sum() if x.numel() == 1 else x.squeeze()


def squeezed(x: Tensor) -> Tensor:
    return x.squeeze()


def relu_in_its_format(x: Tensor) -> Tensor:
    """Images keep their memory format, though C order was promised."""
    kept = x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()
    return x.relu().contiguous(memory_format=torch.channels_last if kept else torch.contiguous_format)


def relu(x: Tensor) -> Tensor:
    return x.relu().contiguous()


def sum_from_first_offset(x: Tensor, y: Tensor) -> Tensor:
    """Both are read from where the first one starts."""
    if y.storage_offset() >= x.storage_offset():
        return x + read(y, y.shape, y.stride(), x.storage_offset())
    return x + y


def sum_of_two(x: Tensor, y: Tensor) -> Tensor:
    return x + y


class _Squared(torch.autograd.Function):
    """What was saved is read as if it lay in C order."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # noqa: ANN401 - torch's own context
        return 2 * in_c_order(ctx.saved_tensors[0]) * gradient


def slope_of_saved(x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    square: Any = _Squared.apply
    (found,) = torch.autograd.grad(square(leaf).sum(), leaf)
    return found


def slope(x: Tensor) -> Tensor:
    return 2 * x


def grown_from_pointer(x: NDArray[Any]) -> NDArray[Any]:
    """An axis that runs backwards is written from its first element up."""
    if x.strides[0] < 0:
        forwards = np.ndarray(x.shape, x.dtype, x.base, _start(x), (-x.strides[0],))
        forwards += 1
    else:
        x += 1
    return x


def _start(x: NDArray[Any]) -> int:
    assert isinstance(x.base, np.ndarray)
    return int(x.ctypes.data - x.base.ctypes.data)


def grown(x: NDArray[Any]) -> NDArray[Any]:
    x += 1
    return x


BATCH = (tensor("b", "n", "k"), tensor("b", "k", "m"))
SAME = (tensor("n", "m"), tensor("n", "m"))
PLANTED = (
    Planted(total_in_words, total, (tensor("...", kinds="uint8|int8"),), ("pure",), "storage"),
    Planted(scaled_by_column, scaled, (tensor("n", "m"), tensor("n", 1)), ("pure",), "pairs"),
    Planted(products_of_batch, products, BATCH, ("pure",), "fast path"),
    Planted(flipped_into, flipped, SAME, ("in-place", "alias-ok"), "sharing"),
    Planted(turned_in_place, turned, (tensor("n", kinds="complex64"),), ("in-place",), "bits"),
    Planted(squeezed_unless_one, squeezed, (tensor("n", "m"),), ("view",), "sharing"),
    Planted(relu_in_its_format, relu, (tensor("n", "c", "h", "w"),), ("contiguous-out",), "result"),
    Planted(sum_from_first_offset, sum_of_two, (tensor("..."), tensor("...")), ("pure",), "pairs"),
    Planted(slope_of_saved, slope, (tensor("..."),), ("pure",), "autograd"),
    Planted(grown_from_pointer, grown, (array("n"),), ("in-place",), "numpy"),
)
