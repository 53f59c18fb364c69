from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.layouts import byte_uses, layouts

from tensorlab.diagram.cells import Spot
from tensorlab.diagram.strips import PLACES, Run, View, in_step
from tensorlab.layout.address import extent
from tensorlab.layout.record import Layout
from tensorlab.render.text import text


def view(name: str, layout: Layout, shift: int = 0, hue: int = 0) -> View:
    return View(name, layout, Spot("storage 0", shift, hue))


def run(nbytes: int, *views: View) -> Run:
    return Run("storage 0", "cpu", nbytes, views)


def test_a_view_that_begins_elsewhere_is_drawn_at_its_bytes() -> None:
    drawn = in_step(run(12, view("A", Layout((3,), (4,), 0, 4)), view("B", Layout((3,), (-2,), 4, 2), 4, 1)))
    assert text(drawn) == (
        "storage 0 under A and B: 12 B on cpu, 6 places of 2 B, numbered in bytes; in a\n"
        "box: the index of its element\n"
        "byte   0   2   4   6   8  10\n"
        "A    [  0   ][  1   ][  2   ]\n"
        "B      ·   · [ 2][ 1][ 0]  ·\n"
        "[n] used    n  not used"
    )
    boxes = drawn.rows()[2]
    assert boxes[2].note == "B, byte 0 (storage 0: byte 4): used by index (2,)"
    assert boxes[2].ties == (("storage 0", 4, 6),)
    assert boxes[0].note == "B (storage 0: byte 0): outside B's storage"
    assert [cell.hue for cell in boxes] == [None, None, 1, 1, 1, None]


def test_elements_that_cover_one_another_in_part_are_drawn_place_by_place() -> None:
    drawn = in_step(run(6, view("A", Layout((2,), (2,), 0, 4))))
    assert [(cell.width, cell.span.role) for cell in drawn.rows()[1]] == [(1, "used"), (1, "reused"), (1, "used")]


def test_repeated_axes_and_packed_values_are_told() -> None:
    drawn = in_step(Run("storage 0", "cpu", 2, (View("A", Layout((9, 2), (0, 1)), Spot(hue=0, lanes=2)),)))
    cell = drawn.rows()[1][1]
    assert cell.note == "A, byte 1: used by several indices: (:, 1)   2 values in it"
    assert (cell.span.text, cell.span.role) == (":,1", "reused")


def test_bytes_at_the_end_views_and_addresses_are_told() -> None:
    flat = Layout((2,), (4,), 0, 4)
    assert (
        "2 places of 4 B, numbered in elements, and 3 B at the end; in a box" in in_step(run(11, view("A", flat))).title
    )
    drawn = in_step(Run("storage 0", "cpu", 8, (view("A", flat),), 3, "address"))
    assert drawn.title.startswith("storage 0 under A and 3 more views: 8 B")
    assert drawn.title.endswith("in a box: the byte of its element")
    assert [cell.span.text for cell in drawn.rows()[1]] == ["0", "4"]


def test_long_indices_give_way_to_positions() -> None:
    drawn = in_step(run(8 * 10**9, view("A", Layout((10**9,), (8,), 0, 8))))
    assert drawn.title.endswith("in a box: the position of its element")
    assert drawn.rows()[1][-1].span.text == str(10**9 - 1)


@given(st.lists(layouts(max_axes=3, max_side=40, max_stride=300), min_size=1, max_size=3), st.integers(1, 900))
@settings(max_examples=100)
def test_rows_are_of_one_length_and_all_places_are_counted(found: list[Layout], spare: int) -> None:
    nbytes = max(extent(layout).stop for layout in found) + spare
    drawn = in_step(run(nbytes, *(view(str(n), layout) for n, layout in enumerate(found))))
    step = drawn.rows()[0][0].ties[0] if drawn.shape[1] else ("", 0, nbytes + 1)
    assert all(sum(cell.width for cell in row) == drawn.shape[1] for row in drawn.rows())
    assert drawn.shape[1] + sum(count for _, _, count in drawn.gaps) == nbytes // (step[2] - step[1])
    assert drawn.shape[1] <= 2 * PLACES
    if len(found) == 1:
        uses = byte_uses(found[0])
        for cell in drawn.rows()[1]:
            assert (cell.span.role == "hole") == (not any(uses[byte] for byte in range(*cell.ties[0][1:])))


def test_a_storage_smaller_than_an_element_is_drawn_in_bytes() -> None:
    drawn = in_step(run(2, view("A", Layout((1,), (4,), 0, 4))))
    assert drawn.shape == (2, 2)
    assert [cell.span.text for cell in drawn.cells] == ["0", "1", "0"]


def test_a_box_whose_users_are_too_many_to_look_at_is_drawn_place_by_place() -> None:
    drawn = in_step(run(24, view("A", Layout((2, 2, 2), (-1, -1, -1), 3, 2))))
    assert [cell.width for cell in drawn.rows()[1]] == [1] * 24
    assert drawn.rows()[1][2].ties == (("storage 0", 2, 3),)


def test_bytes_of_another_storage_are_outside_that_of_a_view() -> None:
    flat = Layout((2,), (1,))
    drawn = in_step(run(8, view("A", Layout((8,), (1,))), View("B", flat, Spot("storage 0", 2, 1), 3)))
    notes = [cell.note for cell in drawn.rows()[2]]
    assert notes[1] == "B (storage 0: byte 1): outside B's storage"
    assert notes[3:6] == [
        "B, byte 1 (storage 0: byte 3): used by index (1,)",
        "B, byte 2 (storage 0: byte 4): not used",
        "B (storage 0: byte 5): outside B's storage",
    ]
