from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.blocks import Hidden, Place, narrowed, track
from tensorlab.render.text import text
from tensorlab.scene.record import Cell, Cells, Span


def numbered(*shape: int, gaps: tuple[tuple[int, int, int], ...] = (), row: int = 1) -> Cells:
    count = 1
    for n in shape:
        count *= n
    return Cells(shape, tuple(Cell(Span(str(n), "used")) for n in range(count)), gaps=gaps, row=row)


@given(st.integers(1, 30), st.integers(0, 30), st.integers(3, 20))
def test_narrowing_hides_and_counts_but_never_loses(size: int, before: int, room: int) -> None:
    gaps = ((0, min(before, size), 7),)
    places = track(numbered(size, gaps=gaps), 0)
    shown = narrowed(places, room)
    assert len(shown) <= max(room, 2)
    drawn = sum(isinstance(entry, Place) for entry in shown)
    assert drawn + sum(entry.count for entry in shown if isinstance(entry, Hidden)) == size + 7


def test_strip_lines_hold_multiples_of_the_row_and_line_up_after_a_gap() -> None:
    strip = numbered(20, gaps=((0, 9, 103),), row=6)
    assert text(strip, width=60) == (
        "  0 [ 0][ 1][ 2][ 3][ 4][ 5][ 6][ 7][ 8]\n"
        "… 103 more …\n"
        "112                 [ 9][10][11][12][13][14][15][16]\n"
        "120 [17][18][19]"
    )


def test_grid_with_hidden_rows_and_columns() -> None:
    grid = numbered(3, 3, gaps=((0, 2, 97), (1, 1, 5)))
    assert text(grid) == (
        "    0  …  6  7\n 0 [0] … [1][2]\n 1 [3] … [4][5]\n… 97 more rows …\n99 [6] … [7][8]\n… 5 more columns …"
    )


def test_a_grid_that_is_too_wide_hides_its_middle() -> None:
    lines = text(numbered(1, 40), width=40).splitlines()
    assert lines == [
        "    0   1   2   3   …  36  37  38  39",
        " 0 [ 0][ 1][ 2][ 3]  … [36][37][38][39]",
        "… 32 more columns …",
    ] or all(len(line) <= 40 for line in lines)


def test_blocks_name_their_index_and_hidden_ones_are_counted_once() -> None:
    blocks = numbered(2, 2, 1, 1, gaps=((0, 1, 5), (1, 1, 9)))
    out = text(blocks).splitlines()
    assert [line for line in out if ":" in line] == [
        "[0, 0, :, :]",
        "[0, 10, :, :]",
        "[6, 0, :, :]",
        "[6, 10, :, :]",
    ]
    assert out.count("… 5 more along axis 0 …") == 1


def test_many_axes_cost_no_more_than_what_is_drawn() -> None:
    shape = (1,) * 60
    cells = numbered(*shape, gaps=tuple((axis, 1, 1) for axis in range(60)))
    lines = text(cells, width=200).splitlines()
    assert sum("more along axis" in line for line in lines) == 58


def worded(*texts: str) -> Cells:
    return Cells((1, len(texts)), tuple(Cell(Span(word, "used")) for word in texts))


@pytest.mark.parametrize(
    ("texts", "width", "lines"),
    [
        (("123456789",) * 3, 28, ["           0  …          2", "0 [123456789] … [123456789]", "… 1 more column …"]),
        (("123456789",) * 3, 20, ["           0  …", "0 [123456789] …", "… 2 more columns …"]),
        (("1" * 30,) * 2, 20, [" " * 32 + "0  …", f"0 [{'1' * 30}] …", "… 1 more column …"]),
        (("(0, [0, 0], ('', 0))",), 20, ["                  0", "0 [(0, [0, 0], (''…]"]),
    ],
)
def test_boxes_left_out_take_little_room_where_there_is_little(
    texts: tuple[str, ...], width: int, lines: list[str]
) -> None:
    assert text(worded(*texts), width=width).splitlines() == lines


@pytest.mark.parametrize("width", range(20, 64))
def test_words_and_long_numbers_keep_to_the_width(width: int) -> None:
    for cells in (worded(*["≈-6.42e+15"] * 4), worded(*["(0, [0, 0], ('', 0))"] * 3), numbered(1, 10)):
        for plain in (False, True):
            assert max(map(len, text(cells, width=width, ascii=plain).splitlines())) <= width
    for shape in ((), (1,)):
        cells = Cells(shape, (Cell(Span("x" * 70, "used")),))
        assert max(map(len, text(cells, width=width, ascii=True).splitlines())) <= width
