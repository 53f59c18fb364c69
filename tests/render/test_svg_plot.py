from __future__ import annotations

import re
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


def test_the_last_word_below_the_axis_is_not_cut_off() -> None:
    points = tuple((10.0**n, 1.0, 1.0, 1.0) for n in range(4))
    drawn = svg(Group((Plot("place", "value", (("all", points),), log_x=True, log=True),)))
    assert len(re.findall(r'x="624" y="\d+" text-anchor="middle">1000<', drawn)) == 1
