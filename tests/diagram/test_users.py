from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from support.layouts import all_indices, byte_uses, layouts, reference_address

from tensorlab.diagram.users import MOST, finder, spread_out
from tensorlab.layout.record import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(layouts(max_axes=3, max_side=3, max_stride=9))
@settings(max_examples=300)
def test_users_are_those_that_a_walk_over_all_indices_finds(layout: Layout) -> None:
    find, uses = finder(layout, 1, 64), byte_uses(layout)
    for byte in range(64):
        users = find(byte)
        assert users.role == ("hole", "used", "reused")[min(uses[byte], 2)]
        assert set(users.indices) <= set(covering(layout, byte))
        assert len(users.indices) <= MOST
        assert users.starts == tuple(reference_address(layout, index) for index in users.indices)


def covering(layout: Layout, byte: int) -> Iterator[tuple[int, ...]]:
    for index in all_indices(layout):
        if 0 <= byte - reference_address(layout, index) < layout.itemsize:
            yield index


def test_dense_elements_are_found_without_a_search() -> None:
    find = finder(Layout((10**6, 1, 10**6), (4, 7, 4 * 10**6), 8, 4), 4, 1)
    assert find(8 + 4 * (10**6 * 123 + 77)).indices == ((77, 0, 123),)
    assert find(4).role == "hole"


def test_a_search_that_takes_too_long_is_told() -> None:
    layout = Layout((4000, 4000, 4000, 3), (36674 * 8, 61119 * 8, 85569 * 8, 8), 0, 8)
    assert {finder(layout, 8, 10**5)(8 * cell).role for cell in range(10**6, 10**6 + 50)} >= {"unknown"}


def test_pieces_of_an_element_are_an_axis_more() -> None:
    assert spread_out(Layout((2,), (8,), 4, 4), 1) == Layout((2, 4), (8, 1), 4, 1)


def test_a_view_whose_axes_nest_is_told_however_little_is_left() -> None:
    nested, hard = Layout((5, 3), (16, 4), 0, 2), Layout((50, 50, 50, 50), (33, 35, 37, 41), 0, 8)
    assert finder(nested, 2, 9, 0)(20).indices == ((1, 1),)
    assert finder(hard, 1, 9, 0)(20).role == "unknown"
