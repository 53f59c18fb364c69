from __future__ import annotations

from xml.etree import ElementTree as ET

from tensorlab.render.html import html
from tensorlab.render.svg import svg
from tensorlab.scene.record import Group, Plot, Span

MANY = tuple((float(n), 1.0 + n, 0.5, 2.0 + n) for n in range(5_000))


def test_a_picture_is_well_formed_and_small_however_many_points_there_are() -> None:
    plot = Plot("a < b", "norm", (("all", MANY), ("some", MANY[::10])), log=True, marks=((3, 2.0, Span("x & y")),))
    drawn = svg(Group((plot,)))
    assert len(ET.fromstring(drawn)) > 3
    assert len(drawn.encode()) < 64_000
    assert drawn == svg(Group((plot,)))
    assert "a &lt; b" in drawn
    assert "x &amp; y" in html(plot)
    assert 'stroke="currentColor"' in html(plot)


def test_a_plot_of_nothing_is_drawn() -> None:
    assert "<svg" in html(Plot("x", "y", ()))
