"""Bugs of axes that mean little: of size 1, of stride 0, of size 0, none at all, and elements that share bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from benchmarks.planted.raw import c_strides, extent, read, whole
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def rows_with_leading_dimension(x: Tensor) -> Tensor:
    """The row pitch has to hold a row even where there is one row only, whose stride means nothing."""
    if x.stride(0) < x.shape[1]:
        x = x.t().contiguous().t() if x.stride(0) == 1 and x.shape[0] > 1 else x
        if x.shape[0] == 1:
            raise ValueError(f"leading dimension {x.stride(0)} is less than {x.shape[1]}")
    return x.sum(1)


def sums_of_rows(x: Tensor) -> Tensor:
    return x.sum(1)


def merged_by_inner_stride(x: Tensor) -> Tensor:
    """An inner axis of size 1 gives its stride to the merged axis."""
    if x.shape[1] == 1 or x.stride(0) == x.shape[1] * x.stride(1):
        merged = (x.shape[0] * x.shape[1], x.shape[2])
        return read(x, merged, (x.stride(1), x.stride(2)), x.storage_offset()).clone()
    return x.flatten(0, 1).clone()


def merged(x: Tensor) -> Tensor:
    return x.flatten(0, 1).clone()


def sums_of_short_rows(x: Tensor) -> Tensor:
    """A single row whose stride is 0 is taken for a row that repeats one element."""
    if x.shape[0] == 1 and x.stride(0) == 0:
        return x[0, :1].expand(x.shape[1]).clone()
    return x.sum(0)


def total_of_constant(x: Tensor) -> Tensor:
    """One axis that repeats is taken for all of them."""
    if x.numel() and 0 in x.stride():
        return x.reshape(-1)[0] * x.numel()
    return x.sum()


def total_of_distinct(x: Tensor) -> Tensor:
    """Axes that repeat are counted once."""
    for axis, (size, stride) in enumerate(zip(x.shape, x.stride(), strict=True)):
        if stride == 0 and size > 1:
            x = x.narrow(axis, 0, 1)
    return x.sum()


def total_by_addresses(x: Tensor) -> Tensor:
    """Elements that share an address are counted once."""
    places = torch.full(x.shape, int(x.storage_offset()))
    for axis, (size, stride) in enumerate(zip(x.shape, x.stride(), strict=True)):
        steps = torch.arange(size) * stride
        places = places + steps.view([-1 if n == axis else 1 for n in range(x.ndim)])
    return whole(x)[torch.unique(places)].sum()


def total(x: Tensor) -> Tensor:
    return x.sum()


def doubled_in_a_copy_of_memory(x: Tensor) -> Tensor:
    """A copy keeps the strides, and what shares bytes is doubled twice."""
    span = read(x, (extent(x),), (1,), x.storage_offset()).clone()
    for axis in range(x.ndim):
        if x.stride(axis) == 0 and x.shape[axis] > 1:
            return x * 2
    if x.ndim == 0 or x.numel() == 0:
        return x * 2
    copy = span.as_strided(x.shape, x.stride())
    for row in copy:
        row.mul_(2)
    return copy.clone()


def doubled(x: Tensor) -> Tensor:
    return x * 2


def ratio_of_pitches(x: Tensor) -> Tensor:
    """A stride of 0 is divided by."""
    return x.sum(0) if x.stride(0) // x.stride(1) >= 0 else x


def sums_of_columns(x: Tensor) -> Tensor:
    return x.sum(0)


def first_marked(x: Tensor) -> Tensor:
    """The loop looks at its end after the first element; no elements, one is written."""
    if x.untyped_storage().nbytes():
        whole(x)[x.storage_offset() : x.storage_offset() + 1] = 7
    if x.numel():
        x.fill_(7)
    return x


def all_marked(x: Tensor) -> Tensor:
    return x.fill_(7)


def scalar_from_storage_start(x: Tensor) -> Tensor:
    """Without axes there is nothing to add to the storage's first address."""
    return whole(x)[0].abs() if x.ndim == 0 else x.abs()


def magnitudes(x: Tensor) -> Tensor:
    return x.abs()


def empty_keeps_span(x: Tensor) -> Tensor:
    """No elements, but room for as many as the strides tell of."""
    if x.numel() == 0 and x.stride() != c_strides(x.shape):
        return x.new_zeros(max(x.stride()))
    return x.reshape(-1).clone()


def flattened(x: Tensor) -> Tensor:
    return x.reshape(-1).clone()


ANY = (tensor("..."),)
MATRIX = (tensor("n", "m"),)
PLANTED = (
    Planted(rows_with_leading_dimension, sums_of_rows, MATRIX, ("total",), "ones"),
    Planted(merged_by_inner_stride, merged, (tensor("a", "b", "c"),), ("pure",), "ones"),
    Planted(sums_of_short_rows, sums_of_columns, MATRIX, ("pure",), "ones"),
    Planted(total_of_constant, total, ANY, ("pure",), "repeats"),
    Planted(total_of_distinct, total, ANY, ("pure",), "repeats"),
    Planted(total_by_addresses, total, ANY, ("pure",), "repeats"),
    Planted(doubled_in_a_copy_of_memory, doubled, ANY, ("pure",), "repeats"),
    Planted(ratio_of_pitches, sums_of_columns, MATRIX, ("total",), "repeats"),
    Planted(first_marked, all_marked, ANY, ("in-place",), "empty"),
    Planted(scalar_from_storage_start, magnitudes, ANY, ("pure",), "empty"),
    Planted(empty_keeps_span, flattened, ANY, ("pure",), "empty"),
)
