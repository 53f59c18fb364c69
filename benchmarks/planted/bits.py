"""Bugs that read bytes without the bits that say what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from benchmarks.planted.raw import read, whole
from benchmarks.planted.record import Planted, negated, tensor

if TYPE_CHECKING:
    from torch import Tensor


def _as_stored(x: Tensor) -> Tensor:
    return read(x, x.shape, x.stride(), x.storage_offset())


def doubled_without_conj(x: Tensor) -> Tensor:
    return _as_stored(x) * 2


def doubled_without_neg(x: Tensor) -> Tensor:
    return _as_stored(x) * 2


def doubled(x: Tensor) -> Tensor:
    return x * 2


def row_sums_of_adjoint(x: Tensor) -> Tensor:
    """An adjoint is recognised by its bit and its first stride, and read as a transposed matrix."""
    if x.is_conj() and x.stride(0) == 1 and x.shape[0] > 1:
        return _as_stored(x).sum(1)
    return x.sum(1)


def row_sums(x: Tensor) -> Tensor:
    return x.sum(1)


def real_parts_by_pairs(x: Tensor) -> Tensor:
    """Strides of pairs are doubled; the offset is not."""
    floats = torch.empty(0).set_(x.untyped_storage())
    return floats.as_strided(x.shape, tuple(2 * s for s in x.stride()), x.storage_offset()).clone()


def real_parts(x: Tensor) -> Tensor:
    return x.real.clone()


def doubled_by_four_bytes(x: Tensor) -> Tensor:
    """Elements are taken to have 4 bytes where the offset is counted."""
    data = whole(x)
    offset = x.storage_offset() * 4 // x.element_size()
    return data.as_strided(x.shape, x.stride(), offset) * 2


def count_of_true_bytes(x: Tensor) -> Tensor:
    """Bytes of bool are summed eight at a time where rows have a whole number of words."""
    if x.shape[-1] % 4 == 0 and x.numel():
        rows = read(x, (x.shape[0], x.shape[1]), (x.stride(0), 1), x.storage_offset())
        return rows.sum()
    return x.sum()


def count_of_true(x: Tensor) -> Tensor:
    return x.sum()


def phase_without_neg_after_conj(x: Tensor) -> Tensor:
    """The imaginary part of a conjugate is resolved only where it has no gaps."""
    return (_as_stored(x) if not x.is_contiguous() and x.is_neg() else x).sign()


def phase(x: Tensor) -> Tensor:
    return x.sign()


PLANTED = (
    Planted(doubled_without_conj, doubled, (tensor("...", kinds="complex64"),), ("pure",), "bits"),
    Planted(doubled_without_neg, doubled, (negated("..."),), ("pure",), "bits"),
    Planted(row_sums_of_adjoint, row_sums, (tensor("n", "m", kinds="complex64"),), ("pure",), "bits"),
    Planted(real_parts_by_pairs, real_parts, (tensor("...", kinds="complex64"),), ("pure",), "bits"),
    Planted(doubled_by_four_bytes, doubled, (tensor("...", kinds="float32|float64|int16"),), ("pure",), "bits"),
    Planted(count_of_true_bytes, count_of_true, (tensor("n", "m", kinds="bool"),), ("pure",), "bits"),
    Planted(phase_without_neg_after_conj, phase, (negated("..."),), ("pure",), "bits"),
)
