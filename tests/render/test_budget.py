from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import boxes, elements

from tensorlab.render.blocks import Hidden, track
from tensorlab.render.budget import planned, trimmed
from tensorlab.render.html import html
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element


def same(element: Element) -> Element:
    return element


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


def lengths(cells: Cells) -> list[int]:
    """Positions along each axis, drawn or not."""
    entries = [track(cells, axis) for axis in range(len(cells.shape))]
    return [sum(entry.count if isinstance(entry, Hidden) else 1 for entry in axis) for axis in entries]


@given(boxes(), st.integers(2, 4))
def test_what_is_left_out_is_counted(cells: Cells, most: int) -> None:
    small = trimmed(cells, most, 100)
    assert isinstance(small, Cells)
    assert lengths(small) == lengths(cells)
    assert all(n <= 2 * most for n in small.shape)


def test_a_grid_keeps_the_boxes_at_its_edges() -> None:
    grid = Cells((5, 5), tuple(Cell(Span(f"{i}{j}")) for i, j in product(range(5), range(5))))
    small = trimmed(grid, 3, 100)
    assert isinstance(small, Cells)
    assert [cell.span.text for cell in small.cells] == ["00", "04", "40", "44"]
    assert small.gaps == ((0, 1, 3), (1, 1, 3))


def test_wide_boxes_are_as_wide_as_what_stays_of_them() -> None:
    wide, narrow = (Cell(Span(word), width=4) for word in "AB"), (Cell(Span(str(n))) for n in range(8))
    strips = Cells((2, 8), (*wide, *narrow), names=(Span("x"), Span("bytes")))
    small = trimmed(strips, 3, 100)
    assert isinstance(small, Cells)
    assert [(cell.span.text, cell.width) for cell in small.cells[:2]] == [("A", 3), ("B", 2)]
    assert [cell.span.text for cell in small.cells[2:]] == ["0", "1", "2", "6", "7"]
    assert small.gaps == ((1, 3, 3),)


@given(elements(), st.integers(0, 4000))
def test_any_scene_can_be_planned(element: Element, room: int) -> None:
    small = planned(Group((element,)), room, weight, lambda part: trimmed(part, 4, 50))
    assert len(html(small)) <= len(html(Group((element,)))) + 400


@pytest.mark.parametrize("room", [3000, 12_000, 40_000])
def test_what_is_not_drawn_is_named(room: int) -> None:
    strips = tuple(Cells((2,), (Cell(Span("7")),) * 2, title=f"storage {n}: 16 B") for n in range(30))
    grids = tuple(Group((Cells((2,), (Cell(Span("7")),) * 2, title="grid"),), title=f"T{n}: list") for n in range(30))
    small = planned(Group((Text((Span("facts"),)), *strips, *grids), title="60 parts"), room, hundreds, same)
    told = " ".join(words(small))
    assert all(f"T{n}: list" in told for n in range(30))
    assert "facts" in told
    assert ("not drawn" in told) == (room < 40_000)


def test_a_group_may_lose_some_of_its_parts() -> None:
    grids = tuple(Cells((20,), (Cell(Span("7" * 30)),) * 20, title=f"grid {n}, numbered") for n in range(9))
    inner = Group((Text((Span("facts"),)), *grids), title="A: torch.Tensor")
    small = planned(Group((inner,)), 5_000, lambda part: len("".join(words(part))) + 1000 * _boxed(part), same)
    assert words(small)[:3] == ["", "A: torch.Tensor", "facts"]
    assert words(small)[-1].startswith("… grid ")
    assert words(small)[-1].endswith(" not drawn …")


def _boxed(element: Element) -> int:
    return sum(map(_boxed, element.children)) if isinstance(element, Group) else isinstance(element, Cells)


def test_a_long_table_counts_its_rows() -> None:
    table = Table(("n",), tuple((Cell(Span(str(n))),) for n in range(100)))
    (small,) = planned(Group((table,)), 10_000, hundreds, same).children
    assert isinstance(small, Table)
    assert [str(row[0].span.text) for row in small.rows[33:36]] == ["33", "… 61 more rows …", "95"]
