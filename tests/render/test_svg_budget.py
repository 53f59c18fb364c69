from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from support.scenes import elements
from support.vector import blocks, in_step, notes_of, pointers

import tensorlab
from tensorlab.render.svg import svg
from tensorlab.render.svg_budget import DETAILS, Detail, at_least, at_most
from tensorlab.render.svg_grids import grids
from tensorlab.render.svg_plan import below, words
from tensorlab.render.svg_strips import strips
from tensorlab.render.svg_write import drawn, sorted_out
from tensorlab.scene.record import Cell, Cells, Group, Span, Table

if TYPE_CHECKING:
    from tensorlab.scene.record import Element

FULL, BARE = DETAILS[:2]


def test_each_step_draws_no_more_than_the_one_before() -> None:
    assert [detail.notes for detail in DETAILS] == [True, False, False, False, False]
    assert [detail.budget is None for detail in DETAILS] == [True, True, True, True, False]
    sizes = [at_least(blocks((9, 9, 9)), detail) for detail in DETAILS]
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


def test_tables_and_sentences_are_never_what_is_too_much() -> None:
    assert at_least(Group((Table(("k",), ((Cell(Span("x" * 1000)),),) * 1000),)), Detail()) == 0


def test_a_picture_that_fits_keeps_its_notes() -> None:
    assert len(notes_of(svg(Group((blocks((4, 6)), pointers()))))) == 24


def test_many_objects_are_drawn_in_part_and_small_enough() -> None:
    figure = tensorlab.show(*[bytearray(600) for _ in range(40)])
    drawn_ = figure.svg()
    assert len(drawn_.encode()) < 64_000
    assert "not drawn: the picture would be too large" in drawn_
