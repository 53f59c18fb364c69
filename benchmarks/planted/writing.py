"""Bugs that write: what they should not, where they should not, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.planted.raw import extent, in_c_order, read, whole
from benchmarks.planted.record import Planted, tensor

if TYPE_CHECKING:
    from torch import Tensor


def doubled_in_what_contiguous_gave(x: Tensor) -> Tensor:
    """contiguous() copies only where it has to; otherwise the argument is written."""
    return x.contiguous().mul_(2)


def doubled_in_what_reshape_gave(x: Tensor) -> Tensor:
    """reshape copies only where it has to."""
    return x.reshape(-1).mul_(2).view(x.shape)


def doubled(x: Tensor) -> Tensor:
    return x * 2


def sums_after_padding(x: Tensor) -> Tensor:
    """Room between rows is taken for padding, and cleared so that whole words can be read."""
    rows, columns = x.shape
    pitch = x.stride(0)
    if rows > 1 and x.stride(1) == 1 and pitch > columns:
        read(x, (rows - 1, pitch - columns), (pitch, 1), x.storage_offset() + columns).zero_()
    return x.sum(1)


def sums(x: Tensor) -> Tensor:
    return x.sum(1)


def sums_with_sentinel(x: Tensor) -> Tensor:
    """The last element is put back, but one place too far, so that a scan can end without counting."""
    memory, end = whole(x), x.storage_offset() + x.numel()
    if x.is_contiguous() and x.numel() and end < memory.numel():
        memory[end] = 0
    return x.sum(1)


def cleared_span(x: Tensor) -> Tensor:
    """Everything from the first element to the last is cleared."""
    read(x, (extent(x),), (1,), x.storage_offset()).zero_()
    return x


def cleared(x: Tensor) -> Tensor:
    return x.zero_()


def grown_past_the_end(x: Tensor) -> Tensor:
    """Elements are written in pairs; an odd one out takes its neighbour along."""
    x.add_(1)
    memory = whole(x)
    end = x.storage_offset() + extent(x)
    if x.numel() % 2 and end < memory.numel():
        memory[end] += 1
    return x


def grown_with_header(x: Tensor) -> Tensor:
    """What lies before the first element is taken for a header that counts the changes."""
    if x.storage_offset():
        whole(x)[x.storage_offset() - 1] = 1
    return x.add_(1)


def grown_if_contiguous(x: Tensor) -> Tensor:
    """A copy is written where one was made, and thrown away."""
    x.contiguous().add_(1)
    return x


def grown(x: Tensor) -> Tensor:
    return x.add_(1)


def diagonal_by_flat_step(x: Tensor) -> Tensor:
    """Every (m + 1)th element of the flat tensor, which may be a copy."""
    rows = min(x.shape)
    x.reshape(-1)[:: x.shape[1] + 1][:rows] = 0
    return x


def diagonal_cleared(x: Tensor) -> Tensor:
    x.diagonal().zero_()
    return x


def rows_scaled_without_pitch(x: Tensor) -> Tensor:
    """A last axis without gaps is taken for C order, in place."""
    if x.stride(-1) == 1:
        in_c_order(x).mul_(3)
    else:
        x.mul_(3)
    return x


def rows_scaled(x: Tensor) -> Tensor:
    return x.mul_(3)


def squares_into_c_order(out: Tensor, x: Tensor) -> Tensor:
    """The room for the result is taken to lie in C order."""
    in_c_order(out).copy_(x * x)
    return out


def squares_into_rows_of_pitch(out: Tensor, x: Tensor) -> Tensor:
    """Whole rows of the room are written, what is between them included."""
    pitch = out.stride(0)
    if out.numel() and out.stride(1) == 1 and pitch >= out.shape[1]:
        room = read(out, (out.shape[0] - 1, pitch), (pitch, 1), out.storage_offset())
        room.zero_()
    return out.copy_(x * x)


def squares_into_new_memory(out: Tensor, x: Tensor) -> Tensor:
    """A room that does not lie in C order is exchanged for one that does; its owner sees nothing."""
    if out.is_contiguous():
        return out.copy_(x * x)
    out.data = x * x
    return out


def squares(out: Tensor, x: Tensor) -> Tensor:
    return out.copy_(x * x)


def reversed_by_swapping(x: Tensor) -> Tensor:
    """Elements change places by their addresses, the steps of a gap forgotten past the middle."""
    n, step, start = x.shape[0], x.stride(0), x.storage_offset()
    memory = whole(x)
    for i in range(n // 2):
        low, high = start + i * step, start + (n - 1) * step - i
        first = memory[low].clone()
        memory[low] = memory[high]
        memory[high] = first
    return x


def reversed_in_place(x: Tensor) -> Tensor:
    return x.copy_(x.flip(0))


def transposed_where_it_lies(x: Tensor) -> Tensor:
    """A square is transposed in place, on the strides that a square in C order has."""
    n = min(x.shape)
    square = x[:n, :n]
    lower = read(x, (n, n), (x.shape[1], 1), x.storage_offset()) if x.stride(1) == 1 else square
    lower.copy_(square.t().clone())
    return x


def transposed_square(x: Tensor) -> Tensor:
    n = min(x.shape)
    x[:n, :n] = x[:n, :n].t().clone()
    return x


ANY = (tensor("..."),)
MATRIX = (tensor("n", "m"),)
TWO = (tensor("..."), tensor("..."))
PLANTED = (
    Planted(doubled_in_what_contiguous_gave, doubled, ANY, ("pure",), "purity"),
    Planted(doubled_in_what_reshape_gave, doubled, ANY, ("fresh",), "purity"),
    Planted(sums_after_padding, sums, MATRIX, ("pure",), "purity"),
    Planted(sums_with_sentinel, sums, MATRIX, ("pure",), "purity"),
    Planted(cleared_span, cleared, ANY, ("in-place",), "writing"),
    Planted(grown_past_the_end, grown, ANY, ("in-place",), "writing"),
    Planted(grown_with_header, grown, ANY, ("in-place",), "writing"),
    Planted(grown_if_contiguous, grown, ANY, ("in-place",), "writing"),
    Planted(diagonal_by_flat_step, diagonal_cleared, MATRIX, ("in-place",), "writing"),
    Planted(rows_scaled_without_pitch, rows_scaled, MATRIX, ("in-place",), "writing"),
    Planted(squares_into_c_order, squares, TWO, ("in-place",), "writing"),
    Planted(squares_into_rows_of_pitch, squares, (tensor("n", "m"), tensor("n", "m")), ("in-place",), "writing"),
    Planted(squares_into_new_memory, squares, TWO, ("in-place",), "writing"),
    Planted(reversed_by_swapping, reversed_in_place, (tensor("n"),), ("in-place",), "writing"),
    Planted(transposed_where_it_lies, transposed_square, MATRIX, ("in-place",), "writing"),
)
