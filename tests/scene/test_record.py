from __future__ import annotations

import dataclasses
from math import prod
from typing import get_args

import pytest
from hypothesis import given
from support.layouts import shapes

from tensorlab.errors import LayoutError
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Cells, Element, Group, Span, Table, Text


def cell(word: str = "x") -> Cell:
    return Cell(Span(word))


def test_a_span_is_plain_unless_said() -> None:
    assert Span("a").role == "plain"
    assert Span(Quantity(4.0, "B"), "reused") == Span(Quantity(4.0, "B"), "reused")


def test_elements_are_all_that_a_group_holds() -> None:
    elements = (Text((Span("a"),)), Table(("h",), ((cell(),),)), Cells((1,), (cell(),)), Group(()))
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
