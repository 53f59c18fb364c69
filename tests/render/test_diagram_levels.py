"""What lies in which cluster, and what arrows cross."""

from __future__ import annotations

from tensorlab.render.diagram_levels import nested
from tensorlab.scene.record import Cell, Diagram, Span

BOXES = tuple(Cell(Span(name)) for name in "abcd")


def test_an_arrow_crosses_the_border_of_each_cluster_on_its_way() -> None:
    found = nested(Diagram(BOXES, ((0, 3, ""),), (("m", (0, 1)), ("m.0", (0,)), ("n", (3,)))))
    assert [cluster for cluster, _ in found.ways[0, 3]] == [1, 0, -1, 2]


def test_a_cluster_that_cuts_another_is_left_out() -> None:
    found = nested(Diagram(BOXES, (), (("one", (0, 1, 2)), ("other", (2, 3)))))
    assert found.levels[-1].clusters == [0]
    assert found.levels[0].boxes == [0, 1, 2]


def test_arrows_side_by_side_are_counted_and_loops_are_not_drawn() -> None:
    found = nested(Diagram(BOXES, ((0, 1, ""), (0, 1, ""), (2, 2, ""))))
    assert {arrow: counts.total() for arrow, counts in found.arrows.items()} == {(0, 1): 2}
