from __future__ import annotations

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from support.scenes import boxes as any_boxes

from tensorlab.render.html_cells import cells_html
from tensorlab.render.html_words import Ink
from tensorlab.scene.record import Cell, Cells, Span


def drawn(cells: Cells) -> str:
    return cells_html(cells, Ink())


def numbered(shape: tuple[int, ...], **others: object) -> Cells:
    cells = tuple(Cell(Span("".join(map(str, index)))) for index in product(*map(range, shape)))
    return Cells(shape, cells, **others)  # type: ignore[arg-type]  # fields by their names


def rows(fragment: str) -> list[str]:
    """The words of each row, its cells between bars; a wide one with its width."""
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", fragment):
        cells = re.findall(r"<(td|th)([^>]*)>(.*?)</\1>", row)
        wide = [re.search(r'colspan="(\d+)"', attributes) for _, attributes, _ in cells]
        found.append("|".join(f"{w}{f'*{n[1]}' if n else ''}" for (_, _, w), n in zip(cells, wide, strict=True)))
    return found


def test_a_strip_has_lines_of_sixteen_and_counts_what_is_hidden() -> None:
    strip = Cells((20,), tuple(Cell(Span(str(n))) for n in range(20)), gaps=((0, 18, 40),), labels=False)
    assert rows(drawn(strip)) == [
        "|".join(map(str, range(16))),
        "16|17",
        "… 40 more …*16",
        "*10|18|19",
    ]


def test_a_strip_of_long_words_has_shorter_lines_and_whole_rows() -> None:
    strip = Cells((12,), tuple(Cell(Span(f"{n:012}")) for n in range(12)), row=3)
    assert [row.split("|")[::6] for row in rows(drawn(strip))] == [["0", "000000000005"], ["6", "000000000011"]]
    assert [row.count("|") for row in rows(drawn(Cells((2,), (Cell(Span("9" * 200)),) * 2)))] == [1, 1]


def test_strips_in_step_are_rows_with_names_and_wide_boxes() -> None:
    wide = tuple(Cell(Span(word), width=4) for word in "AB")
    narrow = tuple(Cell(Span(str(n))) for n in range(8))
    fragment = drawn(Cells((2, 8), wide + narrow, names=(Span("x"), Span("bytes"))))
    assert rows(fragment) == ["x|A*4|B*4", "bytes|0|1|2|3|4|5|6|7"]
    assert 'data-step="2"' in fragment
    assert '<th scope="row">bytes</th>' in fragment


def test_a_box_goes_on_in_the_next_line() -> None:
    odd = (Cell(Span("-")), *(Cell(Span(str(n)), width=2) for n in range(9)), Cell(Span("-")))
    lines = rows(drawn(Cells((1, 20), odd, names=(Span("odd"),), gaps=((1, 20, 5),))))
    assert lines == ["odd|-|0*2|1*2|2*2|3*2|4*2|5*2|6*2|7", "odd|…|8*2|-", "… 5 more …*17"]


def test_a_grid_has_heads_and_counts_rows_and_columns() -> None:
    fragment = drawn(numbered((2, 2), gaps=((0, 1, 7), (1, 1, 1)), title="grid"))
    assert rows(fragment) == ["i↓ j→|0|… 1 more|2", "0|00|…|01", "… 7 more rows …*4", "8|10|…|11"]
    assert "<caption><span>grid</span></caption>" in fragment
    assert fragment.count('scope="col"') == 3
    assert fragment.count('scope="row"') == 2


def test_the_row_that_numbers_the_places_is_heads_of_columns() -> None:
    at = tuple(Cell(Span(str(n), "dim"), f"byte {n}", ties=(("storage 0", n, n + 1),)) for n in range(2))
    cells = Cells((2, 2), (*at, Cell(Span("x"), width=2)), names=(Span("at", "dim"), Span("A", "strong")))
    fragment = drawn(cells)
    assert '<th scope="row">at</th><th scope="col" data-t="0,0,1" title="byte 0">0</th>' in fragment
    assert fragment.count("<td") == 1
    assert 'data-step="1"' in fragment
    assert "<td" in drawn(Cells((1, 2), at, names=(Span("at", "dim"),)))


def test_the_corner_tells_which_axis_is_which_and_its_size() -> None:
    corner = '<td class="tl-e tl-m" title="↓ j (9)   → k (2): j is axis 1, k is axis 2">j↓ k→</td>'
    assert corner in drawn(numbered((1, 2, 2), gaps=((1, 1, 7),)))


def test_a_legend_has_a_colour_that_is_there() -> None:
    boxes = (Cell(Span("0", "hole")), Cell(Span("1", "reused"), hue=3), Cell(Span("2", "reused"), hue=4))
    fragment = drawn(Cells((3,), boxes, legend=(Span("twice", "reused"), Span("never", "hole"))))
    assert '<b class="tl-r tl-h3"><i>&lt;</i>n<i>&gt;</i></b> twice</span>' in fragment
    assert '<b class="tl-o0"><i>(</i>n<i>)</i></b> never</span>' in fragment


def test_a_place_without_axes_is_one_box() -> None:
    assert rows(drawn(Cells((), (Cell(Span("7")),)))) == ["7"]


def test_three_axes_are_blocks_and_five_are_blocks_in_frames() -> None:
    captions = re.compile(r"<caption><span>(.*?)</span>")
    assert captions.findall(drawn(numbered((2, 1, 1)))) == ["[0, :, :]", "[1, :, :]"]
    five = drawn(numbered((2, 2, 1, 1, 1), gaps=((0, 1, 5), (2, 1, 3))))
    assert five.count('class="tl-o"') == 2
    assert five.count('class="tl-w"') == 4
    assert captions.findall(five)[-1] == "[6, 1, 0, :, :]"
    assert "[6, :, :, :, :]" in five
    assert "… 5 more along axis 0 …" in five
    assert "… 3 more along axis 2 of [6, 1, ...] …" in five


def test_grids_of_many_axes_have_no_letters() -> None:
    assert "i↓ j→" in drawn(numbered((1, 1)))
    assert "↓" not in drawn(numbered((1,) * 40))


@given(any_boxes(), st.integers(1, 3))
def test_every_box_is_drawn_once(cells: Cells, times: int) -> None:
    note = "the one"
    marked = Cells(
        cells.shape, tuple(Cell(c.span, note) for c in cells.cells), gaps=cells.gaps, row=times, labels=cells.labels
    )
    assert drawn(marked).count(f'title="{note}"') == len(cells.cells)
