from __future__ import annotations

from tensorlab.diagram.layout_report import layout_scene
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.numbers import report
from tensorlab.render.text import text

WINDOWS = report(Layout((3, 2), (4, 4), 4, itemsize=4), 24, dtype=dtype("int32"))
PICTURE = """\
layout (3, 2) of int32, counted in elements
address(i,j) = 1 + 1*i + 1*j
touches 1..4 of 0..5
4 unique elements, 16 B of 24 B (66.7%)
span 4, holes 0, reuse 1.5
not C-contiguous: axis 0 (i) has stride 1, needs 2
overlap: [0,1] and [1,0] are the same

storage, 6 cells of 4 B, numbered in elements
 0 [1]<2><3>[4] 5
[n] used   <n> used by several indices    n  not used

element at each index, by its position in the storage (elements)
   0  1
0 [1]<2>
1 <2><3>
2 <3>[4]"""


def lines(layout: Layout, nbytes: int | None = None) -> list[str]:
    return text(layout_scene(report(layout, nbytes))).splitlines()


def test_the_whole_picture() -> None:
    assert text(layout_scene(WINDOWS), width=80).rstrip() == PICTURE
    assert text(layout_scene(WINDOWS), width=80, ascii=True).rstrip() == PICTURE


def test_negative_strides_are_for_numpy_alone() -> None:
    assert "negative strides: NumPy has them, torch refuses them" in lines(Layout((3,), (-1,), 2))


def test_no_elements_touch_nothing_and_nothing_is_drawn() -> None:
    assert lines(Layout((0, 3), (12, 4), 0, 4), 40) == [
        "layout (0, 3) of 4 B an element, counted in elements",
        "address(i,j) = 0 + 3*i + 1*j",
        "touches nothing of 0..9",
        "0 unique elements, 0 B of 40 B (0%)",
        "span 0, holes 0, reuse 0.0",
        "C-contiguous",
        "overlap: none (empty)",
    ]
    assert "touches nothing of nothing" in lines(Layout((0,), (4,), 0, 4))


def test_bytes_are_counted_where_elements_are_no_whole_strides() -> None:
    out = lines(Layout((2,), (5,), 1, 4), 10)
    assert out[:3] == [
        "layout (2,) of 4 B an element, counted in bytes",
        "address(i) = 1 + 5*i",
        "touches 1..9 of 0..9",
    ]
    assert "not C-contiguous: axis 0 (i) has stride 5 B, needs 4 B" in out


def test_a_dense_order_other_than_c_is_named() -> None:
    out = lines(Layout((2, 3), (1, 2)))
    assert "not C-contiguous: axis 1 (j) has stride 2, needs 1; contiguous in F order" in out


def test_a_bound_says_so() -> None:
    out = lines(Layout((10**6, 10**6), (12, 8), itemsize=4))
    assert "at most 4999996 unique elements, 19999984 B of 19999984 B (100%)" in out
    assert "span 4999996, holes at least 0, reuse at least 200000.2" in out
