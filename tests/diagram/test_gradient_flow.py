from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.flow.record import GradientFlow, GradientStat
from tensorlab.diagram.gradient_flow import MOST_ROWS, flow_scene
from tensorlab.render.text import text
from tensorlab.scene.record import Plot, Table

if TYPE_CHECKING:
    from tensorlab.autograd.flow.record import Mark


def stat(name: str, depth: int, norm: float, *marks: Mark) -> GradientStat:
    return GradientStat(
        name=name,
        kind="parameter",
        number=0,
        depth=depth,
        shape=(2,),
        dtype="float32",
        norm=norm,
        largest=norm,
        zeros=float(norm == 0),
        nonfinite=0,
        marks=marks,
    )


def test_what_cannot_be_drawn_on_a_logarithmic_axis_is_a_mark_at_the_foot() -> None:
    flow = GradientFlow(of="float32 ()", params=(stat("a", 1, 1.0), stat("b", 2, 0.0, "dead")))
    plot = next(child for child in flow_scene(flow).children if isinstance(child, Plot))
    assert plot.series[1] == ("parameters", ((1.0, 1.0, 1.0, 1.0),))
    assert [(place, at) for place, at, _ in plot.marks] == [(2.0, None)]
    assert "dead" in text(flow_scene(flow))


def test_of_many_parameters_the_marked_ones_have_rows() -> None:
    many = tuple(stat(f"p{n}", n, 1.0) for n in range(100))
    flow = GradientFlow(of="float32 ()", params=(*many, stat("last", 100, 0.0, "dead")))
    table = next(child for child in flow_scene(flow).children if isinstance(child, Table))
    assert len(table.rows) == MOST_ROWS
    assert str(table.rows[-1][1].span.text) == "last"
    assert "61 more parameters" in text(flow_scene(flow))
