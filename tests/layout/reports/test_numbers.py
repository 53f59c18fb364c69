from __future__ import annotations

import pytest
from hypothesis import given
from support.layouts import byte_uses, layouts, small_layouts

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Answer, Layout
from tensorlab.layout.reports.numbers import report


def check_against_brute_force(layout: Layout) -> None:
    found = report(layout)
    uses = byte_uses(layout)
    assert found.exact
    assert found.unique * found.unit == len(uses)
    assert found.elements * layout.itemsize == sum(uses.values())
    assert (found.overlap.answer is Answer.YES) == any(count > 1 for count in uses.values())
    if not uses:
        assert (found.lowest, found.highest, found.span, found.holes, found.reuse) == (None, None, 0, 0, 0.0)
        return
    assert found.lowest is not None
    assert found.highest is not None
    assert (found.lowest * found.unit, (found.highest + 1) * found.unit) == (min(uses), max(uses) + 1)
    assert found.span == found.highest - found.lowest + 1 == found.unique + found.holes
    assert found.reuse == sum(uses.values()) / len(uses)


def test_every_small_layout_touches_what_a_walk_over_all_elements_touches() -> None:
    for ndim in range(3):
        for itemsize in (1, 2):
            for layout in small_layouts(ndim, (0, 1, 2, 3), (-3, -2, -1, 0, 1, 2, 3, 4, 6), itemsize):
                check_against_brute_force(layout)


@given(layouts())
def test_any_layout_touches_what_a_walk_over_all_elements_touches(layout: Layout) -> None:
    check_against_brute_force(layout)


def test_the_example_of_the_issue() -> None:
    found = report(Layout((3, 5), (280, 28), 92, 4), 4000, dtype=dtype("float32"))
    assert (found.lowest, found.highest, found.unique, found.span, found.holes, found.reuse) == (
        23,
        191,
        15,
        169,
        154,
        1.0,
    )
    assert found.c_break is not None
    assert (found.c_break.axis, found.c_break.stride, found.c_break.needed) == (1, 28, 4)


def test_a_layout_of_any_size_costs_no_more() -> None:
    found = report(Layout((10**6, 10**6), (8 * 10**6, 8), itemsize=8))
    assert (found.unique, found.reuse) == (10**12, 1.0)
    assert report(Layout((10**400, 2), (0, 1))).reuse == float("inf")


def test_a_span_beyond_what_len_can_count() -> None:
    assert report(Layout((2, 2), (2**63, 1))).span == 2**63 + 2


def test_what_is_too_much_to_count_is_a_bound() -> None:
    found = report(Layout((10**6, 10**6), (12, 8), itemsize=4))
    assert not found.exact
    assert found.unique == found.span == 4_999_996


@pytest.mark.parametrize(
    ("layout", "nbytes", "words"),
    [
        (Layout((4,), (-4,), itemsize=4), None, "the lowest address reached is -3, before the storage begins"),
        (Layout((4,), (4,), itemsize=4), 12, "the highest address reached is 3; the storage holds 3 elements"),
        (Layout((4,), (5,), itemsize=4), 18, "the highest address reached is 18; the storage holds 18 bytes"),
    ],
)
def test_what_leaves_the_storage_is_refused(layout: Layout, nbytes: int | None, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        report(layout, nbytes)


def test_an_itemsize_that_is_not_that_of_the_dtype_is_refused() -> None:
    with pytest.raises(LayoutError, match="layout has itemsize 4, dtype float64 has 8"):
        report(Layout((4,), (4,), itemsize=4), dtype=dtype("float64"))
