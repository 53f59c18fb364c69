from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.layouts import layouts
from views.oracle import as_array, as_tensor, relaid, view_of

from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.record import Layout
from tensorlab.views.merging import Obstacle, merged_strides, obstacle


def _factorings(count: int, most: int) -> list[tuple[int, ...]]:
    sides = [n for n in range(1, count + 1) if count % n == 0]
    return [s for ndim in range(most + 1) for s in product(sides, repeat=ndim) if prod(s) == count]


def _torch_shares(layout: Layout, shape: tuple[int, ...]) -> bool:
    tensor = as_tensor(view_of(layout))
    return tensor.reshape(shape).untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr()


@pytest.mark.parametrize("shape", list(product((1, 2, 3), repeat=3)), ids=str)
def test_a_shape_is_a_view_exactly_where_nothing_is_in_the_way(shape: tuple[int, ...]) -> None:
    for layout in relaid(shape, "torch"):
        for new in _factorings(prod(shape), 3):
            assert (obstacle(layout, new) is None) == _torch_shares(layout, new), f"{layout} as {new}"


@given(layout=layouts(max_side=3, aligned=True), data=st.data())
def test_any_shape_is_a_view_exactly_where_nothing_is_in_the_way(layout: Layout, data: st.DataObject) -> None:
    count = prod(layout.shape)
    new = data.draw(st.sampled_from(_factorings(count, 4) if count else [(0,), (2, 0), (0, 3)]))
    assert (obstacle(layout, new) is None) == _torch_shares(layout, new)
    array = as_array(view_of(layout))
    if count:
        assert (obstacle(layout, new) is None) == np.shares_memory(array, array.reshape(new))


@given(layout=layouts(max_side=3))
def test_moving_the_left_axis_of_an_obstacle_to_what_it_needs_removes_it(layout: Layout) -> None:
    new = (prod(layout.shape),)
    found = obstacle(layout, new)
    if found is not None:
        strides = list(layout.strides)
        strides[found.left] = found.needed
        cured = Layout(layout.shape, tuple(strides), 10_000, layout.itemsize)
        after = obstacle(cured, new)
        assert after is None or after.right <= found.left


def test_the_last_of_several_obstacles_is_named() -> None:
    assert obstacle(Layout((2, 3, 4), (4, 8, 24), itemsize=4), (24,)) == Obstacle(1, 2, 8, 96)
    assert obstacle(Layout((2, 0, 4), (4, 8, 24), itemsize=4), (0,)) is None


@pytest.mark.parametrize("shape", [(2, 1, 3), (1, 6), (6, 1), (1,), ()], ids=str)
def test_the_libraries_differ_only_on_axes_of_size_1(shape: tuple[int, ...]) -> None:
    for layout in relaid(shape, "torch"):
        for new in _factorings(prod(shape), 4):
            if obstacle(layout, new) is None:
                pairs = zip(
                    merged_strides(layout, new, "torch"), merged_strides(layout, new, "numpy"), new, strict=True
                )
                assert all(ours == theirs for ours, theirs, n in pairs if n > 1)


def test_a_size_1_axis_keeps_its_stride_in_torch_and_gets_a_fresh_one_in_numpy() -> None:
    layout = Layout((3, 1), (4, 40), itemsize=4)
    assert is_contiguous(layout)
    assert merged_strides(layout, (3, 1, 1), "torch") == (4, 40, 40)
    assert merged_strides(layout, (3, 1, 1), "numpy") == (4, 4, 4)
    assert torch.zeros(50, dtype=torch.int32).as_strided((3, 1), (1, 10)).view(3, 1, 1).stride() == (1, 10, 10)
