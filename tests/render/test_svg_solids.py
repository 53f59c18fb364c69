from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tensorlab.errors import LayoutError
from tensorlab.render.html import html
from tensorlab.render.svg import svg
from tensorlab.render.svg_solids import sized
from tensorlab.render.text import text
from tensorlab.scene.record import Cell, Diagram, Group, Span

NET = Diagram(
    (Cell(Span("input")), Cell(Span("features.0"), "23,296\n70.3 M"), Cell(Span("classifier.6"), "4,097,000\n4.10 M")),
    ((0, 1, ""), (1, 2, "")),
    title="a < b",
    solids=((3, 224, 224), (64, 55, 55), (1000, 1, 1)),
)


def test_each_solid_has_three_faces_and_its_words() -> None:
    drawn = svg(Group((NET,)))
    assert len(ET.fromstring(drawn)) > 3
    assert drawn.count("<polygon") == 9
    for word in ("input", "features.0", sized((64, 55, 55)), "4,097,000", "4.10 M", "a &lt; b"):
        assert f">{word}<" in drawn
    assert html(NET).count("<polygon") == 9
    assert 'stroke="currentColor"' in html(NET)


def test_in_text_it_is_a_chain() -> None:
    assert text(NET, ascii=True) == "a < b\ninput 3x224x224 -> features.0 64x55x55 -> classifier.6 1000"


@pytest.mark.parametrize("solids", [((3, 4, 4),), ((3, 0, 4), (1, 1, 1), (1, 1, 1))])
def test_each_box_has_sizes(solids: tuple[tuple[int, int, int], ...]) -> None:
    with pytest.raises(LayoutError, match="each of 3 boxes has sizes of 1 or more"):
        Diagram(NET.nodes, NET.edges, solids=solids)
