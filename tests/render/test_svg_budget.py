from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from support.scenes import elements
from support.vector import blocks, in_step, notes_of, pointers, words_of

import tensorlab
from tensorlab.render.svg import svg
from tensorlab.render.svg_budget import DETAILS, STEPS, Detail, at_least, at_most, names
from tensorlab.render.svg_grids import grids
from tensorlab.render.svg_plan import below, words
from tensorlab.render.svg_strips import strips
from tensorlab.render.svg_write import drawn, sorted_out
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element

FULL, BARE = DETAILS[:2]


def test_each_step_draws_no_more_than_the_one_before() -> None:
    assert [detail.notes for detail in DETAILS] == [True, False, False, False]
    assert [detail.budget is None for detail in DETAILS] == [True, True, False, False]
    sizes = [at_least(blocks((9, 9, 9)), detail) for detail in (*DETAILS, *(Detail(False, n) for n in STEPS[1:]))]
    assert sizes == sorted(sizes, reverse=True)


@given(elements())
def test_the_least_is_never_more_than_what_is_written(element: Element) -> None:
    scene = Group((element,))
    assert at_least(scene, FULL) <= len(svg(scene).encode())


@pytest.mark.parametrize(
    "cells", [blocks((3, 4, 5)), in_step(), Cells((300,), tuple(Cell(Span("h", "hole")) for _ in range(300)))]
)
def test_what_is_written_without_notes_lies_between(cells: Cells) -> None:
    piece = strips(cells, 640) if cells.names or len(cells.shape) == 1 else grids(cells, 640)
    written = len("\n".join(drawn(sorted_out(piece), (), notes=False)))
    assert at_least(cells, BARE) <= written <= at_most(piece)


@pytest.mark.parametrize("word", ["abc", '<a href="&">' * 9, "日本" * 20, "", " "])
def test_words_take_what_their_escapes_take(word: str) -> None:
    piece = below([words(word), words("x")])
    assert len("\n".join(drawn(sorted_out(piece), (), notes=False)).encode()) <= at_most(piece)


def test_tables_and_sentences_are_never_left_out() -> None:
    table = Table(("k",), ((Cell(Span("x" * 1000)),),) * 1000)
    assert at_least(Group((table, blocks((2, 2)))), DETAILS[-1]) >= 1_000_000
    drawn_ = words_of(svg(Group((table, blocks((2, 2)), Text((Span("the end"),))))))
    assert sum(word.count("x") for word in drawn_) == 1_000_000
    assert drawn_[-1].startswith("… not drawn, the picture would be too large: ")
    assert "the end" in drawn_


def test_a_picture_that_fits_keeps_its_notes() -> None:
    assert len(notes_of(svg(Group((blocks((4, 6)), pointers()))))) == 24


def test_many_objects_are_drawn_in_part_and_all_are_named() -> None:
    figure = tensorlab.show(*[np.arange(n, 160.0) for n in range(60)])
    drawn_ = figure.svg()
    assert 48_000 < len(drawn_.encode()) < 64_000
    told = " ".join(words_of(drawn_))
    titles = [child.title for child in figure.scene.children if isinstance(child, Group) and child.title]
    assert len(titles) == 60
    assert [title for title in titles if title not in told and f"{title.partition(':')[0]}," not in told] == []
    whole = told.partition("not drawn, the picture would be too large: ")[0]
    assert titles[0] in whole
    assert figure.scene.children[1].title in whole  # type: ignore[union-attr]  # the first storage


def test_what_has_room_for_a_few_boxes_is_drawn_with_a_few() -> None:
    large = [blocks((9, 9, 9)), blocks((5, 6, 7))]
    titled = [replace(cells, title=f"grid {number}") for number, cells in enumerate(large * 4)]
    told = " ".join(words_of(svg(Group(tuple(titled)))))
    assert [cells.title for cells in titled if cells.title not in told] == []
    assert "not drawn" not in told
    assert "more row" in told


def test_a_thousand_names_and_more_than_there_is_room_for() -> None:
    parts = tuple(Group((), title=f"part {number}: {'x' * 50}") for number in range(1000))
    assert names(parts, 12_000).count("part") == 1000
    assert names(parts, 100).endswith(" and 988 more")
    assert names((Group(()), *parts[:1]), 1000) == f"part 0: {'x' * 50}; 1 more picture"
