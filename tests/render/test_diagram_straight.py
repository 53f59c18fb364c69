"""Long arrows with few bends."""

from __future__ import annotations

import random
from itertools import pairwise

from tensorlab.render.diagram_map import mapped, strokes
from tensorlab.scene.record import Cell, Diagram, Span


def tangled(count: int) -> Diagram:
    """Boxes that lead to two of the forty after them."""
    drawn = random.Random(1)
    edges = {(n, drawn.randint(n + 1, min(n + 40, count - 1))) for n in range(count - 1) for _ in range(2)}
    return Diagram(tuple(Cell(Span(f"box {n}")) for n in range(count)), tuple((*edge, "") for edge in sorted(edges)))


def test_arrows_pass_no_box_and_bend_seldom() -> None:
    diagram = tangled(100)
    found = mapped(diagram)
    rows = bends = 0
    for source, target, _ in diagram.edges:
        made = strokes(found, (source, target))
        inner = made[1:-1]
        rows += len(inner)
        bends += sum(abs(one.x - other.x) > 0.5 for one, other in pairwise(inner))
        for stroke in inner:
            middle = (stroke.start + stroke.stop) / 2
            assert not any(
                area.x < stroke.x < area.x + area.width and area.y < middle < area.y + area.height
                for area in found.boxes.values()
            )
    assert rows > 150
    assert bends < rows / 6, (bends, rows)


def test_arrows_that_pass_side_by_side_stay_apart() -> None:
    found = mapped(tangled(40))
    for row in found.rows[-1].rows:
        xs = sorted(found.rows[-1].spots[n].x for n in row if not found.rows[-1].spots[n].solid)
        assert all(other - one >= 3 for one, other in pairwise(xs))
