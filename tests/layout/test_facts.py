from __future__ import annotations

from itertools import pairwise, permutations, product
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import example, given
from support.layouts import (
    all_indices,
    as_numpy,
    as_torch,
    byte_uses,
    fresh_views,
    layouts,
    reference_address,
    small_layouts,
)

from tensorlab.errors import LayoutError
from tensorlab.layout.address import extent
from tensorlab.layout.facts import (
    Break,
    broadcast_axes,
    contiguous_orders,
    coverage,
    is_contiguous,
    is_dense,
    order_break,
    visiting_order,
)
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.layouts import Array

    from tensorlab.layout.record import Order

STORE = torch.zeros(4096, dtype=torch.uint8)
MEMORY_FORMATS = {4: torch.channels_last, 5: torch.channels_last_3d}
CHANNELS: dict[int, Order] = {4: "channels_last", 5: "channels_last_3d"}


def small() -> Iterator[Layout]:
    """All layouts of up to five axes with few sizes and the strides that dense orders of such sizes have."""
    yield Layout((), ())
    yield from small_layouts(1, range(5), range(-5, 6))
    yield from small_layouts(2, range(4), range(-4, 7))
    yield from small_layouts(3, range(4), (-2, 0, 1, 2, 3, 6))
    yield from small_layouts(4, range(3), (0, 1, 2, 4, 5))
    yield from small_layouts(4, (1, 3), (1, 3, 9, 27))
    yield from small_layouts(5, (1, 2), (1, 2, 4, 8))
    yield from small_layouts(5, (0, 2), (0, 1, 2, 4))


def strided(layout: Layout) -> torch.Tensor | None:
    """The layout as a torch tensor of bytes; torch has no negative strides."""
    if any(s < 0 for s in layout.strides):
        return None
    return STORE.as_strided(layout.shape, layout.strides, layout.offset)


def check_contiguity(layout: Layout, tensor: torch.Tensor | None) -> None:
    flags = as_numpy(layout).flags
    expected: list[Order] = []
    if flags.c_contiguous:
        expected.append("C")
    if flags.f_contiguous:
        expected.append("F")
    ndim = len(layout.shape)
    if tensor is not None:
        assert tensor.is_contiguous() == flags.c_contiguous
        assert tensor.permute(tuple(reversed(range(ndim)))).is_contiguous() == flags.f_contiguous
        if ndim in MEMORY_FORMATS and tensor.is_contiguous(memory_format=MEMORY_FORMATS[ndim]):
            expected.append(CHANNELS[ndim])
        assert contiguous_orders(layout) == tuple(expected), layout
    assert contiguous_orders(layout)[: len(expected)] == tuple(expected), layout


def test_contiguity_of_every_small_layout() -> None:
    for layout in small():
        check_contiguity(layout, strided(layout))


@given(layouts(max_axes=5, max_stride=12, aligned=True))
@example(Layout((2, 0, 2, 2), (0, 1, 0, 0)))
@example(Layout((2, 0, 2, 2), (1, 1, 1, 1)))
@example(Layout((0, 0, 3, 0, 0), (0, 1, 0, 0, 0)))
def test_contiguity_as_in_torch(layout: Layout) -> None:
    check_contiguity(layout, as_torch(layout))


@given(layouts(max_axes=5, max_stride=12))
def test_contiguity_as_in_numpy(layout: Layout) -> None:
    check_contiguity(layout, None)


def test_canonical_strides_are_contiguous_in_their_order() -> None:
    for shape in (*product(range(3), repeat=4), *product(range(3), repeat=5)):
        orders: tuple[Order, ...] = ("C", "F", CHANNELS[len(shape)])
        for order in orders:
            assert is_contiguous(Layout(shape, canonical_strides(shape, 4, order), itemsize=4), order)


def check_break(layout: Layout, order: Order) -> None:
    """Where the order breaks, the needed stride is the one that mends that axis; before it nothing is wrong."""
    found = order_break(layout, order)
    assert (found is None) == is_contiguous(layout, order)
    if found is None:
        return
    assert layout.strides[found.axis] == found.stride != found.needed
    assert layout.shape[found.axis] != 1
    mended = [*layout.strides]
    mended[found.axis] = found.needed
    later = order_break(Layout(layout.shape, tuple(mended), 10**4, layout.itemsize), order)
    assert later is None or later.axis != found.axis


def test_breaks_of_every_small_layout() -> None:
    for layout in small_layouts(3, range(4), (0, 1, 2, 3, 6)):
        check_break(layout, "C")
        check_break(layout, "F")


@given(layouts(max_axes=5))
def test_breaks(layout: Layout) -> None:
    orders: list[Order] = ["C", "F"]
    if len(layout.shape) in CHANNELS:
        orders.append(CHANNELS[len(layout.shape)])
    for order in orders:
        check_break(layout, order)


def test_the_first_break_is_the_fastest_axis() -> None:
    assert order_break(Layout((2, 3, 4), (99, 98, 8), itemsize=4)) == Break(axis=2, stride=8, needed=4)
    assert order_break(Layout((2, 3, 4), (99, 98, 4), itemsize=4)) == Break(axis=1, stride=98, needed=16)
    assert order_break(Layout((2, 3, 4), (99, 98, 4), itemsize=4), "F") == Break(axis=0, stride=99, needed=4)


@pytest.mark.parametrize(("shape", "order"), [((2, 3), "channels_last"), ((2,) * 4, "channels_last_3d")])
def test_an_order_that_does_not_exist(shape: tuple[int, ...], order: Order) -> None:
    with pytest.raises(LayoutError, match="does not exist for"):
        is_contiguous(Layout(shape, canonical_strides(shape)), order)


def check_broadcast_axes(layout: Layout) -> None:
    expected = tuple(
        axis
        for axis, n in enumerate(layout.shape)
        if n > 1 and reference_address(layout, tuple(int(a == axis) for a in range(len(layout.shape)))) == layout.offset
    )
    assert broadcast_axes(layout) == expected


def test_broadcast_axes_of_every_small_layout() -> None:
    for layout in small():
        check_broadcast_axes(layout)


@given(layouts(max_stride=2))
def test_broadcast_axes(layout: Layout) -> None:
    check_broadcast_axes(layout)


def test_broadcast_axes_are_those_that_torch_expanded() -> None:
    for base in product((1, 2), repeat=3):
        expanded = torch.zeros(base).expand(3, *(2 for _ in base))
        axes = broadcast_axes(Layout(tuple(expanded.shape), tuple(4 * s for s in expanded.stride()), itemsize=4))
        assert axes == (0, *(axis + 1 for axis, n in enumerate(base) if n == 1))


def travel(layout: Layout, order: tuple[int, ...]) -> int:
    """Bytes between successive elements, added up over nested loops in that order."""
    places = product(*(range(layout.shape[axis]) for axis in order))
    starts = [sum(i * layout.strides[axis] for i, axis in zip(index, order, strict=True)) for index in places]
    return sum(abs(after - before) for before, after in pairwise(starts))


def check_visiting_order(layout: Layout) -> None:
    order = visiting_order(layout)
    assert sorted(order) == list(range(len(layout.shape)))
    wide = [axis for axis in order if layout.shape[axis] > 1]
    assert wide == sorted(wide, key=lambda axis: (-abs(layout.strides[axis]), axis))
    for axis in range(1, len(layout.shape)):
        if layout.shape[axis] <= 1:
            assert order.index(axis) == order.index(axis - 1) + 1


def test_visiting_order_of_every_small_layout() -> None:
    for layout in small():
        check_visiting_order(layout)


@given(layouts(max_axes=6))
@example(Layout((2, 1, 3, 2), (4, 77, 8, 4)))
def test_visiting_order(layout: Layout) -> None:
    check_visiting_order(layout)


@given(fresh_views())
def test_visiting_order_is_the_shortest_way_through_a_view(view: tuple[Array, Layout]) -> None:
    layout = view[1]
    if coverage(layout) == "once" and 0 < view[0].size < 100:
        best = min(travel(layout, order) for order in permutations(range(len(layout.shape))))
        assert travel(layout, visiting_order(layout)) == best


def check_dense(layout: Layout) -> None:
    uses = byte_uses(layout)
    once = all(count == 1 for count in uses.values())
    assert is_dense(layout) == (once and len(uses) == len(extent(layout))), layout


def test_dense_in_every_small_layout() -> None:
    for layout in small():
        check_dense(layout)
        tensor = strided(layout)
        if tensor is not None:
            assert is_dense(layout) == torch.ops.aten.is_non_overlapping_and_dense(tensor), layout


@given(layouts(max_axes=5, max_stride=12))
def test_dense(layout: Layout) -> None:
    check_dense(layout)


@given(layouts(max_axes=5, max_stride=12, aligned=True))
def test_dense_as_in_torch(layout: Layout) -> None:
    assert is_dense(layout) == torch.ops.aten.is_non_overlapping_and_dense(as_torch(layout))


def check_coverage(layout: Layout) -> None:
    once = all(count == 1 for count in byte_uses(layout).values())
    assert coverage(layout) in ({"once", "undecided"} if once else {"reused", "undecided"}), layout


def test_coverage_of_every_small_layout_is_never_wrong() -> None:
    for layout in (*small(), *small_layouts(2, range(4), range(-9, 10), itemsize=4)):
        check_coverage(layout)


@given(layouts(max_axes=5))
@example(Layout((3,), (0,), itemsize=0))
@example(Layout((3, 2), (4, 4), itemsize=0))
def test_coverage_is_never_wrong(layout: Layout) -> None:
    check_coverage(layout)


@given(fresh_views())
def test_coverage_of_views_is_always_decided(view: tuple[Array, Layout]) -> None:
    array, layout = view
    check_coverage(layout)
    assert coverage(layout) == ("reused" if array.size and broadcast_axes(layout) else "once")


def test_coverage_of_torch_views_is_always_decided() -> None:
    base = torch.zeros(2, 3, 4, 3)
    views = [
        base.expand(5, -1, -1, -1, -1),
        base.diagonal(dim1=1, dim2=3).diagonal(dim1=0, dim2=1),
        base[:, ::2, 1::3].mT,
        base.unfold(2, 2, 2),
        base[:, :1].expand(-1, 7, -1, -1).permute(3, 1, 0, 2),
        base.to(torch.complex64).imag,
        base.view(torch.int16)[..., ::2],
        base[..., 0:0],
    ]
    for view in views:
        size = view.element_size()
        layout = Layout(tuple(view.shape), tuple(size * s for s in view.stride()), 0, size)
        check_coverage(layout)
        assert coverage(layout) != "undecided"


def test_coverage_of_axes_that_meet_is_decided() -> None:
    windows = torch.arange(10).unfold(0, 3, 1)
    layout = Layout(tuple(windows.shape), tuple(8 * s for s in windows.stride()), itemsize=8)
    assert coverage(layout) == "reused"
    assert coverage(Layout((4, 3), (-4, 4), offset=12, itemsize=4)) == "reused"
    assert coverage(Layout((2,), (3,), itemsize=4)) == "reused"


def test_coverage_of_windows_that_overlap_may_be_undecided() -> None:
    assert coverage(Layout((4, 3), (8, 4), itemsize=4)) == "undecided"
    assert max(byte_uses(Layout((4, 3), (8, 4), itemsize=4)).values()) == 2


def test_facts_of_a_layout_of_any_size_cost_no_walk() -> None:
    layout = Layout((10**9, 10**9), (4 * 10**9, 4), itemsize=4)
    assert (is_contiguous(layout), is_dense(layout), coverage(layout)) == (True, True, "once")
    assert next(all_indices(Layout((2,), (1,)))) == (0,)
