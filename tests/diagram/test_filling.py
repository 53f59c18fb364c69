from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.api.objects import show
from tensorlab.diagram.filling import Filling, read_words
from tensorlab.diagram.users import MOST, Users
from tensorlab.layout.record import Layout
from tensorlab.scene.record import Cells, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.diagram.filling import Content

X = torch.tensor([[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]])
NOT_READ = "; not all values here are read"


def strips(thing: object, content: Content) -> list[Cells]:
    return [one for one in below(show(thing, cells=content).scene) if len(one.shape) == 1 and one.title[0] == "s"]


def below(scene: Group) -> Sequence[Cells]:
    parts = [below(child) if isinstance(child, Group) else [child] for child in scene.children]
    return [cells for part in parts for cells in part if isinstance(cells, Cells)]


def words(cells: Cells) -> list[str]:
    return [str(cell.span.text) for cell in cells.cells]


@pytest.mark.parametrize(
    ("content", "title", "boxes"),
    [
        ("index", "storage, 6 cells of 4 B, numbered in elements", ["0", "1", "2", "3", "4", "5"]),
        ("address", "storage, 6 cells of 4 B, numbered in bytes", ["0", "4", "8", "12", "16", "20"]),
        ("value", "storage, 6 cells of 4 B; in a box: the value of its element", ["·", "·", "·", "3.5", "·", "5.5"]),
    ],
)
def test_boxes_of_a_strip_hold_what_was_asked_for(content: Content, title: str, boxes: list[str]) -> None:
    (strip,) = strips(X[1:, ::2], content)
    assert (strip.title, words(strip)) == (title, boxes)


def test_a_strip_whose_values_are_not_all_drawn_below_holds_positions_and_says_so() -> None:
    (strip,) = strips(torch.zeros(40, 40), "value")
    assert strip.title == "storage, 1,600 cells of 4 B, numbered in elements; not all values here are read"
    assert words(strip)[:3] == ["0", "1", "2"]
    assert strips(torch.zeros(3, device="meta"), "value")[0].title.endswith(NOT_READ)


def test_a_strip_of_pointers_holds_no_values() -> None:
    (strip,) = strips(np.array([1.5, "a"], object), "value")
    assert (strip.title, words(strip)) == ("storage, 2 cells of 8 B, numbered in elements", ["0", "1"])


def test_a_strip_does_not_say_that_a_masked_value_lies_there() -> None:
    masked = np.ma.masked_array(np.arange(3, dtype=np.int16), [False, True, False])
    whole, mask = strips(masked, "value")
    assert (words(whole), words(mask)) == (["0", "1", "2"], ["False", "True", "False"])
    assert whole.title.endswith(NOT_READ)


def test_strips_in_step_hold_values_where_those_of_every_view_were_read() -> None:
    both = show(X, X.numpy().view(np.int16)[:1, ::2], cells="value").text()
    assert "in a\nbox: the value of its element\n" in both
    assert "A    [ 0.5  ][ 1.5  ][ 2.5  ][ 3.5  ][ 4.5  ][ 5.5  ]\n" in both
    assert "B    [ 0]  · [ 0]  · [ 0]  ·   ·   ·   ·   ·   ·   ·\n" in both
    large = show(torch.zeros(40, 40), X, cells="value").text().replace("\n", " ")
    assert "in a box: the index of its element; not all values here are read" in large
    assert "in a box: the value of its element at" in large


def test_bytes_that_elements_share_in_part_have_no_one_value() -> None:
    apart = Users("reused", ((0,), (1,)), (0, 2))
    many = Users("reused", ((0, 0),) * MOST, (0,) * MOST)
    filling = Filling("value", {0: "7", 2: "8"})
    assert read_words(Layout((2,), (2,), itemsize=4), filling, [apart]) is None
    assert read_words(Layout((2, 4), (3, 0), itemsize=4), filling, [many]) is None
    assert read_words(Layout((2, 4), (4, 0), itemsize=4), filling, [many]) == {0: "7", 2: "8"}
