from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tensorlab.api import drawing
from tensorlab.api.objects import show
from tensorlab.diagram.filling import Filling, read_words
from tensorlab.diagram.users import MOST, Users
from tensorlab.layout.record import Layout
from tensorlab.memory.values import read_values
from tensorlab.scene.record import Cells, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.diagram.filling import Content
    from tensorlab.layout.window import Window
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.values import Value

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


def test_elements_that_only_the_strip_draws_are_read_too() -> None:
    (strip,) = strips((torch.arange(5000) * 2).reshape(50, 100), "value")
    assert strip.title == "storage, 5,000 cells of 8 B; in a box: the value of its element"
    assert words(strip) == [str(2 * n) for n in (*range(32), *range(4968, 5000))]
    pairs = np.lib.stride_tricks.as_strided(np.arange(60, dtype=np.int16), (18, 3), (6, 4))
    (strip,) = strips(pairs, "value")
    assert words(strip)[20:24] == ["20", "21", "22", "23"]


def test_few_elements_are_read_for_a_strip_however_large_the_object_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counting(thing: object, memory: MemoryMap, axes: tuple[Window, ...]) -> tuple[Value, ...]:
        found = read_values(thing, memory, axes)
        asked.append(len(found))
        return found

    monkeypatch.setattr(drawing, "read_values", counting)
    strips(torch.zeros(1000, 1000), "value")
    assert asked[0] == 8 * 16
    assert 0 < sum(asked[1:]) <= 64
    asked.clear()
    strips(torch.zeros(1000, 1000), "index")
    assert not asked


def test_a_strip_whose_values_cannot_be_read_holds_positions_and_says_so() -> None:
    (strip,) = strips(torch.zeros(40, 40, device="meta"), "value")
    assert strip.title == "storage, 1,600 cells of 4 B, numbered in elements; not all values here are read"
    assert words(strip)[:3] == ["0", "1", "2"]
    hidden = np.ma.masked_array(np.zeros((40, 40)), np.arange(1600).reshape(40, 40) == 20)  # in the strip alone
    assert strips(hidden, "value")[0].title.endswith(NOT_READ)


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
    large = show(torch.zeros(40, 40), torch.zeros(40, 40, device="meta"), cells="value").text().replace("\n", " ")
    assert "in a box: the value of its element at" in large
    wide = (torch.arange(5000) * 2).reshape(50, 100)
    assert "B  [  48][  50][  52][  54][  56][  58][  60][  62]\n" in show(wide, wide.t(), cells="value").text()


def test_bytes_that_elements_share_in_part_have_no_one_value() -> None:
    apart = Users("reused", ((0,), (1,)), (0, 2))
    many = Users("reused", ((0, 0),) * MOST, (0,) * MOST)
    filling = Filling("value", {0: "7", 2: "8"})
    assert read_words(Layout((2,), (2,), itemsize=4), filling, [apart]) is None
    assert read_words(Layout((2, 4), (3, 0), itemsize=4), filling, [many]) is None
    assert read_words(Layout((2, 4), (4, 0), itemsize=4), filling, [many]) == {0: "7", 2: "8"}
