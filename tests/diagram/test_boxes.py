from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab.api.objects import show
from tensorlab.render.text import text
from tensorlab.scene.record import Cells, Group

ONE = 1.5
SHARED = """\
3 pointers of 8 B, and the box that each leads to
byte       0    8   16
pointer [→#1][→#2][→#1]

2 objects in boxes elsewhere
box        #1     #2
object <  1.5>[  'a']
type    float    str
<n> several of these pointers lead to it"""


def arrows(thing: object) -> Group:
    """The picture of the pointers."""
    (found,) = [child for child in show(thing).scene.children if isinstance(child, Group) and child.links]
    return found


def test_pointers_lead_to_boxes_to_the_letter() -> None:
    assert text(arrows([ONE, "a", ONE])) == SHARED
    assert text(arrows([ONE, "a", ONE]), ascii=True) == SHARED.replace("[→", "[->").replace(
        "byte       0    8   16", "byte        0     8    16"
    )
    assert SHARED in show([ONE, "a", ONE]).text()


def test_one_object_has_several_arrows_to_one_box() -> None:
    scene = arrows([ONE] * 3)
    assert [stop for _, stop in scene.links] == [("object", 0, 1)] * 3
    assert len({start for start, _ in scene.links}) == 3
    pointers, boxes = scene.children
    assert isinstance(pointers, Cells)
    assert isinstance(boxes, Cells)
    for (start, stop), cell in zip(scene.links, pointers.rows()[1], strict=True):
        assert start in cell.ties
        assert ("box", 0, 1) in cell.ties
        assert stop in boxes.rows()[1][0].ties
    assert boxes.rows()[1][0].note == "box #1: 1.5, float of 24 B; 3 pointers drawn here lead to it"
    assert pointers.rows()[1][1].note == "index (1,)   the pointer at byte 8 leads to box #1: 1.5"


def test_grids_are_tied_to_the_boxes() -> None:
    def boxes(thing: Any) -> list[int]:
        grids = [child for child in show(thing).scene.children if isinstance(child, Cells) and len(child.shape) < 3]
        return [tie[1] for cell in grids[-1].cells for tie in cell.ties if tie[0] == "box"]

    row = [3.5, 4.5]
    assert boxes([ONE, "a", ONE]) == [0, 1, 0]
    assert not boxes([row, [1.5, 2.5], row]), "an element is not the row that it lies in"
    assert boxes(np.array([[ONE, "a"], [None, ONE]], object).T) == [0, 1, 2, 0]


def test_long_lists_show_their_ends_and_count_the_rest() -> None:
    drawn = text(arrows([float(n) for n in range(1000)]), width=40)
    assert drawn.startswith("10 of 1,000 pointers of 8 B")
    assert max(map(len, drawn.splitlines())) <= 40


def test_what_holds_no_pointers_has_no_boxes() -> None:
    things: list[Any] = [[], np.zeros(3), np.zeros(0, object), b"abc"]
    for thing in things:
        assert not any(isinstance(child, Group) and child.links for child in show(thing).scene.children)


def test_elements_of_a_nested_list_tell_their_row() -> None:
    row = [3.5, 4.5]
    grid = show([row, [1.5, 2.5], row]).scene.children[-2]
    assert isinstance(grid, Cells)
    assert grid.cells[1].note == "index (0, 1)   its row is box #1"
    assert [cell.hue for cell in grid.cells] == [0, 0, 1, 1, 0, 0]


def test_pointers_stand_between_the_strip_and_the_grid() -> None:
    words = ["storage, 2 cells", "2 pointers of", "2 objects in", "element at each", "2 pointers to", "boxed type"]
    places = [show([ONE, "a"]).text().index(each) for each in words]
    assert places == sorted(places)


def test_a_pointer_that_is_not_followed_has_the_hue_of_no_box() -> None:
    strip, grid = (child for child in show([1 / 3, 2.5, 1.5] * 60).scene.children if isinstance(child, Cells))
    for cells in (strip, grid):
        for cell in cells.cells:
            boxes = [start for space, start, _ in cell.ties if space == "box"]
            assert cell.hue == (boxes[0] if boxes else None)
    rows = show([[n, n] for n in range(12)]).scene.children[-2]
    assert isinstance(rows, Cells)
    assert all((cell.hue is None) == ("its row" not in cell.note) for cell in rows.cells)


TOGETHER = """\
2 pointers of A and 2 pointers of B, each of 8 B, and the box that it leads to
of         A    A    B    B
byte       0    8    0    8
pointer [→#1][→#2][→#1][→#3]

3 objects in boxes elsewhere
box        #1     #2     #3
object <  1.5>[  2.5][  3.5]
type    float  float  float
<n> several of these pointers lead to it"""


def test_boxes_of_several_lists_are_one_strip() -> None:
    figure = show([ONE, 2.5], [ONE, 3.5])
    assert TOGETHER in figure.text()
    assert "pointer [->#1][->#2][->#1][->#3]" in figure.text(ascii=True)
    (found,) = [child for child in figure.scene.children if isinstance(child, Group) and child.links]
    assert [stop for _, stop in found.links] == [("object", n, n + 1) for n in (0, 1, 0, 2)]
    assert len({start for start, _ in found.links}) == 4
    pointers, boxes = found.children
    assert isinstance(pointers, Cells)
    assert isinstance(boxes, Cells)
    assert [cell.hue for cell in pointers.rows()[2]] == [0, 0, 1, 1], (
        "the colour of the object, as elsewhere in the picture"
    )
    assert [cell.hue for cell in boxes.rows()[1]] == [None, 0, 1]
    assert pointers.rows()[2][2].note == "B, index (0,)   the pointer at byte 0 leads to box #1: 1.5"
    assert boxes.rows()[1][0].note == "box #1: 1.5, float of 24 B; 2 pointers drawn here lead to it"


def test_nested_lists_beside_others_have_their_boxes_in_the_same_strip() -> None:
    row = [1.5]
    text_of_it = show([row, row], [row], np.zeros(2)).text()
    assert text_of_it.count("in boxes elsewhere") == 1
    assert "A and B point at 1 common object" in text_of_it


def test_a_grid_has_the_colour_of_its_list_in_a_picture_of_several() -> None:
    grids = show([1.0, 2.0], np.zeros(2), cells="value").scene.children[-2:]
    for hue, group in enumerate(grids):
        assert isinstance(group, Group)
        assert isinstance(group.children[-1], Cells)
        assert {cell.hue for cell in group.children[-1].cells} == {hue}


def test_pointers_of_very_many_lists_are_counted() -> None:
    drawn = show(*[[n + 0.5] for n in range(20)]).text()
    assert "… the pointers of 4 more objects not drawn" in drawn


def test_a_rounded_value_is_told_in_full() -> None:
    _, boxes = arrows([1 / 3]).children
    assert isinstance(boxes, Cells)
    assert boxes.rows()[1][0].note.startswith("box #1: 0.3333333333333333, float")
    assert "[≈0.3333]" in show([1 / 3]).text()
    assert "[~0.3333]" in show([1 / 3]).text(ascii=True)
    grid = show(np.array([1 / 3, 0.5]), cells="value").scene.children[-1]
    assert isinstance(grid, Cells)
    assert [cell.note.partition("   exactly ")[2] for cell in grid.cells] == ["0.3333333333333333", ""]


LONG = """\
10 of 300 pointers of 8 B, and the box that each leads to
byte       0    8   16   24   32    … 2360 2368 2376 2384  2392
pointer [→#1][→#2][→#3][→#4][→#5]   … [→#6][→#7][→#8][→#9][→#10]"""


def test_the_ends_of_long_lists_stand_in_one_line_that_no_arrow_passes() -> None:
    for thing in ([float(n) for n in range(300)], np.arange(300).astype(object)):
        pointers, _ = arrows(thing).children
        assert isinstance(pointers, Cells)
        assert text(pointers).replace(" ", "") == LONG.replace(" ", "")
        assert max(map(len, text(pointers).splitlines())) <= 80
        assert pointers.rows()[1][5].note == "290 more pointers, not drawn"
    of_two = " ".join(show(list(range(99)), [ONE]).text().split())
    assert "5 of 99 pointers of A and 1 pointer of B, each of 8 B, and the box that it leads to" in of_two
