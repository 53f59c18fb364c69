"""DOT: strings that hold anything, clusters within clusters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.dot import dot
from tensorlab.scene.record import Cell, Diagram, Span


@given(st.text())
def test_any_text_is_a_string_of_dot(words: str) -> None:
    line = dot(Diagram((Cell(Span(words)),), ())).splitlines()[4]
    assert re.fullmatch(r'  n0 \[label="(?:[^"\\]|\\.)*"\]', line), line


def test_clusters_lie_in_clusters_and_braces_close() -> None:
    cells = tuple(Cell(Span(name), hue=0) for name in "abc")
    written = dot(Diagram(cells, ((0, 1, ""), (1, 2, "")), (("m", (0, 1)), ("m.0", (1,)))))
    assert written.count("{") == written.count("}") == 3
    assert written.index("cluster_0") < written.index("cluster_1") < written.index("n1 [")
    assert 'fillcolor="#77aadd"' in written
