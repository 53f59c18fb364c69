"""Bugs of fast paths: a condition on the strides that lets more layouts in than the path serves."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import torch

from benchmarks.planted.raw import c_strides, dense, in_c_order, read
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def tripled_if_dense(x: Tensor) -> Tensor:
    """Dense elements are visited as they lie, and the result is in C order."""
    if dense(x):
        return (read(x, (x.numel(),), (1,), x.storage_offset()) * 3).view(x.shape)
    return x * 3


def tripled_if_last_is_one(x: Tensor) -> Tensor:
    """A last axis without gaps is taken for C order."""
    return in_c_order(x) * 3 if x.ndim and x.stride(-1) == 1 else x * 3


def tripled_if_first_is_whole(x: Tensor) -> Tensor:
    """The first stride is taken to tell about all of them."""
    return in_c_order(x) * 3 if x.ndim and x.stride(0) == prod(x.shape[1:]) else x * 3


def tripled_if_large(x: Tensor) -> Tensor:
    """Only small inputs are read with their strides."""
    return x * 3 if x.numel() < 24 else in_c_order(x) * 3


def tripled(x: Tensor) -> Tensor:
    return x * 3


def doubled_column_major(x: Tensor) -> Tensor:
    """Columns are taken to follow each other without a gap."""
    if x.stride(0) == 1:
        return 2 * read(x, x.shape[::-1], c_strides(x.shape[::-1]), x.storage_offset()).t()
    return x * 2


def doubled_fortran(x: Tensor) -> Tensor:
    """Any number of axes, the first of which is fastest, is taken for Fortran order."""
    if x.ndim > 2 and x.stride(0) == 1 and dense(x):
        flipped = read(x, x.shape[::-1], c_strides(x.shape[::-1]), x.storage_offset())
        return 2 * flipped.permute(tuple(range(x.ndim))[::-1])
    return x * 2


def doubled_inner_block(x: Tensor) -> Tensor:
    """The last two axes merge, but with a stride that need not be 1."""
    if x.ndim > 1 and x.stride(-2) == x.shape[-1] * x.stride(-1):
        rows = x.shape[-2] * x.shape[-1]
        merged = read(x, (*x.shape[:-2], rows), (*x.stride()[:-2], 1), x.storage_offset())
        return 2 * merged.reshape(x.shape)
    return x * 2


def doubled_swapped_middle(x: Tensor) -> Tensor:
    """Attention heads: (b, s, h, d) seen as (b, h, s, d) is recognised by two strides of four."""
    b, h, s, d = x.shape
    if x.stride(3) == 1 and x.stride(1) == d and x.stride(2) > d:
        return 2 * read(x, (b, s, h, d), c_strides((b, s, h, d)), x.storage_offset()).transpose(1, 2)
    return x * 2


def doubled(x: Tensor) -> Tensor:
    return x * 2


def doubled_in_blocks(x: Tensor) -> Tensor:
    """What is left over after whole blocks of 16 is looked for as if it lay without gaps."""
    whole_blocks = x.shape[0] // 16 * 16
    if whole_blocks == 0 or whole_blocks == x.shape[0]:
        return x * 2
    tail = read(x, (x.shape[0] - whole_blocks,), x.stride(), x.storage_offset() + whole_blocks)
    return torch.cat((x[:whole_blocks] * 2, tail * 2))


def pooled_channels_last(x: Tensor) -> Tensor:
    """Channels that are fastest are taken to lie without gaps behind them."""
    n, c, h, w = x.shape
    if x.stride(1) == 1 and x.stride(3) == c:
        return read(x, (n, h, w, c), c_strides((n, h, w, c)), x.storage_offset()).sum((1, 2))
    return pooled(x)


def pooled(x: Tensor) -> Tensor:
    return x.sum((2, 3))


def flattened_channels_last(x: Tensor) -> Tensor:
    """Elements of channels_last memory come out as they lie."""
    if x.is_contiguous(memory_format=torch.channels_last):
        return read(x, (x.numel(),), (1,), x.storage_offset()).clone()
    return x.reshape(-1).clone()


def flattened_channels_last_3d(x: Tensor) -> Tensor:
    """The same with five axes."""
    if x.is_contiguous(memory_format=torch.channels_last_3d):
        return read(x, (x.numel(),), (1,), x.storage_offset()).clone()
    return x.reshape(-1).clone()


def flattened_in_memory_order(x: Tensor) -> Tensor:
    """NumPy's order K where order C was asked for."""
    strides = x.stride()
    order = sorted(range(x.ndim), key=lambda axis: strides[axis], reverse=True)
    return x.permute(order).reshape(-1).clone()


def flattened(x: Tensor) -> Tensor:
    return x.reshape(-1).clone()


def cumulated_along_fastest(x: Tensor) -> Tensor:
    """The axis of the smallest stride is taken for the last one."""
    axis = min(range(x.ndim), key=lambda n: (x.stride(n) if x.shape[n] > 1 else 1, -n))
    return x.cumsum(axis)


def cumulated_along_last(x: Tensor) -> Tensor:
    return x.cumsum(x.ndim - 1)


ANY = (tensor("..."),)
MATRIX = (tensor("n", "m"),)
PLANTED = (
    Planted(tripled_if_dense, tripled, ANY, ("pure",), "fast path"),
    Planted(tripled_if_last_is_one, tripled, ANY, ("pure",), "fast path"),
    Planted(tripled_if_first_is_whole, tripled, ANY, ("pure",), "fast path"),
    Planted(tripled_if_large, tripled, ANY, ("pure",), "fast path"),
    Planted(doubled_column_major, doubled, MATRIX, ("pure",), "fast path"),
    Planted(doubled_fortran, doubled, ANY, ("pure",), "fast path"),
    Planted(doubled_inner_block, doubled, (tensor("b", "n", "m"),), ("pure",), "fast path"),
    Planted(doubled_swapped_middle, doubled, (tensor("b", "h", "s", "d"),), ("pure",), "fast path"),
    Planted(doubled_in_blocks, doubled, (tensor("n"),), ("pure",), "fast path"),
    Planted(pooled_channels_last, pooled, (tensor("n", "c", "h", "w"),), ("pure",), "fast path"),
    Planted(flattened_channels_last, flattened, (tensor("n", "c", "h", "w"),), ("fresh",), "fast path"),
    Planted(flattened_channels_last_3d, flattened, (tensor("n", "c", "d", "h", "w"),), ("fresh",), "fast path"),
    Planted(flattened_in_memory_order, flattened, ANY, ("pure",), "fast path"),
    Planted(cumulated_along_fastest, cumulated_along_last, MATRIX, ("pure",), "fast path"),
)
