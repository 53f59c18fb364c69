from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import ROLES, boxes

from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity
from tensorlab.render.text import text, wrap
from tensorlab.render.width import columns
from tensorlab.scene.record import Cell, Cells, Group, Role, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element

SCENE = Group(
    (
        Text((Span("a sentence about "), Span("one thing", "strong"), Span(" and several others"))),
        Table(
            ("name", "time"),
            (
                (Cell(Span("add")), Cell(Span(Quantity(1.5e-6, "s")), right=True)),
                (Cell(Span("matmul", "bad")), Cell(Span(Quantity(0.25, "s")), right=True)),
            ),
        ),
        Cells((3,), tuple(Cell(Span(str(n), role)) for n, role in enumerate(get_args(Role)[5:8]))),
    ),
    title="a title",
)
WIDE = """\
a title
a sentence about one thing and several others

name       time
add     1.50 µs
matmul   250 ms

0 [0]<1> 2"""
NARROW = """\
a title
a sentence about one
  thing and several
  others

name       time
add     1.50 µs
matmul   250 ms

0 [0]<1> 2"""


def test_scene_in_80_columns() -> None:
    assert text(SCENE) == WIDE


def test_scene_in_20_columns() -> None:
    assert text(SCENE, width=20) == NARROW


def test_columns_of_a_table_give_way() -> None:
    row = (Cell(Span("a rather long name")), Cell(Span("12.3 µs"), right=True))
    assert text(Table(("name", "time"), (row,)), width=20).splitlines() == [
        "name            time",
        "a rather     12.3 µs",
        "long name",
    ]


@pytest.mark.parametrize("width", [19, 0, -5, 80.0, True])
def test_too_few_columns_are_refused(width: int) -> None:
    with pytest.raises(LayoutError, match="20 columns or more; got width="):
        text(SCENE, width=width)


def test_titles_and_legends_are_wrapped() -> None:
    legend = (Span("used", "used"), Span("used by several indices", "reused"))
    drawn = Cells((1,), (Cell(Span("0", "used")),), title="a title of many words that is long", legend=legend)
    assert text(drawn, width=30).splitlines() == [
        "a title of many words that is",
        "long",
        "0 [0]",
        "[n] used",
        "<n> used by several indices",
    ]


def test_scene_in_ascii() -> None:
    assert text(SCENE, ascii=True) == WIDE.replace("µ", "u")


def test_colour_adds_only_terminal_codes() -> None:
    painted = text(SCENE, color=True)
    assert "\x1b[31mmatmul\x1b[0m" in painted
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", painted).splitlines()] == WIDE.splitlines()


def test_same_scene_same_text() -> None:
    assert text(SCENE) == text(SCENE)


def test_control_characters_of_a_name_do_not_reach_the_terminal() -> None:
    assert text(Text((Span("a\x1b[2Jb\r\n"),))) == "a\\x1b[2Jb\\r\\n"


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=80), st.integers(4, 40))
def test_wrapping_loses_no_character_and_keeps_to_the_width(sentence: str, width: int) -> None:
    lines = wrap(sentence, width)
    narrow = [line for line in lines if columns(line) == len(line)]
    assert all(len(line) <= width for line in narrow)
    assert "".join("".join(lines).split()) == "".join(sentence.split())


WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=6)
CELLS = st.builds(Cell, st.builds(Span, WORDS, ROLES))


@given(boxes(CELLS, st.just("")), st.integers(60, 120))
def test_cells_keep_to_the_width_in_any_shape(drawn: Cells, width: int) -> None:
    for ascii_only in (False, True):
        out = text(drawn, width=width, ascii=ascii_only)
        assert all(len(line) <= width for line in out.splitlines())
        assert out.isascii() or not ascii_only


@given(boxes(CELLS, st.just("")))
def test_every_box_is_drawn_where_there_is_room(drawn: Cells) -> None:
    out = text(drawn, width=400)
    for cell in drawn.cells:
        assert str(cell.span.text) in out


@pytest.mark.parametrize("role", ["used", "reused", "hole"])
def test_a_cell_of_no_axis_is_one_box(role: Role) -> None:
    out = text(Cells((), (Cell(Span("7", role)),)))
    assert out == {"used": "[7]", "reused": "<7>", "hole": " 7"}[role]


@pytest.mark.parametrize("element", [Group(()), Text(()), Table(("a",), ())])
def test_empty_elements_draw_no_box(element: Element) -> None:
    assert text(element) in {"", "a"}


def test_a_very_long_name_is_cut_and_counted() -> None:
    out = text(Table(("", ""), ((Cell(Span("name")), Cell(Span("x" * 300_000))),)))
    assert "(299,000morecharacters)" in "".join(out.split())
    assert len(out) < 3000


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("width", [20, 21, 25, 33])
def test_legends_tables_and_type_rows_keep_to_the_width(width: int, *, plain: bool) -> None:
    row = [Span(words, "used") for words in ("1", "N" * 88, "日本語" * 9)]
    scene = Group(
        (
            Table(("boxed type", "objects", "bytes", "more"), ((Cell(Span("float")),) * 4,)),
            Cells((1, 3), tuple(map(Cell, row)), names=(Span("type"),), gaps=((1, 2, 10**12),)),
            Cells((1,), (Cell(Span("1")),), ((0, 1, 10**12),), legend=(Span("several pointers " * 3, "reused"),)),
        )
    )
    lines = text(scene, width=width, ascii=plain).splitlines()
    assert max(map(columns, lines)) <= width
    assert any(line.startswith("type [NNN") for line in lines)
    assert any("..." in line if plain else "N…" in line for line in lines)
