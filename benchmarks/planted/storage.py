"""Bugs that take the storage for the tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import torch

from benchmarks.planted.raw import in_c_order, read, whole
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def total_of_storage(x: Tensor) -> Tensor:
    return whole(x).sum()


def total(x: Tensor) -> Tensor:
    return x.sum()


def doubled_from_storage_start(x: Tensor) -> Tensor:
    return (whole(x)[: x.numel()] * 2).view(x.shape)


def doubled_without_offset(x: Tensor) -> Tensor:
    return read(x, x.shape, x.stride(), 0) * 2


def doubled_without_strides(x: Tensor) -> Tensor:
    return in_c_order(x) * 2


def doubled(x: Tensor) -> Tensor:
    return x * 2


def mean_over_storage(x: Tensor) -> Tensor:
    return x.sum() / max(x.untyped_storage().nbytes() // x.element_size(), 1)


def mean_over_elements(x: Tensor) -> Tensor:
    return x.sum() / max(x.numel(), 1)


def flattened_where_contiguous_is_whole(x: Tensor) -> Tensor:
    """What is contiguous is taken to start where its storage does."""
    return whole(x)[: x.numel()].clone() if x.is_contiguous() else x.reshape(-1).clone()


def flattened(x: Tensor) -> Tensor:
    return x.reshape(-1).clone()


def checksum_of_storage(x: Tensor) -> int:
    """What is contiguous is taken to fill its storage."""
    if x.is_contiguous():
        return crc32(whole(x).numpy().tobytes())
    return checksum(x)


def checksum(x: Tensor) -> int:
    return crc32(x.clone(memory_format=torch.contiguous_format).numpy().tobytes())


def last_by_count(x: Tensor) -> Tensor:
    """The last element is taken to lie ``numel`` elements after the first."""
    return whole(x)[x.storage_offset() + x.numel() - 1].clone() if x.numel() else x.sum()


def last_by_index(x: Tensor) -> Tensor:
    return x.reshape(-1)[-1].clone() if x.numel() else x.sum()


def first_of_base(x: Tensor) -> Tensor:
    """A view's base is taken for what it was made from, with the same first element."""
    base = x._base  # noqa: SLF001 - what the bug relies on
    return (x if base is None else base).reshape(-1)[:1].sum()


def first(x: Tensor) -> Tensor:
    return x.reshape(-1)[:1].sum()


def rows_by_first_two_strides(x: Tensor) -> Tensor:
    """Offset and inner stride are forgotten where rows are taken, and only where there are gaps."""
    if x.stride(0) > x.shape[1]:
        return read(x, x.shape, x.stride(), x.storage_offset() % max(x.stride(0), 1)).sum(1)
    return x.sum(1)


def sums_of_rows(x: Tensor) -> Tensor:
    return x.sum(1)


ANY = (tensor("..."),)
PLANTED = (
    Planted(total_of_storage, total, ANY, ("pure",), "storage"),
    Planted(doubled_from_storage_start, doubled, ANY, ("pure",), "storage"),
    Planted(doubled_without_offset, doubled, ANY, ("pure",), "storage"),
    Planted(doubled_without_strides, doubled, ANY, ("value",), "storage"),
    Planted(mean_over_storage, mean_over_elements, ANY, ("pure",), "storage"),
    Planted(flattened_where_contiguous_is_whole, flattened, ANY, ("fresh",), "storage"),
    Planted(checksum_of_storage, checksum, ANY, ("pure",), "storage"),
    Planted(last_by_count, last_by_index, ANY, ("pure",), "storage"),
    Planted(first_of_base, first, ANY, ("pure",), "storage"),
    Planted(rows_by_first_two_strides, sums_of_rows, (tensor("n", "m"),), ("pure",), "storage"),
)
