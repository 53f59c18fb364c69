from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from support.scenes import boxes

from tensorlab.render.blocks import Hidden, track
from tensorlab.render.trim import trimmed
from tensorlab.scene.record import Cell, Cells, Span


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
