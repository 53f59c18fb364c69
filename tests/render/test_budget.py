from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import elements

from tensorlab.render.budget import Form, planned
from tensorlab.render.html import html
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element


WHOLE = ((999, 999),)
"""The one size of a form that makes nothing smaller."""


def hundreds(element: Element) -> int:
    return 300 if isinstance(element, Cells | Group) else 100


def weight(element: Element) -> int:
    return len(html(element))


def words(element: Element) -> list[str]:
    if isinstance(element, Group):
        return [element.title, *(word for child in element.children for word in words(child))]
    if isinstance(element, Text):
        return ["".join(str(span.text) for span in element.spans)]
    return [element.title] if isinstance(element, Cells) else []


@given(elements(), st.integers(0, 4000))
def test_any_scene_can_be_planned(element: Element, room: int) -> None:
    small = planned(Group((element,)), room, Form(weight, [(4, 50)]))
    assert len(html(small)) <= len(html(Group((element,)))) + 400


@pytest.mark.parametrize("room", [3000, 12_000, 40_000])
def test_what_is_not_drawn_is_named(room: int) -> None:
    strips = tuple(Cells((2,), (Cell(Span("7")),) * 2, title=f"storage {n}: 16 B") for n in range(30))
    grids = tuple(Group((Cells((2,), (Cell(Span("7")),) * 2, title="grid"),), title=f"T{n}: list") for n in range(30))
    small = planned(Group((Text((Span("facts"),)), *strips, *grids), title="60 parts"), room, Form(hundreds, WHOLE))
    told = " ".join(words(small))
    assert all(f"T{n}: list" in told for n in range(30))
    assert "facts" in told
    assert ("not drawn" in told) == (room < 40_000)


def test_a_group_may_lose_some_of_its_parts() -> None:
    grids = tuple(Cells((20,), (Cell(Span("7" * 30)),) * 20, title=f"grid {n}, numbered") for n in range(9))
    inner = Group((Text((Span("facts"),)), *grids), title="A: torch.Tensor")
    small = planned(Group((inner,)), 5_000, Form(lambda part: len("".join(words(part))) + 1000 * _boxed(part), WHOLE))
    assert words(small)[:3] == ["", "A: torch.Tensor", "facts"]
    assert words(small)[-1].startswith("… grid ")
    assert words(small)[-1].endswith(" not drawn …")


def _boxed(element: Element) -> int:
    return sum(map(_boxed, element.children)) if isinstance(element, Group) else isinstance(element, Cells)


def test_a_long_table_counts_its_rows() -> None:
    table = Table(("n",), tuple((Cell(Span(str(n))),) for n in range(100)))
    (small,) = planned(Group((table,)), 10_000, Form(hundreds, WHOLE)).children
    assert isinstance(small, Table)
    assert [str(row[0].span.text) for row in small.rows[33:36]] == ["33", "… 61 more rows …", "95"]


def test_a_thousand_names_and_more_than_there_is_room_for() -> None:
    parts = tuple(Group((), title=f"part {number}: {'x' * 50}") for number in range(1000))
    many, few = (words(planned(Group(parts), room, Form(hundreds, WHOLE)))[-1] for room in (60_000, 600))
    assert many.count("part") == 1000 - 198  # the others are drawn
    assert re.search(r"part 0, part 1, .*, 9\d\d more not drawn …$", few)


def test_what_has_no_name_is_counted() -> None:
    small = planned(Group((Group(()), Group(()), Group((), title="A: a list"))), 100, Form(hundreds, WHOLE))
    assert words(small)[-1] == "… A: a list, 2 more pictures not drawn …"


def test_strips_and_objects_get_their_room_in_turns() -> None:
    strips = tuple(Cells((0,), (), title=f"storage {n}") for n in range(9))
    objects = tuple(Group((), title=f"T{n}: list") for n in range(9))
    small = planned(Group((*strips, *objects)), 4_000, Form(hundreds, WHOLE))
    assert words(small)[:5] == ["", "storage 0", "storage 1", "storage 2", "storage 3"]
    assert words(small).index("T0: list") < words(small).index("T1: list")
