from __future__ import annotations

import dataclasses
from math import prod
from typing import get_args

import pytest
from hypothesis import given
from support.layouts import shapes

from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Cells, Diagram, Element, Group, Plot, Span, Table, Text


def cell(word: str = "x") -> Cell:
    return Cell(Span(word))


def test_a_span_is_plain_unless_said() -> None:
    assert Span("a").role == "plain"
    assert Span(Quantity(4.0, "B"), "reused") == Span(Quantity(4.0, "B"), "reused")


def test_elements_are_all_that_a_group_holds() -> None:
    elements = (
        Text((Span("a"),)),
        Table(("h",), ((cell(),),)),
        Cells((1,), (cell(),)),
        Group(()),
        Diagram((), ()),
        Plot("x", "y", ()),
    )
    assert {type(element) for element in elements} == set(get_args(Element))
    assert Group(elements).children == elements


@given(shapes(max_axes=4, max_side=3))
def test_cells_fill_their_shape(shape: tuple[int, ...]) -> None:
    count = prod(shape)
    assert len(Cells(shape, (cell(),) * count).cells) == count
    for wrong in {count + 1, max(count - 1, 0)} - {count}:
        with pytest.raises(LayoutError, match=f"need {count} boxes; got {wrong}"):
            Cells(shape, (cell(),) * wrong)


@pytest.mark.parametrize(("head", "lengths", "odd"), [(("a", "b"), (2, 1), 1), ((), (1,), 1), (("a",), (1, 0, 1), 0)])
def test_rows_are_as_wide_as_the_head(head: tuple[str, ...], lengths: tuple[int, ...], odd: int) -> None:
    with pytest.raises(LayoutError, match=rf"a table with {len(head)} columns got a row of {odd}"):
        Table(head, tuple((cell(),) * n for n in lengths))


def test_a_table_may_have_no_rows() -> None:
    assert Table(("a",), ()).rows == ()


@pytest.mark.parametrize("kind", [Span, Cell, Text, Table, Cells, Group])
def test_scenes_are_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclasses keep it there
    assert "__slots__" in vars(kind)
    assert dataclasses.is_dataclass(kind)


def test_scenes_are_hashable_so_that_equal_ones_are_one() -> None:
    scenes = {Group((Cells((2,), (cell("a"), cell("b")), ((0, 1, 7),)),), "t") for _ in range(2)}
    assert len(scenes) == 1


def wide(width: int) -> Cell:
    return Cell(Span("w"), width=width)


def test_strips_in_step_may_have_boxes_of_several_places() -> None:
    lanes = Cells((2, 4), (wide(4), wide(2), cell(), cell()), names=(Span("A"), Span("B")))
    assert [[box.width for box in row] for row in lanes.rows()] == [[4], [2, 1, 1]]
    assert [len(row) for row in Cells((3,), (cell(), wide(2))).rows()] == [2]
    assert [len(row) for row in Cells((2, 3), (cell(),) * 6).rows()] == [3, 3]


@pytest.mark.parametrize(
    ("shape", "cells", "names", "words"),
    [
        ((2, 2), (wide(2), wide(2)), (), "boxes of a grid are one place wide; got 4 places for 2 boxes"),
        ((2, 2), (wide(2), wide(2)), (Span("A"),), "have a name each; got 1 names"),
        ((4,), (wide(4),), (Span("A"),), "have a name each; got 1 names"),
        ((2, 3), (wide(2), wide(2), wide(2)), (Span("A"), Span("B")), "over the end of its strip of 3 places"),
    ],
)
def test_strips_that_cannot_be(
    shape: tuple[int, ...], cells: tuple[Cell, ...], names: tuple[Span, ...], words: str
) -> None:
    with pytest.raises(LayoutError, match=words):
        Cells(shape, cells, names=names)


@pytest.mark.parametrize(("fields", "words"), [({"width": 0}, "1 place or more; got width 0"), ({"hue": 8}, "0 to 7")])
def test_boxes_that_cannot_be(fields: dict[str, int], words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        Cell(Span("x"), **fields)  # type: ignore[arg-type]  # the two fields that are numbers


def test_a_plot_has_places_above_0_on_a_logarithmic_axis_and_no_more_curves_than_series() -> None:
    line = ("a", ((0.0, 1.0, 1.0, 1.0),))
    with pytest.raises(LayoutError, match=r"has places above 0; got 0\.0"):
        Plot("x", "y", (line,), log_x=True)
    with pytest.raises(LayoutError, match="has 1 curve to all of them; got 2"):
        Plot("x", "y", (line,), curves=2)
    with pytest.raises(LayoutError, match="a mark stands at a place and a value"):
        Plot("x", "y", (line,), log=True, words=((1.0, 0.0, Span("low")),))
