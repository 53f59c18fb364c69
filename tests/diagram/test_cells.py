from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tensorlab.diagram.cells import STRIP_CELLS, Spot, grid, hue_axis, ruler, strip
from tensorlab.layout.address import address, extent
from tensorlab.layout.record import Layout
from tensorlab.layout.window import window
from tensorlab.scene.record import Span

if TYPE_CHECKING:
    from tensorlab.scene.record import Cell, Cells


@st.composite
def drawn_layouts(draw: st.DrawFn) -> Layout:
    """Small layouts with any strides, also overlapping, unaligned and negative ones; shrinks to 0-d."""
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    strides = tuple(draw(st.integers(-12, 12)) for _ in shape)
    low = -sum(min((n - 1) * s, 0) for n, s in zip(shape, strides, strict=True))
    return Layout(shape, strides, low + draw(st.integers(0, 9)), draw(st.sampled_from([1, 2, 4])))


def covered(layout: Layout) -> dict[int, int]:
    """How many elements cover each byte, by brute force."""
    count: dict[int, int] = {}
    for index in product(*map(range, layout.shape)):
        first = address(layout, index)
        for byte in range(first, first + layout.itemsize):
            count[byte] = count.get(byte, 0) + 1
    return count


def positions(cells: Cells) -> list[int]:
    gaps = {before: hidden for _, before, hidden in cells.gaps}
    result, skipped = [], 0
    for n in range(len(cells.cells)):
        skipped += gaps.get(n, 0)
        result.append(n + skipped)
    return result


@given(drawn_layouts(), st.integers(0, 8))
@settings(max_examples=300)
def test_strip_marks_exactly_the_bytes_that_elements_cover(layout: Layout, spare: int) -> None:
    unit = ruler(layout, extent(layout).stop + spare)
    count = covered(layout)
    drawn = strip(layout, unit)
    for position, cell in zip(positions(drawn), drawn.cells, strict=True):
        owners = max(count.get(byte, 0) for byte in range(position * unit.bytes, (position + 1) * unit.bytes))
        assert cell.span.role == ("hole", "used", "reused")[min(owners, 2)]
        words = ("not used", "used by index (", "used by several indices: (")[min(owners, 2)]
        assert cell.note.startswith(f"byte {position * unit.bytes}: {words}")


@given(drawn_layouts())
@settings(max_examples=300)
def test_grid_marks_elements_that_share_a_byte(layout: Layout) -> None:
    count = covered(layout)
    axes = tuple(window(n, 9) for n in layout.shape)
    drawn = grid(axes, ("x",) * prod(layout.shape), title="", layout=layout)
    for index, cell in zip(product(*map(range, layout.shape)), drawn.cells, strict=True):
        first = address(layout, index)
        shared = any(count[byte] > 1 for byte in range(first, first + layout.itemsize))
        assert cell.span.role == ("reused" if shared else "used")


@given(st.integers(1, 10**12), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_large_strip_counts_all_that_it_hides(size: int, before: int, after: int) -> None:
    layout = Layout((size,), (4,), before * 4, 4)
    drawn = strip(layout, ruler(layout, (before + size + after) * 4))
    assert len(drawn.cells) <= STRIP_CELLS + STRIP_CELLS // 8
    assert len(drawn.cells) <= STRIP_CELLS or size == len(drawn.cells) or not drawn.gaps
    assert len(drawn.cells) + sum(hidden for _, _, hidden in drawn.gaps) == before + size + after
    assert all(cell.span.role == "used" or not drawn.gaps for cell in drawn.cells)


def test_a_search_that_takes_too_long_is_marked_unknown() -> None:
    layout = Layout((4000, 4000, 4000, 3), (36674 * 8, 61119 * 8, 85569 * 8, 8), 0, 8)
    roles = {cell.span.role for cell in strip(layout, ruler(layout, None)).cells}
    assert roles <= {"used", "hole", "reused", "unknown"}


def test_a_grid_whose_search_takes_too_long_says_so() -> None:
    layout = Layout((50, 50, 50, 50), (33, 35, 37, 41), 0, 8)
    axes = tuple(window(n, 2) for n in layout.shape)
    drawn = grid(axes, ("x",) * 16, title="", layout=layout, spot=Spot(steps=0))
    assert {cell.span.role for cell in drawn.cells} == {"unknown"}
    assert drawn.legend == (Span("not known whether other indices use its bytes", "unknown"),)
    assert grid(axes[:1], ("x",) * 2, title="", layout=Layout((50,), (8,), 0, 8)).legend == ()


def test_one_cell_is_one() -> None:
    layout = Layout((1,), (4,), 0, 4)
    assert strip(layout, ruler(layout, 4)).title == "storage, 1 cell of 4 B, numbered in elements"
    assert strip(layout, ruler(layout, 8)).title == "storage, 2 cells of 4 B, numbered in elements"


def test_a_layout_outside_its_storage_still_draws_the_storage() -> None:
    layout = Layout((9,), (4,), 0, 4)
    drawn = strip(layout, ruler(layout, 8))
    assert [cell.span.text for cell in drawn.cells] == ["0", "1"]


def test_large_elements_and_hard_strides_cost_no_more_than_a_bounded_search() -> None:
    for layout in (
        Layout((10,), (1,), 0, 100_000),
        Layout((1000, 1000, 1000), (36674, 61119, 85569), 3, 16),
        Layout((50, 50, 50, 50), (3, 5, 7, 11), 0, 8),
    ):
        unit = ruler(layout, None)
        assert len(strip(layout, unit).cells) == STRIP_CELLS
        axes = tuple(window(n, 4) for n in layout.shape)
        assert len(grid(axes, ("x",) * 4 ** len(axes), title="", layout=layout).cells) == 4 ** len(axes)


def test_bytes_that_make_no_cell_are_told() -> None:
    assert strip(Layout((7,), (4,), 0, 4), ruler(Layout((7,), (4,), 0, 4), 30)).title == (
        "storage, 7 cells of 4 B, numbered in elements, and 2 B at the end"
    )


def test_elements_of_no_bytes_use_none() -> None:
    layout = Layout((3,), (0,), 0, 0)
    assert {cell.span.role for cell in strip(layout, ruler(layout, 4)).cells} == {"hole"}


@given(drawn_layouts(), st.integers(0, 8))
@settings(max_examples=200)
def test_boxes_of_strip_and_grid_are_tied_where_the_element_covers_the_bytes(layout: Layout, shift: int) -> None:
    unit, spot = ruler(layout, extent(layout).stop), Spot("storage 3", shift)
    axes = tuple(window(n, 9) for n in layout.shape)
    boxes = grid(axes, ("x",) * prod(layout.shape), title="", layout=layout, spot=spot).cells
    for position, cell in zip(positions(strip(layout, unit, spot)), strip(layout, unit, spot).cells, strict=True):
        here = set(range(position * unit.bytes, (position + 1) * unit.bytes))
        for index, box in zip(product(*map(range, layout.shape)), boxes, strict=True):
            first = address(layout, index)
            assert meet(cell, box) == bool(here & set(range(first, first + layout.itemsize)))


def meet(one: Cell, other: Cell) -> bool:
    """Whether they have ranges of one space that share a place."""
    pairs = product(one.ties, other.ties)
    return any(a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2]) for a, b in pairs)


@given(drawn_layouts())
@settings(max_examples=200)
def test_a_box_that_one_index_uses_has_its_hue(layout: Layout) -> None:
    axes = tuple(window(n, 9) for n in layout.shape)
    boxes = grid(axes, ("x",) * prod(layout.shape), title="", layout=layout).cells
    for cell in strip(layout, ruler(layout, extent(layout).stop)).cells:
        users = [box.hue for box in boxes if meet(cell, box)]
        assert cell.hue in users if users else cell.hue is None
        if cell.span.role == "used":
            assert {cell.hue} == set(users)


def test_hues_tell_the_first_axis_that_moves() -> None:
    layout = Layout((1, 9, 2, 3), (4000, 0, 4, 8), itemsize=4)
    axes = tuple(window(n, 9) for n in layout.shape)
    hues = [cell.hue for cell in grid(axes, ("x",) * 54, title="", layout=layout).cells]
    assert hues == [0, 0, 0, 1, 1, 1] * 9
    assert [cell.hue for cell in strip(layout, ruler(layout, 24)).cells] == [0, 1] * 3
    assert hue_axis(Layout((3,), (0,)), (3,)) is None


def test_notes_tell_the_address_as_a_sum_and_who_uses_a_byte() -> None:
    layout = Layout((2, 3), (48, -16), 40, 8)
    axes = tuple(window(n, 9) for n in layout.shape)
    boxes = grid(axes, ("x",) * 6, title="", layout=layout, spot=Spot(lanes=2)).cells
    assert boxes[4].note == "index (1, 1)   address 5 + 1*6 - 1*2 = 9 elements = byte 72   2 values in it"
    cells = strip(layout, ruler(layout, 96)).cells
    assert [cell.note for cell in cells[7:10]] == [
        "byte 56: used by index (1, 2)",
        "byte 64: not used",
        "byte 72: used by index (1, 1)",
    ]
    assert boxes[0].ties == (("storage 0", 40, 48),)


def test_of_many_axes_only_those_that_add_something_are_in_the_sum() -> None:
    layout = Layout((1,) * 7 + (2,), (8,) * 8, 8, 8)
    axes = tuple(window(n, 9) for n in layout.shape)
    notes = [cell.note for cell in grid(axes, ("x",) * 2, title="", layout=layout).cells]
    assert notes == [
        "index (0, 0, 0, 0, 0, 0, 0, 0)   address 1 element = byte 8",
        "index (0, 0, 0, 0, 0, 0, 0, 1)   address 1 + 1*1 = 2 elements = byte 16",
    ]
