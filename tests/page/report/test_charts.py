from __future__ import annotations

from tensorlab.page.report.charts import Axis, Chart, Curve, Point, visible


def test_a_logarithm_has_no_place_for_nothing() -> None:
    curve = Curve("a", (Point(0, 1), Point(1, 0), Point(1, 1)), 0)
    log, straight = Axis("x"), Axis("x", log=False)
    assert visible(curve, Chart("k", "", log, log, (curve,))) == (Point(1, 1),)
    assert visible(curve, Chart("k", "", straight, log, (curve,))) == (Point(0, 1), Point(1, 1))
    assert visible(curve, Chart("k", "", straight, straight, (curve,))) == curve.points
