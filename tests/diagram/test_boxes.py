from __future__ import annotations

from typing import Any

import numpy as np

from tensorlab.api.objects import show
from tensorlab.render.text import text
from tensorlab.scene.record import Cells, Group

ONE = 1.5
SHARED = """\
3 pointers of 8 B, and the number of the box that each leads to
byte      0   8  16
pointer [→0][→1][→0]

2 objects in boxes elsewhere
box         0      1
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
        "byte      0   8  16", "byte       0    8   16"
    )
    assert show([ONE, "a", ONE]).text().endswith(SHARED)


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
    assert boxes.rows()[1][0].note == "box 0: 1.5, float of 24 B; 3 pointers drawn here lead to it"
    assert pointers.rows()[1][1].note == "index (1,)   the pointer at byte 8 leads to box 0: 1.5"


def test_grids_are_tied_to_the_boxes() -> None:
    def boxes(thing: Any) -> list[int]:
        grids = [child for child in show(thing).scene.children if isinstance(child, Cells) and len(child.shape) < 3]
        return [tie[1] for cell in grids[-1].cells for tie in cell.ties if tie[0] == "box"]

    row = [3.5, 4.5]
    assert boxes([ONE, "a", ONE]) == [0, 1, 0]
    assert boxes([row, [1.5, 2.5], row]) == [0, 0, 1, 1, 0, 0]
    assert boxes(np.array([[ONE, "a"], [None, ONE]], object).T) == [0, 1, 2, 0]


def test_long_lists_show_their_ends_and_count_the_rest() -> None:
    drawn = text(arrows([float(n) for n in range(1000)]), width=40)
    assert "… 988 more …" in drawn
    assert max(map(len, drawn.splitlines())) <= 40


def test_what_holds_no_pointers_has_no_boxes() -> None:
    things: list[Any] = [[], np.zeros(3), np.zeros(0, object), b"abc"]
    for thing in things:
        assert not any(isinstance(child, Group) and child.links for child in show(thing).scene.children)
