"""Mermaid: text that its grammar takes."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.mermaid import mermaid
from tensorlab.scene.record import Cell, Diagram, Span


@given(st.text())
def test_any_text_stays_within_its_quotes(words: str) -> None:
    lines = mermaid(Diagram((Cell(Span(words)),), ())).splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r'  n0\["(?:[^"\[\]`<>|&;#]|#\d+;|<br/>)*"\]', lines[1]), lines[1]


def test_clusters_end_and_classes_are_defined() -> None:
    cells = (Cell(Span("a"), hue=2), Cell(Span("b", "hole")))
    written = mermaid(Diagram(cells, ((0, 1, ""), (0, 1, "")), (("end", (0,)),)))
    assert written.splitlines() == [
        "flowchart TB",
        '  n1["b"]:::several',
        '  subgraph c0["end"]',
        '    n0["a"]:::h2',
        "  end",
        "  n0 --> n1",
        "  n0 --> n1",
        "  classDef h2 fill:#eedd88,color:#111111",
        "  classDef several stroke-dasharray:4 3",
    ]
