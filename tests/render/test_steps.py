from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.text import text
from tensorlab.render.width import columns
from tensorlab.scene.record import Cell, Cells, Span


def rows(*widths: tuple[int, ...], gaps: tuple[tuple[int, int, int], ...] = (), row: int = 1) -> Cells:
    """A row a tuple of widths, its boxes numbered."""
    cells = tuple(Cell(Span(str(n), "used"), width=width) for line in widths for n, width in enumerate(line))
    names = tuple(Span(chr(65 + n)) for n in range(len(widths)))
    return Cells((len(widths), sum(widths[0])), cells, names=names, gaps=gaps, row=row)


def test_wide_boxes_stand_over_the_places_that_they_cover() -> None:
    assert text(rows((1,) * 8, (4, 4), (2, 2, 4))) == (
        "A [0][1][2][3][4][5][6][7]\nB [    0     ][    1     ]\nC [ 0  ][ 1  ][    2     ]"
    )


def test_rows_are_wrapped_together_and_a_box_that_goes_on_is_open() -> None:
    assert text(rows((1,) * 8, (4, 4)), width=20) == ("A [0][1][2][3][4][5]\nB [    0     ][ 1\n\nA [6][7]\nB      ]")
    assert text(rows((1,) * 8, (4, 4), row=4), width=20) == (
        "A [0][1][2][3]\nB [    0     ]\n\nA [4][5][6][7]\nB [    1     ]"
    )


def test_what_is_left_out_is_counted_between_the_places() -> None:
    drawn = rows((1,) * 4, (2, 2), gaps=((1, 2, 1998), (1, 4, 1)))
    assert text(drawn) == ("A [0][1]\nB [ 0  ]\n… 1,998 more …\nA [2][3]\nB [ 1  ]\n… 1 more …")
    assert text(drawn, ascii=True) == text(drawn).replace("…", "...")


def test_long_names_are_cut_so_that_a_box_has_room() -> None:
    cells = Cells((1, 3), tuple(Cell(Span(str(n), "used")) for n in range(3)), names=(Span("A.crow_indices"),))
    assert text(cells, width=20) == "A.cro… [0][1][2]"
    assert text(cells, width=20, ascii=True) == "A.c... [0][1][2]"


def test_hues_are_colours_of_the_boxes() -> None:
    cells = Cells((1, 2), (Cell(Span("0", "used"), hue=0), Cell(Span("·", "hole"), hue=0)), names=(Span("A"),))
    assert text(cells, color=True) == "A \x1b[30;48;5;110m[0]\x1b[0m\x1b[2m · \x1b[0m"
    assert text(cells, ascii=True) == "A [0] ."


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(20, 90), st.integers(1, 12))
def test_no_line_is_too_long_and_every_number_is_there(widths: list[int], width: int, row: int) -> None:
    drawn = rows((1,) * sum(widths), tuple(widths), row=row)
    lines = text(drawn, width=width).splitlines()
    assert max(map(columns, lines)) <= width
    below = " ".join(line[1:] for line in lines if line.startswith("B"))
    assert [int(word) for word in below.replace("[", " ").replace("]", " ").split()] == list(range(len(widths)))
