"""The search from a byte back to the indices."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import example, given
from support.layouts import all_indices, byte_uses, fresh_views, layouts, reference_address, small_layouts

from tensorlab.layout.address import address, extent, indices
from tensorlab.layout.record import Layout

SMALL = [
    *small_layouts(0, (), (), itemsize=4),
    *small_layouts(1, range(4), range(-9, 10), itemsize=4),
    *small_layouts(2, range(4), (-12, -5, -4, -1, 0, 1, 4, 8, 12), itemsize=4),
    *small_layouts(3, range(3), (-9, -2, 0, 1, 3, 6), itemsize=2),
]
HARD = [
    Layout((3, 4, 3), (36674, 61119, 85569)),
    Layout((30, 30, 30), (36674, 61119, 85569)),
    Layout((12, 12, 12), (12223, 12224, 1)),
    Layout((5, 4, 3, 2, 3, 2), (6, 10, 15, 30, 0, 14), 0, 2),
    Layout((2, 3, 2, 3, 2), (-14, 21, -6, 35, 10), 200),
    Layout((7, 1, 5, 4), (6, 10**9, -10, 15), 40),
]


def check_indices(layout: Layout, *, margin: int = 3) -> None:
    """Every index is found at its byte, once, and nothing is found anywhere else."""
    expected: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for index in all_indices(layout):
        expected[reference_address(layout, index)].append(index)
    touched = extent(layout)
    for byte in range(touched.start - margin, touched.stop + margin):
        assert sorted(indices(layout, byte)) == expected[byte], (layout, byte)


def test_indices_in_every_small_layout() -> None:
    for layout in SMALL:
        check_indices(layout)


@given(layouts(max_axes=6, max_side=3, max_stride=12))
@example(Layout((2, 2), (4, -4), 4, 4))
@example(Layout((3, 1, 3), (0, 7, 0), 2, 1))
def test_indices(layout: Layout) -> None:
    check_indices(layout)


@given(fresh_views())
def test_indices_in_views_of_a_fresh_array(view: tuple[object, Layout]) -> None:
    check_indices(view[1])


@pytest.mark.parametrize("layout", HARD, ids=lambda layout: str(layout.strides))
def test_indices_with_strides_that_are_hard_to_combine(layout: Layout) -> None:
    if len(extent(layout)) < 1000:
        check_indices(layout)
        return
    seen: set[tuple[int, ...]] = set()
    for index in all_indices(layout):
        found = list(indices(layout, reference_address(layout, index)))
        assert index in found
        assert len(found) == len(set(found))
        assert all(reference_address(layout, i) == reference_address(layout, index) for i in found)
        seen.update(found)
    assert seen == set(all_indices(layout))


def test_indices_at_bytes_that_hard_strides_miss() -> None:
    layout = HARD[1]
    starts = {reference_address(layout, index) for index in all_indices(layout)}
    for byte in range(0, extent(layout).stop, 997):
        assert bool(list(indices(layout, byte))) == (byte in starts)


def test_indices_of_an_element_among_a_million_million() -> None:
    layout = Layout((10**4, 10**4, 10**4), (8 * 10**8, 8 * 10**4, 8), 0, 8)
    assert list(indices(layout, address(layout, (9999, 1, 5000)))) == [(9999, 1, 5000)]
    assert list(indices(layout, 3)) == []


@given(layouts(max_axes=5, max_side=3))
def test_indices_come_in_the_order_of_the_axes_by_stride(layout: Layout) -> None:
    by_stride = sorted(range(len(layout.shape)), key=lambda axis: -abs(layout.strides[axis]))
    for byte in set(byte_uses(layout)):
        found = [tuple(index[axis] for axis in by_stride) for index in indices(layout, byte)]
        assert all(before < after for before, after in pairwise(found))
