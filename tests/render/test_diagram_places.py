"""Rows along which arrows are straight."""

from __future__ import annotations

import pytest

from tensorlab.render.diagram_map import mapped, strokes
from tensorlab.scene.record import Cell, Diagram, Span


def diagram(count: int, *edges: tuple[int, int]) -> Diagram:
    return Diagram(tuple(Cell(Span(f"box {n}")) for n in range(count)), tuple((*edge, "") for edge in edges))


def test_a_chain_is_straight() -> None:
    found = mapped(diagram(6, *((n, n + 1) for n in range(5))))
    assert len({stroke.x for n in range(5) for stroke in strokes(found, (n, n + 1))}) == 1


def test_twigs_stand_at_both_sides_of_what_goes_on() -> None:
    found = mapped(diagram(6, (0, 1), (0, 2), (0, 3), (3, 4), (4, 5)))
    xs = {box: area.x for box, area in found.boxes.items()}
    assert xs[0] == pytest.approx(xs[3])
    assert sorted((xs[1], xs[2], xs[3])).index(xs[3]) == 1
