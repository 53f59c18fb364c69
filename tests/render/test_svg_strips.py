from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.vector import in_step, used

from tensorlab.render.blocks import Hidden
from tensorlab.render.svg_plan import Box, Word
from tensorlab.render.svg_strips import joined, strips
from tensorlab.scene.record import Cell, Cells, Span

if TYPE_CHECKING:
    from tensorlab.render.svg_plan import Piece


def boxes(piece: Piece) -> list[Box]:
    return [item for item in piece.placed() if isinstance(item, Box)]


def texts(piece: Piece) -> list[str]:
    return [item.text for item in piece.placed() if isinstance(item, Word)]


def strip(count: int, **options: object) -> Cells:
    return Cells((count,), tuple(used(str(k)) for k in range(count)), **options)  # type: ignore[arg-type]  # as given


@given(st.integers(1, 40), st.integers(1, 12), st.integers(100, 700))
def test_a_line_holds_a_multiple_of_a_row_where_one_fits(count: int, row: int, room: int) -> None:
    drawn = boxes(strips(strip(count, row=row, labels=False), room))
    assert [box.cell.span.text for box in drawn] == [str(k) for k in range(count)]
    first = [box for box in drawn if box.y == drawn[0].y]
    assert len(first) == count or len(first) % row == 0 or row * 31 > room
    assert all(box.x + box.width <= room for box in drawn)


@given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 10**9))
def test_what_is_hidden_is_a_line_and_positions_stand_in_columns(count: int, before: int, hidden: int) -> None:
    before = min(before, count)
    drawn = strips(strip(count, gaps=((0, before, hidden),), labels=False), 320)
    assert f"… {hidden:,} more …" in texts(drawn)
    for number, box in enumerate(boxes(drawn)):
        position = number + (hidden if number >= before else 0)
        assert box.x == position % 10 * 31


def test_positions_stand_at_the_edge_where_they_are_wanted() -> None:
    drawn = texts(strips(strip(20, labels=True), 320))
    assert drawn[0] == "0"
    assert "9" in drawn
    assert texts(strips(strip(3, labels=False), 320)) == ["0", "1", "2"]


def test_a_wide_box_stands_over_its_places() -> None:
    drawn = boxes(strips(in_step(), 640))
    wide = next(box for box in drawn if box.cell.width == 4)
    below = [box for box in drawn if box.cell.width == 1 and box.y > wide.y][:4]
    assert (wide.x, wide.x + wide.width) == (below[0].x, below[3].x + below[3].width)


def test_the_names_stand_at_every_line_of_rows() -> None:
    drawn = strips(in_step(), 640)
    lines = len({box.y for box in boxes(drawn)}) // 3
    assert lines > 1
    assert texts(drawn).count("x.view(torch.int8)") == lines
    assert all(box.x >= 8 * len("x.view(torch.int8)") for box in boxes(drawn))


def test_a_box_over_the_end_of_a_line_goes_on_in_the_next_and_is_named_once() -> None:
    row = (Cell(Span(""), width=2), *(Cell(Span(f"box {k}"), width=8) for k in range(3)), Cell(Span(""), width=6))
    narrow = tuple(Cell(Span(str(k))) for k in range(32))
    drawn = strips(Cells((2, 32), (*row, *narrow), names=(Span("a"), Span("b"))), 400)
    parts = [box for box in boxes(drawn) if box.cell.span.text == "box 0"]
    assert len(parts) == 2
    assert sum(text == "box 0" for text in texts(drawn)) == 1


@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_single_box(shape: tuple[int, ...]) -> None:
    assert len(boxes(strips(Cells(shape, (used("3.0"),), labels=False), 640))) == 1


def test_nothing_to_draw() -> None:
    assert boxes(strips(Cells((0,), (), gaps=((0, 0, 9),)), 640)) == []
    assert texts(strips(Cells((0,), (), gaps=((0, 0, 9),)), 640)) == ["… 9 more …"]


def test_what_is_hidden_beside_one_another_is_counted_once() -> None:
    assert joined(["a", Hidden(1), Hidden(2), "b", Hidden(3)]) == ["a", Hidden(3), "b", Hidden(3)]


def test_a_box_of_which_a_part_is_drawn_has_its_text_there() -> None:
    wide = (used("first", hue=0), used("second", hue=1))
    cells = Cells((1, 8), tuple(replace(cell, width=4) for cell in wide), names=(Span("x"),), gaps=((1, 4, 4),))
    parts = Cells((1, 5), (replace(wide[0], width=4), wide[1]), names=(Span("x"),), gaps=((1, 5, 99),))
    assert [text for text in texts(strips(cells, 640)) if text in {"first", "second"}] == ["first", "second"]
    narrow = strips(Cells((1, 16), (replace(wide[0], width=16),), names=(Span("x"),)), 200)
    assert [text for text in texts(narrow) if text.startswith("f")] == ["first"]
    assert "second" in texts(strips(parts, 640))


def test_what_fits_stands_in_one_line_with_what_is_hidden_between() -> None:
    cells = strip(12, gaps=((0, 6, 288),), labels=False)
    apart, level = strips(cells, 300), strips(cells, 300, level=600)
    assert len({box.y for box in boxes(apart)}) > 1
    assert {box.y for box in boxes(level)} == {0}
    assert "… 288 more …" in texts(level)
    assert level.width <= 600
    assert strips(cells, 300, level=400) == apart


def test_rows_in_one_line_keep_their_names_and_positions() -> None:
    cells = Cells((2, 4), tuple(used(str(k)) for k in range(8)), names=(Span("byte"), Span("x")), gaps=((1, 2, 96),))
    drawn = strips(cells, 200, level=900)
    assert texts(drawn).count("byte") == 1
    assert "98" in texts(drawn)
    assert len({box.y for box in boxes(drawn)}) == 2
    told = next(item for item in drawn.placed() if isinstance(item, Word) and item.text == "… 96 more …")
    assert all(box.x + box.width <= told.x or box.x >= told.x + 8 * len(told.text) for box in boxes(drawn))


def test_names_stand_before_what_is_hidden_at_the_beginning() -> None:
    cells = Cells((1, 2), (used("4"), used("5")), names=(Span("x"),), gaps=((1, 0, 4),))
    words = [item for item in strips(cells, 640, level=640).placed() if isinstance(item, Word)]
    name, hidden = (next(word for word in words if word.text == text) for text in ("x", "… 4 more …"))
    assert name.x + 8 < hidden.x
    assert abs(name.y - hidden.y) < 4
