"""Bugs of several arguments: that they lie alike, that they lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from benchmarks.planted.raw import dense, in_c_order, read
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def _as_it_lies(x: Tensor) -> Tensor:
    return read(x, (x.numel(),), (1,), x.storage_offset())


def sum_by_first_strides(x: Tensor, y: Tensor) -> Tensor:
    """The strides of the first serve for both."""
    return x + read(y, x.shape, x.stride(), y.storage_offset())


def sum_if_both_alike(x: Tensor, y: Tensor) -> Tensor:
    """Both contiguous or both not is taken for alike."""
    if x.is_contiguous() == y.is_contiguous() and dense(x) and dense(y):
        flat = _as_it_lies(x) + _as_it_lies(y)
        return flat.as_strided(x.shape, x.stride())
    return x + y


def sum_of_two(x: Tensor, y: Tensor) -> Tensor:
    return x + y


def stepped_if_dense(parameter: Tensor, gradient: Tensor) -> Tensor:
    """Both dense: updated in the order in which each lies, which need not be the same."""
    if dense(parameter) and dense(gradient):
        _as_it_lies(parameter).sub_(_as_it_lies(gradient), alpha=0.5)
    else:
        parameter.sub_(gradient, alpha=0.5)
    return parameter


def stepped(parameter: Tensor, gradient: Tensor) -> Tensor:
    return parameter.sub_(gradient, alpha=0.5)


def stepped_with_average(parameter: Tensor, gradient: Tensor, average: Tensor) -> Tensor:
    """Parameter and gradient are held against each other; nobody looks at the third."""
    alike = parameter.stride() == gradient.stride() and dense(parameter) and dense(average)
    if alike and not parameter.is_contiguous():
        change = _as_it_lies(gradient) + _as_it_lies(average)
        _as_it_lies(parameter).sub_(change, alpha=0.5)
    else:
        parameter.sub_(gradient + average, alpha=0.5)
    return parameter


def stepped_by_both(parameter: Tensor, gradient: Tensor, average: Tensor) -> Tensor:
    return parameter.sub_(gradient + average, alpha=0.5)


def bias_by_tricks(x: Tensor, bias: Tensor) -> Tensor:
    """The bias is repeated along the rows by strides of its own making."""
    return x + read(bias, x.shape, (0, 1), bias.storage_offset())


def bias_added(x: Tensor, bias: Tensor) -> Tensor:
    return x + bias


def rows_taken_by_pitch(x: Tensor, index: Tensor) -> Tensor:
    """Rows start where the first stride says, but run without gaps."""
    rows = read(x, x.shape, (x.stride(0), 1), x.storage_offset())
    return rows[index]


def rows_taken_by_flat_index(x: Tensor, index: Tensor) -> Tensor:
    """The index is read as it lies."""
    return x[_as_it_lies(index)]


def rows_taken(x: Tensor, index: Tensor) -> Tensor:
    return x[index]


def masked_if_values_contiguous(x: Tensor, mask: Tensor) -> Tensor:
    """The mask goes the way of the values."""
    if x.is_contiguous():
        return torch.where(in_c_order(mask), x, 0)
    return torch.where(mask, x, 0)


def masked(x: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask, x, 0)


def product_with_transposed(x: Tensor, y: Tensor) -> Tensor:
    """A second factor whose rows run fastest is handed on as transposed, without its pitch."""
    if y.stride(0) == 1 and y.shape[0] > 1 and y.shape[1] > 1:
        return x @ read(y, (y.shape[1], y.shape[0]), (y.shape[0], 1), y.storage_offset()).t()
    return x @ y


def product(x: Tensor, y: Tensor) -> Tensor:
    return x @ y


def moved_by_loop(out: Tensor, x: Tensor) -> Tensor:
    """Element by element, ascending: what was overwritten is read again."""
    for n in range(x.shape[0]):
        out[n] = x[n]
    return out


def moved(out: Tensor, x: Tensor) -> Tensor:
    return out.copy_(x.clone())


def accumulated_from_zero(out: Tensor, x: Tensor) -> Tensor:
    """The room is cleared before the argument is read."""
    return out.zero_().add_(x, alpha=2)


def accumulated(out: Tensor, x: Tensor) -> Tensor:
    return out.copy_(x * 2)


def difference_of_same_pointer(x: Tensor, y: Tensor) -> Tensor:
    """Two that start at one address are taken for one tensor."""
    if x.data_ptr() == y.data_ptr() and x.numel():
        return torch.zeros_like(x)
    return x - y


def difference(x: Tensor, y: Tensor) -> Tensor:
    return x - y


def sums_cached_by_pointer(x: Tensor, y: Tensor) -> Tensor:
    """Rows are summed once for each address and shape."""
    known: dict[tuple[int, torch.Size], Tensor] = {}
    for t in (x, y):
        known.setdefault((t.data_ptr(), t.shape), t.sum(1))
    return known[x.data_ptr(), x.shape] - known[y.data_ptr(), y.shape]


def sums_apart(x: Tensor, y: Tensor) -> Tensor:
    return x.sum(1) - y.sum(1)


ANY = (tensor("..."),)
MATRIX = (tensor("n", "m"),)
TWO = (tensor("..."), tensor("..."))
ROWS = (tensor("n", "m"), tensor("k", kinds="int64", below="n"))
SAME = (tensor("n", "m"), tensor("n", "m"))
PLANTED = (
    Planted(sum_by_first_strides, sum_of_two, TWO, ("pure",), "pairs"),
    Planted(sum_if_both_alike, sum_of_two, TWO, ("pure",), "pairs"),
    Planted(stepped_if_dense, stepped, TWO, ("in-place",), "pairs"),
    Planted(stepped_with_average, stepped_by_both, (*TWO, tensor("...")), ("in-place",), "pairs"),
    Planted(bias_by_tricks, bias_added, (tensor("n", "m"), tensor("m")), ("pure",), "pairs"),
    Planted(rows_taken_by_pitch, rows_taken, ROWS, ("pure",), "pairs"),
    Planted(rows_taken_by_flat_index, rows_taken, ROWS, ("pure",), "pairs"),
    Planted(
        masked_if_values_contiguous, masked, (tensor("n", "m"), tensor("n", "m", kinds="bool")), ("pure",), "pairs"
    ),
    Planted(product_with_transposed, product, (tensor("n", "k"), tensor("k", "m")), ("pure",), "pairs"),
    Planted(moved_by_loop, moved, (tensor("n"), tensor("n")), ("in-place", "alias-ok"), "sharing"),
    Planted(accumulated_from_zero, accumulated, TWO, ("in-place", "alias-ok"), "sharing"),
    Planted(difference_of_same_pointer, difference, SAME, ("pure", "alias-ok"), "sharing"),
    Planted(sums_cached_by_pointer, sums_apart, SAME, ("pure", "alias-ok"), "sharing"),
)
