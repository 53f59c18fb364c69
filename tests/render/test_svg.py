from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import elements
from support.vector import blocks, check_svg, hostile, in_step, notes_of, pointers, used, words_of

import tensorlab
from tensorlab.render.budget import at_least
from tensorlab.render.html import html
from tensorlab.render.svg import LEAST, MOST_BYTES, svg
from tensorlab.render.svg_grids import grids
from tensorlab.render.svg_strips import strips
from tensorlab.render.svg_write import at_most, drawn, sorted_out
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.scene.record import Element

TENSORS: dict[str, Callable[[], object]] = {
    "4x6": lambda: torch.arange(24, dtype=torch.int32).reshape(4, 6),
    "cut and transposed": torch.arange(24).reshape(4, 6)[1:3, ::2].t,
    "0-d": lambda: torch.tensor(3.0),
    "empty": lambda: torch.empty(0, 4),
    "3-d": lambda: torch.arange(24).reshape(2, 3, 4),
    "4-d": lambda: torch.arange(120).reshape(2, 3, 4, 5),
    "5-d": lambda: torch.arange(48).reshape(2, 2, 2, 2, 3),
    "40 axes": lambda: torch.zeros(1).expand((2,) * 28 + (1,) * 12),
    "as many boxes as are drawn": lambda: torch.arange(768).reshape(2, 3, 8, 16),
    "1e6": lambda: torch.zeros(10**6),
    "1e6 in rows": lambda: torch.empty(1000, 1000, device="meta"),
    "1e9 expanded": lambda: torch.zeros(1).expand(10**9),
    "1e9 expanded in planes": lambda: torch.zeros(1).expand(10**3, 10**3, 10**3),
    "1e9, every second": lambda: torch.empty(2 * 10**9, dtype=torch.int8, device="meta")[::2],
    "overlapping windows": lambda: torch.arange(10.0).unfold(0, 3, 1),
    "negative": lambda: memoryview(b"abcdef")[::-2],
    "list": lambda: [1.5, "a", None, [1]],
}


@given(elements())
def test_any_scene_is_well_formed_and_the_same_each_time(element: Element) -> None:
    scene = Group((element,))
    assert check_svg(svg(scene)) > 0
    assert svg(scene) == svg(scene)


@given(st.text(st.characters()), st.sampled_from(["used", "hole", "plain"]))
def test_any_text_is_escaped(word: str, role: str) -> None:
    box = Cell(Span(word, role), word)  # type: ignore[arg-type]  # the role is one
    check_svg(svg(Group((Text((Span(word),)), Table((word,), ((box,),)), Cells((1,), (box,), title=word)), title=word)))


def test_hostile_names_are_words() -> None:
    drawn = svg(hostile())
    check_svg(drawn)
    assert any(r"<b onload=" in word and r"\x00\x1b[2J\ud800" in word for word in words_of(drawn))


@pytest.mark.parametrize("cells", ["index", "address", "value"])
@pytest.mark.parametrize("name", TENSORS)
def test_every_tensor_takes_less_than_64_kb(name: str, cells: str) -> None:
    figure = tensorlab.show(TENSORS[name](), cells=cells)  # type: ignore[arg-type]  # one of the three
    assert check_svg(figure.svg()) < 64_000


def test_all_that_the_text_tells_is_in_it() -> None:
    figure = tensorlab.show(torch.arange(24, dtype=torch.int32).reshape(4, 6)[1:3, ::2].t())
    words = words_of(figure.svg())
    assert words[0] == "torch.Tensor int32 (3, 2)"
    for word in ("strides", "(2, 6) elements = (8, 24) B", "address(i,j) = 6 + 2*i + 6*j", "(elements)", "not used"):
        assert word in words, word
    assert [word for word in words if word.isdigit()].count("10") == 2  # in the strip and in the grid


def test_boxes_tell_what_they_are_when_pointed_at() -> None:
    grid = blocks((2, 3))
    assert notes_of(svg(Group((grid,)))) == [cell.note for cell in grid.cells]


def test_a_picture_has_a_name_and_a_description_for_those_who_do_not_see_it() -> None:
    drawn = svg(Group((Table(("", ""), ((Cell(Span("shape")), Cell(Span("(2, 3)"))),)), Text((Span("a < b"),))), "t"))
    assert 'role="img" aria-label="t"' in drawn
    assert "<title>t</title>\n<desc>shape: (2, 3); a &lt; b</desc>" in drawn


def test_what_is_large_loses_its_notes_first_and_then_boxes_which_are_counted() -> None:
    few = Group((Cells((300,), tuple(used(str(k), "n" * 200) for k in range(300))),))
    assert notes_of(svg(few)) == []
    assert words_of(svg(few)).count("299") == 1
    many = Group((Cells((9000,), tuple(used(f"{k:04}") for k in range(9000)), labels=False),))
    words = words_of(svg(many))
    assert "0000" in words
    assert "8999" in words
    (told,) = [word for word in words if word.endswith("more …")]
    hidden = int(told.split()[1].replace(",", ""))
    assert hidden + len(words) - 1 == 9000
    assert check_svg(svg(many)) < MOST_BYTES


def test_pictures_that_do_not_fit_at_all_are_counted_and_tables_stay() -> None:
    table = Table(("k",), tuple((Cell(Span(f"row {k}")),) for k in range(100)))
    parts = tuple(Group((table, blocks((4, 6)))) for _ in range(40))
    drawn = svg(Group((table, *parts), title="many"))
    assert check_svg(drawn) < MOST_BYTES
    words = words_of(drawn)
    kept = words.count("row 99") - 1
    assert 0 < kept < 40
    assert f"… {40 - kept} more pictures not drawn …" in words


def test_a_table_of_a_session_is_never_cut() -> None:
    table = Table(("k", "v"), tuple((Cell(Span(f"row {k}")), Cell(Span(str(k)), right=True)) for k in range(2000)))
    words = words_of(svg(Group((table,))))
    assert all(f"row {k}" in words for k in range(2000))


def test_numbers_of_a_table_are_aligned_to_the_right() -> None:
    rows = tuple((Cell(Span("a")), Cell(Span(text), right=True)) for text in ("1", "1,000"))
    drawn = svg(Group((Table(("", "n"), rows),)))
    places = {
        word: int(line.split('x="')[1].split('"')[0])
        for line in drawn.split("<")
        for word in ("1", "1,000", "n")
        if line.startswith("text") and line.endswith(f">{word}")
    }
    assert places["1"] - places["1,000"] == 8 * 4
    assert places["n"] == places["1"]


def test_long_sentences_and_facts_are_wrapped() -> None:
    sentence = " ".join(["word"] * 60)
    drawn = svg(Group((Text((Span(sentence),)), Table(("", ""), ((Cell(Span("k")), Cell(Span(sentence))),)))))
    lines = words_of(drawn)
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).count("word") == 120
    assert int(drawn.split('width="')[1].split('"')[0]) <= 80 * 8 + 41


def test_spaces_inside_a_sentence_stay() -> None:
    first, second = words_of(svg(Group((Text((Span("one", "strong"), Span("   two", "dim"))),))))
    assert (first, second) == ("one", "two")


def test_arrows_lead_from_each_pointer_to_its_box() -> None:
    drawn = svg(pointers())
    heads = next(line for line in drawn.splitlines() if line.startswith('<path fill="#59636e"'))
    assert heads.count("M") == 5
    assert [word for word in words_of(drawn) if not word.endswith((".5", "→"))] == ["list", "pointers", "boxed objects"]


def test_an_arrow_to_what_is_not_drawn_is_left_out() -> None:
    group = pointers((0, 1))
    missing = Group(group.children, links=((("storage 0", 0, 8), ("box", 9, 10)), (("nowhere", 0, 8), ("box", 0, 1))))
    assert "#59636e" not in "".join(line for line in svg(missing).splitlines() if line.startswith("<path"))


def test_the_legend_has_the_colour_of_the_first_box_of_its_role() -> None:
    drawn = svg(Group((in_step(),)))
    assert drawn.count('fill="#77aadd"') == 1  # boxes of a look stand together, the key of the legend among them
    assert words_of(drawn)[-8:] == ["n", "used", "n", "not used", "n", "used twice", "n", "not known"]


def test_several_views_stand_in_one_picture() -> None:
    x = torch.arange(24, dtype=torch.int32).reshape(4, 6)
    drawn = tensorlab.show(x, x.t(), x.view(torch.int8)).svg()
    assert check_svg(drawn) < 64_000
    words = words_of(drawn)
    assert words[0] == "3 objects, 1 storage"
    assert {"A", "B", "C", "0,23"} <= {*words}
    boxes = [line for line in drawn.split("<rect ") if "rx=" in line and 'rx="10"' not in line]
    widths = {int(line.split('width="')[1].split('"')[0]) + 3 for line in boxes}
    assert any(4 * width in widths for width in widths)  # an int32 stands above four int8


@pytest.mark.parametrize("count", [8, 20])
def test_many_large_objects_take_less_than_64_kb(count: int) -> None:
    big = torch.arange(768).reshape(2, 3, 8, 16)
    assert check_svg(tensorlab.show(*(big.transpose(k % 4, (k + 1) % 4) for k in range(count))).svg()) < 64_000
    assert check_svg(tensorlab.show(*(torch.zeros(768) for _ in range(count))).svg()) < 64_000


def test_the_pointers_of_a_long_list_stand_in_one_line_so_that_no_arrow_strikes_through_words() -> None:
    drawn = tensorlab.show([float(k) for k in range(300)]).svg()
    assert check_svg(drawn) < MOST_BYTES
    words = words_of(drawn)
    assert words.count("pointer") == words.count("object") == 1
    (arrows,) = re.findall(r'<path fill="none" stroke="([^"]*)" stroke-width="1.5"', drawn)
    assert arrows == "#59636e"  # none passes behind another line of boxes


@given(elements())
def test_the_least_is_never_more_than_what_is_written(element: Element) -> None:
    scene = Group((element,))
    assert at_least(scene, None, LEAST[True]) <= len(svg(scene).encode())


@pytest.mark.parametrize(
    "cells", [blocks((3, 4, 5)), in_step(), Cells((300,), tuple(Cell(Span("h", "hole")) for _ in range(300)))]
)
def test_what_is_written_without_notes_lies_between(cells: Cells) -> None:
    piece = strips(cells, 640) if cells.names or len(cells.shape) == 1 else grids(cells, 640)
    size = len("\n".join(drawn(sorted_out(piece), (), notes=False)))
    assert at_least(cells, None, LEAST[False]) <= size <= at_most(piece)


def test_a_long_table_beside_boxes_counts_its_rows_and_sentences_stay() -> None:
    table = Table(("k",), ((Cell(Span("x" * 1000)),),) * 1000)
    figure = svg(Group((table, blocks((2, 2)), Text((Span("the end"),)))))
    assert check_svg(figure) < MOST_BYTES
    words = words_of(figure)
    assert "… 961 more rows …" in words
    assert "the end" in words
    assert "not drawn" not in " ".join(words)


@pytest.mark.parametrize("make", [svg, html])
def test_what_is_not_drawn_is_named_alike_in_every_form(make: Callable[[Group], str]) -> None:
    scene = tensorlab.show(*[np.arange(n, 160.0) for n in range(60)]).scene
    told = " ".join(re.sub(r"<[^>]*>", " ", make(scene)).split())
    titles = [child.title for child in scene.children if isinstance(child, Group) and child.title]
    assert len(titles) == 60
    assert [title for title in titles if title.partition(":")[0] not in told] == []
    assert told.index(titles[0]) < told.index("… storage")
    assert re.search(r"… storage \d+.{0,150}, \d+ other strips and grids not drawn …", told)
    assert re.search(r"… [A-Z]+: .* not drawn …", told)


def test_the_first_strip_and_the_first_object_are_drawn() -> None:
    figure = tensorlab.show(*[np.arange(n, 160.0) for n in range(60)])
    drawn_ = figure.svg()
    assert 48_000 < len(drawn_.encode()) < MOST_BYTES
    whole = " ".join(words_of(drawn_)).partition("not drawn")[0]
    assert "A: numpy.ndarray" in whole
    assert figure.scene.children[1].title in whole  # type: ignore[union-attr]  # the first storage


def test_what_has_room_for_a_few_boxes_is_drawn_with_a_few() -> None:
    large = [blocks((9, 9, 9)), blocks((5, 6, 7))]
    titled = [replace(cells, title=f"grid {number}") for number, cells in enumerate(large * 4)]
    told = " ".join(words_of(svg(Group(tuple(titled)))))
    assert [cells.title for cells in titled if cells.title not in told] == []
    assert "not drawn" not in told
    assert "more row" in told
