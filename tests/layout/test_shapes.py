from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from support.layouts import as_numpy, layouts, shapes

from tensorlab.errors import LayoutError
from tensorlab.layout.shapes import axes_by_speed, broadcast_shape, canonical_strides, nbytes, numel

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout, Order

SMALL_SHAPES = [shape for ndim in range(5) for shape in product(range(4), repeat=ndim)]
Shape = tuple[int, ...]


def in_bytes(array: np.ndarray[Shape, np.dtype[np.float32]] | torch.Tensor) -> Shape:
    return array.strides if isinstance(array, np.ndarray) else tuple(4 * s for s in array.stride())


def check_strides(shape: Shape) -> None:
    assert canonical_strides(shape, 4) == in_bytes(torch.empty(shape, dtype=torch.float32))
    if all(shape):
        assert canonical_strides(shape, 4) == in_bytes(np.empty(shape, np.float32, order="C"))
        assert canonical_strides(shape, 4, "F") == in_bytes(np.empty(shape, np.float32, order="F"))
    backwards = torch.empty(shape[::-1], dtype=torch.float32).permute(tuple(reversed(range(len(shape)))))
    assert canonical_strides(shape, 4, "F") == in_bytes(backwards)


def check_channels_last(shape: Shape) -> None:
    order: Order = "channels_last" if len(shape) == 4 else "channels_last_3d"
    memory_format = torch.channels_last if len(shape) == 4 else torch.channels_last_3d
    fresh = torch.empty(shape, dtype=torch.float32, memory_format=memory_format)
    assert canonical_strides(shape, 4, order) == in_bytes(fresh)


def test_numel_of_every_small_shape() -> None:
    for shape in SMALL_SHAPES:
        assert numel(shape) == np.empty(shape).size == torch.empty(shape).numel()


@given(shapes(max_axes=8, max_side=6))
def test_numel(shape: Shape) -> None:
    assert numel(shape) == torch.empty(shape, device="meta").numel()


def test_numel_of_more_than_64_bits() -> None:
    assert numel((2**40, 2**40)) == 2**80


@given(layouts())
def test_nbytes_counts_what_is_indexed(layout: Layout) -> None:
    assert nbytes(layout) == as_numpy(layout).nbytes


def test_strides_of_every_small_shape() -> None:
    for shape in SMALL_SHAPES:
        check_strides(shape)


@given(shapes(max_axes=7, max_side=5))
def test_strides(shape: Shape) -> None:
    check_strides(shape)


def test_channels_last_strides_of_every_small_shape() -> None:
    for shape in (*product(range(4), repeat=4), *product(range(3), repeat=5)):
        check_channels_last(shape)


@given(st.lists(st.integers(0, 7), min_size=4, max_size=5).map(tuple))
def test_channels_last_strides(shape: Shape) -> None:
    check_channels_last(shape)


def test_strides_are_measured_in_items() -> None:
    for shape in SMALL_SHAPES:
        assert canonical_strides(shape, 12) == tuple(12 * s for s in canonical_strides(shape))


def test_the_axes_by_speed_are_those_of_rising_strides() -> None:
    for ndim in range(6):
        orders: tuple[Order, ...] = ("C", "F", "channels_last") if ndim == 4 else ("C", "F")
        for order in orders:
            strides = canonical_strides((2,) * ndim, 1, order)
            assert axes_by_speed(ndim, order) == tuple(sorted(range(ndim), key=lambda axis: strides[axis]))
    assert axes_by_speed(5, "channels_last_3d") == (1, 4, 3, 2, 0)


@pytest.mark.parametrize(
    ("ndim", "order"), [(3, "channels_last"), (5, "channels_last"), (4, "channels_last_3d"), (2, "K")]
)
def test_an_order_that_does_not_exist(ndim: int, order: Order) -> None:
    with pytest.raises(LayoutError, match=f"order '{order}' does not exist for {ndim} axes"):
        axes_by_speed(ndim, order)
    with pytest.raises(LayoutError, match="does not exist"):
        canonical_strides((2,) * ndim, 1, order)


def torch_broadcast(*candidates: Shape) -> Shape:
    return tuple(torch.broadcast_shapes(*candidates))  # type: ignore[no-untyped-call]  # torch leaves it so


def check_broadcast(*candidates: Shape) -> None:
    try:
        expected = np.broadcast_shapes(*candidates)
    except ValueError:
        with pytest.raises(LayoutError, match="do not broadcast"):
            broadcast_shape(*candidates)
        with pytest.raises(RuntimeError, match=r"Shape mismatch|broadcast"):
            torch_broadcast(*candidates)
        return
    assert broadcast_shape(*candidates) == expected == torch_broadcast(*candidates)


def test_every_pair_of_small_shapes_broadcasts_as_in_numpy_and_torch() -> None:
    small = [shape for ndim in range(3) for shape in product(range(4), repeat=ndim)]
    for pair in product(small, repeat=2):
        check_broadcast(*pair)


@given(st.lists(shapes(max_axes=5, max_side=3), min_size=1, max_size=4))
@example([(0,), (1,)])
@example([(2, 1), (1, 0), (1,)])
def test_broadcast(candidates: list[Shape]) -> None:
    check_broadcast(*candidates)


def test_no_shapes_broadcast_to_a_scalar() -> None:
    assert broadcast_shape() == np.broadcast_shapes() == ()
