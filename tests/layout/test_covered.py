from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.layouts import byte_uses, fresh_views, layout_of, layouts, small_layouts

from tensorlab.layout.covered import Covered, covered
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from support.layouts import Array


def check_covered(layout: Layout) -> None:
    assert covered(layout) == Covered(len(byte_uses(layout)), exact=True), layout


def test_bytes_of_every_small_layout() -> None:
    for layout in (
        *small_layouts(2, range(5), range(-9, 10), itemsize=4),
        *small_layouts(3, range(1, 4), range(7), itemsize=1),
        *small_layouts(3, (2, 4), (4, 6, 8, 10, 12, 15, 16), itemsize=4),
        *small_layouts(2, range(3), range(3), itemsize=0),
    ):
        check_covered(layout)


@given(layouts(max_axes=5, max_stride=40))
@settings(max_examples=500)
@example(Layout((2, 2, 2), (8, 12, 30), itemsize=4))
@example(Layout((3,), (0,), itemsize=0))
def test_bytes_of_any_layout(layout: Layout) -> None:
    check_covered(layout)


@given(st.lists(st.tuples(st.integers(2, 4), st.sampled_from([4, 6, 9, 10, 100, 101, 150, 10**4])), max_size=5))
@settings(max_examples=500)
def test_bytes_of_nests_of_axes_that_meet(axes: list[tuple[int, int]]) -> None:
    check_covered(Layout(tuple(n for n, _ in axes), tuple(stride for _, stride in axes), itemsize=3))


@given(fresh_views())
def test_bytes_of_any_view(view: tuple[Array, Layout]) -> None:
    check_covered(view[1])


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_bytes_of_windows_are_those_of_what_they_slide_over(side: int, more: int, step: int) -> None:
    base = np.zeros((side + more, side + more), "f4")
    seen = np.lib.stride_tricks.sliding_window_view(base, (side, side))[::step]
    marked = np.zeros_like(base)
    for corner in range(0, more + 1, step):
        marked[corner : corner + side] = 1
    assert covered(layout_of(seen, base)) == Covered(int(marked.sum()) * 4, exact=True)


def test_windows_of_any_size_cost_no_walk() -> None:
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(1000.0), 500)
    assert covered(Layout(windows.shape, windows.strides, itemsize=8)) == Covered(8000, exact=True)
    sliding = torch.empty(10**9, device="meta").unfold(0, 10**6, 3)
    layout = Layout(tuple(sliding.shape), tuple(4 * s for s in sliding.stride()), itemsize=4)
    assert covered(layout) == Covered(4 * (3 * (len(sliding) - 1) + 10**6), exact=True)
    assert covered(Layout((10**9, 10**9, 7), (4 * 10**9, 4, 0), itemsize=4)) == Covered(4 * 10**18, exact=True)
    many = Layout((2,) * 300, tuple(4**n for n in range(300)))
    assert covered(many) == Covered(2**300, exact=True)


@pytest.mark.parametrize(
    ("layout", "most"),
    [
        (Layout((3000, 3000), (8 * 36674, 8 * 61119), itemsize=8), 8 * 3000**2),
        (Layout((4000, 4000, 4000), (3667, 6119, 8569)), 3999 * (3667 + 6119 + 8569) + 1),
    ],
)
def test_what_is_not_counted_is_bounded(layout: Layout, most: int) -> None:
    assert covered(layout) == Covered(most, exact=False)


def test_a_bound_beyond_what_len_can_count() -> None:
    shape, strides = (2, 2**19, 2, 2**43 - 1, 2**17), (43, 14114531, 929, 11723134807, 246457)
    span = sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True)) + 1
    assert covered(Layout(shape, strides)) == Covered(span, exact=False)
