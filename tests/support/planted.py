"""For each planted bug arguments, laid out by hand, that show it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

Array = np.ndarray[Any, Any]


def ramp(*shape: int) -> Tensor:
    """1, 2, 3, ... in C order."""
    return torch.arange(1.0, prod(shape) + 1).view(shape)


def late(x: Tensor) -> Tensor:
    """In C order from the second element of the storage on."""
    return torch.cat((x.new_full((1,), 77), x.reshape(-1), x.new_full((1,), 88)))[1:-1].view(x.shape)


def gaps(x: Tensor) -> Tensor:
    """Every other element of the last axis."""
    return torch.stack((x, torch.full_like(x, 77)), -1)[..., 0]


def pitch(x: Tensor, more: int = 2) -> Tensor:
    """Rows with room behind them."""
    room = x.new_full((*x.shape[:-1], x.shape[-1] + more), 77)
    room[..., : x.shape[-1]] = x
    return room[..., : x.shape[-1]]


def lying(x: Tensor, *order: int) -> Tensor:
    """Dense, the axes from the slowest to the fastest."""
    back = [order.index(axis) for axis in range(x.ndim)]
    return x.permute(order).contiguous().permute(back)


def fortran(x: Tensor) -> Tensor:
    return lying(x, *range(x.ndim)[::-1])


def images(x: Tensor) -> Tensor:
    """Channels fastest."""
    return lying(x, 0, *range(2, x.ndim), 1)


def negated(x: Tensor) -> Tensor:
    return torch.imag(torch.complex(torch.zeros_like(x), -x).conj())


def pair(*shape: int) -> Tensor:
    return torch.complex(ramp(*shape), ramp(*shape) + 100)


def numbers(*shape: int) -> Array:
    return np.arange(1.0, prod(shape) + 1).reshape(shape)


def apart(x: Array) -> Array:
    """Every other element of the last axis of a larger array."""
    room = np.full((*x.shape[:-1], 2 * x.shape[-1] + 1), 77, x.dtype)
    room[..., 1::2] = x
    return room[..., 1::2]


def backwards(x: Array) -> Array:
    """The last axis from its end, amid other elements."""
    room: Array = np.concatenate((np.full_like(x, 77), x[..., ::-1], np.full_like(x, 88)), -1)
    return room[..., x.shape[-1] : 2 * x.shape[-1]][..., ::-1]


def field(x: Array) -> Array:
    """A field of structures: the stride is no multiple of the itemsize."""
    room: NDArray[np.void] = np.zeros(len(x), [("value", x.dtype), ("flag", "u1")])
    room["value"] = x
    return room["value"]


def together(first: tuple[int, ...], second: tuple[int, ...], start: int, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Two views of one storage."""
    memory = ramp(40)
    return memory.as_strided(shape, first, 0), memory.as_strided(shape, second, start)


Arguments = tuple[Any, ...]
WITNESSES: dict[str, Callable[[], Arguments]] = {
    "total_of_storage": lambda: (ramp(4)[:2],),
    "doubled_from_storage_start": lambda: (late(ramp(2, 3)),),
    "doubled_without_offset": lambda: (late(ramp(3)),),
    "doubled_without_strides": lambda: (fortran(ramp(2, 3)),),
    "mean_over_storage": lambda: (ramp(4)[:2],),
    "flattened_where_contiguous_is_whole": lambda: (late(ramp(3)),),
    "checksum_of_storage": lambda: (ramp(4)[:2],),
    "last_by_count": lambda: (gaps(ramp(3)),),
    "first_of_base": lambda: (late(ramp(3)),),
    "rows_by_first_two_strides": lambda: (pitch(late(ramp(4, 3)).clone(), 2)[1:],),
    "tripled_if_dense": lambda: (fortran(ramp(2, 3)),),
    "tripled_if_last_is_one": lambda: (pitch(ramp(2, 3)),),
    "tripled_if_first_is_whole": lambda: (lying(ramp(2, 3, 4), 0, 2, 1),),
    "tripled_if_large": lambda: (gaps(ramp(30)),),
    "doubled_column_major": lambda: (fortran(ramp(4, 3))[:3],),
    "doubled_fortran": lambda: (lying(ramp(2, 3, 4), 1, 2, 0),),
    "doubled_inner_block": lambda: (gaps(ramp(2, 3, 4)),),
    "doubled_swapped_middle": lambda: (lying(ramp(2, 3, 4, 5), 2, 0, 1, 3),),
    "doubled_in_blocks": lambda: (gaps(ramp(17)),),
    "pooled_channels_last": lambda: (images(ramp(2, 3, 4, 5))[..., :3],),
    "flattened_channels_last": lambda: (images(ramp(1, 2, 2, 2)),),
    "flattened_channels_last_3d": lambda: (images(ramp(1, 2, 1, 2, 2)),),
    "flattened_in_memory_order": lambda: (fortran(ramp(2, 3)),),
    "cumulated_along_fastest": lambda: (fortran(ramp(2, 3)),),
    "rows_with_leading_dimension": lambda: (ramp(4).as_strided((1, 4), (1, 1)),),
    "merged_by_inner_stride": lambda: (ramp(9).as_strided((3, 1, 2), (3, 1, 1)),),
    "sums_of_short_rows": lambda: (ramp(4).as_strided((1, 4), (0, 1)),),
    "total_of_constant": lambda: (ramp(2, 1).expand(2, 3),),
    "total_of_distinct": lambda: (ramp(2, 1).expand(2, 3),),
    "total_by_addresses": lambda: (ramp(4).unfold(0, 2, 1),),
    "doubled_in_a_copy_of_memory": lambda: (ramp(4).unfold(0, 2, 1),),
    "ratio_of_pitches": lambda: (ramp(2, 1).expand(2, 3),),
    "first_marked": lambda: (ramp(3)[1:1],),
    "scalar_from_storage_start": lambda: (ramp(3)[2],),
    "empty_keeps_span": lambda: (ramp(2, 6)[:, 1:1].t()[:, ::2],),
    "doubled_without_conj": lambda: (pair(2).conj(),),
    "doubled_without_neg": lambda: (negated(ramp(2)),),
    "row_sums_of_adjoint": lambda: (pair(2, 3).mH,),
    "real_parts_by_pairs": lambda: (pair(4)[1:],),
    "doubled_by_four_bytes": lambda: (late(ramp(3).double()),),
    "count_of_true_bytes": lambda: (gaps(torch.eye(2, 4) > 0),),
    "phase_without_neg_after_conj": lambda: (negated(ramp(4))[::2],),
    "doubled_in_what_contiguous_gave": lambda: (ramp(3),),
    "doubled_in_what_reshape_gave": lambda: (gaps(ramp(3)),),
    "sums_after_padding": lambda: (pitch(ramp(2, 3)),),
    "sums_with_sentinel": lambda: (ramp(3, 3)[:2],),
    "cleared_span": lambda: (gaps(ramp(3)),),
    "grown_past_the_end": lambda: (late(ramp(3)),),
    "grown_with_header": lambda: (late(ramp(3)),),
    "grown_if_contiguous": lambda: (gaps(ramp(3)),),
    "diagonal_by_flat_step": lambda: (fortran(ramp(2, 3)),),
    "rows_scaled_without_pitch": lambda: (pitch(ramp(2, 3)),),
    "squares_into_c_order": lambda: (fortran(ramp(2, 3)), ramp(2, 3)),
    "squares_into_rows_of_pitch": lambda: (pitch(ramp(3, 3)), ramp(3, 3)),
    "squares_into_new_memory": lambda: (gaps(ramp(3)), ramp(3)),
    "reversed_by_swapping": lambda: (gaps(ramp(5)),),
    "transposed_where_it_lies": lambda: (pitch(ramp(3, 3)),),
    "sum_by_first_strides": lambda: (ramp(2, 3), fortran(ramp(2, 3))),
    "sum_if_both_alike": lambda: (lying(ramp(2, 3, 4), 0, 2, 1), lying(ramp(2, 3, 4), 1, 0, 2)),
    "stepped_if_dense": lambda: (ramp(2, 3), fortran(ramp(2, 3))),
    "stepped_with_average": lambda: (fortran(ramp(2, 3)), fortran(ramp(2, 3)), ramp(2, 3)),
    "bias_by_tricks": lambda: (ramp(2, 3), gaps(ramp(3))),
    "rows_taken_by_pitch": lambda: (gaps(ramp(3, 2)), torch.tensor([2, 0])),
    "rows_taken_by_flat_index": lambda: (ramp(3, 2), torch.tensor([2, 0, 1, 1])[::2]),
    "masked_if_values_contiguous": lambda: (ramp(2, 3), fortran(torch.tensor([[True, False, True], [False] * 3]))),
    "product_with_transposed": lambda: (ramp(2, 3), fortran(ramp(4, 2))[:3]),
    "moved_by_loop": lambda: together((1,), (1,), 1, (3,))[::-1],
    "accumulated_from_zero": lambda: (ramp(3),) * 2,
    "difference_of_same_pointer": lambda: together((2, 1), (1, 2), 0, (2, 2)),
    "sums_cached_by_pointer": lambda: together((2, 1), (1, 2), 0, (2, 2)),
    "snapshot_by_contiguous": lambda: (ramp(3),),
    "flat_copy_by_reshape": lambda: (gaps(ramp(3)),),
    "halves_of_a_copy": lambda: (gaps(ramp(2, 4)),),
    "diagonal_of_a_copy": lambda: (pitch(ramp(2, 2)),),
    "doubled_as_it_lay": lambda: (fortran(ramp(2, 3)),),
    "filled_like": lambda: (fortran(ramp(2, 3)),),
    "split_by_view": lambda: (fortran(ramp(2, 3)),),
    "gradient_as_it_lies": lambda: (ramp(2, 3), fortran(ramp(2, 3))),
    "gradient_as_constant": lambda: (ramp(2, 3), ramp(2, 1).expand(2, 3)),
    "total_from_pointer": lambda: (apart(numbers(3)),),
    "doubled_by_size_of_stride": lambda: (backwards(numbers(3)),),
    "doubled_by_whole_elements": lambda: (field(numbers(3)),),
    "doubled_if_not_reversed": lambda: (backwards(numbers(2, 3)),),
    "doubled_on_buffer": lambda: (numbers(4)[1:],),
    "ravelled_as_stored": lambda: (np.asfortranarray(numbers(2, 3)),),
    "flattened_in_order_k": lambda: (np.asfortranarray(numbers(2, 3)),),
    "centred_in_place": lambda: (numbers(3),),
    "cleared_by_ravel": lambda: (apart(numbers(3)),),
    "copied_as_is": lambda: (np.asfortranarray(numbers(2, 3)),),
    "total_in_words": lambda: (torch.arange(1, 8, dtype=torch.uint8)[3:],),
    "scaled_by_column": lambda: (ramp(2, 3), gaps(ramp(2, 1))),
    "products_of_batch": lambda: (ramp(3, 2, 3)[::2], ramp(2, 3, 1)),
    "flipped_into": lambda: (ramp(2, 3),) * 2,
    "turned_in_place": lambda: (pair(2).conj(),),
    "squeezed_unless_one": lambda: (ramp(1, 1),),
    "relu_in_its_format": lambda: (images(ramp(1, 2, 2, 2)),),
    "sum_from_first_offset": lambda: (ramp(2, 3), late(ramp(2, 3))),
    "slope_of_saved": lambda: (fortran(ramp(2, 3)),),
    "grown_from_pointer": lambda: (backwards(numbers(3)),),
    "dot_from_lowest": lambda: (numbers(3), backwards(numbers(3))),
}
