from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from support.scenes import boxes as scenes
from support.vector import blocks, used

from tensorlab.render.svg_grids import grids
from tensorlab.render.svg_plan import Box, Frame, Word
from tensorlab.scene.record import Cells

if TYPE_CHECKING:
    from tensorlab.render.svg_plan import Piece


def drawn_boxes(piece: Piece) -> list[Box]:
    return [item for item in piece.placed() if isinstance(item, Box)]


def texts(piece: Piece) -> list[str]:
    return [item.text for item in piece.placed() if isinstance(item, Word)]


def captions(piece: Piece) -> dict[str, tuple[int, int]]:
    words = [item for item in piece.placed() if isinstance(item, Word)]
    return {word.text: (word.x, word.y) for word in words if word.text.startswith("[")}


@given(scenes())
def test_no_two_boxes_meet_and_all_lie_inside(cells: Cells) -> None:
    if len(cells.shape) < 2:
        return
    piece = grids(cells, 2000)
    corners = {(box.x, box.y) for box in drawn_boxes(piece)}
    assert len(corners) == len(drawn_boxes(piece)) == len(cells.cells)
    assert all(box.x + box.width <= piece.width and box.y + 24 <= piece.height for box in drawn_boxes(piece))


def test_rows_and_columns_are_labelled() -> None:
    axes, *others = texts(grids(blocks((2, 3)), 640))
    assert axes.split("   ") == ["↓\xa0i\xa0(2)", "→\xa0j\xa0(3)"]
    assert others == ["0", "1", "2", "0", "0", "1", "2", "1", "3", "4", "5"]


def told(cells: Cells) -> list[str]:
    words = texts(grids(cells, 2000))[0]
    return [word.strip() for word in words.replace("\xa0", " ").split("   ")]


def test_it_is_told_how_each_axis_runs_and_how_long_it_is() -> None:
    assert told(blocks((2, 3, 4))) == ["blocks: i (2)", "↓ j (3)", "→ k (4)"]
    assert told(blocks((2, 2, 2, 2, 3)))[:3] == [
        "frames: i (2)",
        "rows of blocks: j (2)",
        "blocks: k (2)",
    ]
    cut = Cells((1, 2, 2), tuple(used(str(k)) for k in range(4)), gaps=((0, 1, 8), (2, 1, 998)))
    assert told(cut) == ["i (9)", "↓ j (2)", "→ k (1,000)"]


def test_many_axes_are_counted_and_those_of_one_position_passed_over() -> None:
    assert told(blocks((1,) * 20 + (2, 3))) == ["↓ i20 (2)", "→ i21 (3)"]
    many = Cells((1,) * 28 + (2, 2), tuple(used(str(k)) for k in range(4)), gaps=tuple((k, 1, 1) for k in range(28)))
    assert told(many)[:4] == ["i0 (2)", "i1 (2)", "… 24 more …", "i26 (2)"]


def test_blocks_of_the_third_axis_stand_beside_one_another_as_long_as_there_is_room() -> None:
    wide, narrow = (captions(grids(blocks((3, 2, 3)), room)) for room in (640, 200))
    assert len({y for _, y in wide.values()}) == 1
    assert len({y for _, y in narrow.values()}) == 3
    assert list(wide) == ["[0, :, :]", "[1, :, :]", "[2, :, :]"]


def test_blocks_of_the_fourth_axis_stand_in_rows() -> None:
    places = captions(grids(blocks((2, 3, 2, 2)), 640))
    assert places["[0, 0, :, :]"][1] == places["[0, 2, :, :]"][1] < places["[1, 0, :, :]"][1]
    assert places["[0, 1, :, :]"][0] == places["[1, 1, :, :]"][0]


@pytest.mark.parametrize(("shape", "frames"), [((2, 2, 2), 0), ((2, 2, 2, 2), 0), ((2,) * 5, 2), ((2,) * 6, 6)])
def test_more_axes_are_nested_frames(shape: tuple[int, ...], frames: int) -> None:
    piece = grids(blocks(shape), 640)
    assert sum(isinstance(item, Frame) for item in piece.placed()) == frames
    assert len(captions(piece)) == len(drawn_boxes(piece)) // 4


def test_axes_of_one_block_add_no_nesting() -> None:
    piece = grids(blocks((1,) * 40 + (2, 2)), 640)
    assert not any(isinstance(item, Frame) for item in piece.placed())
    assert piece.width <= 640


def test_what_is_hidden_is_counted_where_it_is() -> None:
    cells = Cells((2, 2, 2), tuple(used(str(k)) for k in range(8)), gaps=((0, 1, 7), (1, 1, 98), (2, 1, 9998)))
    words = " ".join(texts(grids(cells, 640)))
    for told in ("… 7 more along i …", "… 98 more rows …", "… 9,998 more columns …"):
        assert told in words


def test_columns_that_do_not_fit_are_counted_too() -> None:
    cells = Cells((1, 50), tuple(used(str(k)) for k in range(50)), gaps=((1, 25, 1000),))
    piece = grids(cells, 320)
    assert piece.width <= 320
    shown = len(drawn_boxes(piece))
    assert f"… {1050 - shown:,} more columns …" in texts(piece)


def test_long_texts_are_cut_in_their_box() -> None:
    piece = grids(Cells((1, 2), (used("x" * 100), used("y"))), 640)
    assert "x" * 31 + "…" in texts(piece)
    assert drawn_boxes(piece)[0].width == 32 * 8 + 12
