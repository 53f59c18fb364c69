"""Diagrams in SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from support.graphs import blocks
from support.probe import run_python

from tensorlab.diagram.autograd_graphs import graph_scene
from tensorlab.render.svg import svg
from tensorlab.scene.record import Cell, Diagram, Group, Span

CODE = """
import sys
sys.path.insert(0, "tests")
from support.graphs import blocks
from tensorlab.diagram.autograd_graphs import graph_scene
from tensorlab.render.{module} import {name}
print({name}(graph_scene(blocks(5))))
"""


@given(st.text(), st.text(), st.text())
def test_any_text_is_well_formed(label: str, note: str, name: str) -> None:
    scene = Group((Diagram((Cell(Span(label), note), Cell(Span("b"))), ((0, 1, name),), ((name, (0,)),)),))
    assert ET.fromstring(svg(scene)).tag.endswith("svg")


def test_two_processes_write_the_same_bytes() -> None:
    for module, name in (("svg", "svg"), ("html", "page"), ("text", "text")):
        code = CODE.format(module=module, name=name)
        one, other = (run_python(code, env={"PYTHONHASHSEED": seed}) for seed in ("3", "4"))
        assert one.stdout == other.stdout != "", one.stderr


def test_every_box_has_its_tooltip() -> None:
    written = svg(graph_scene(blocks(3)))
    assert written.count("<title>#") + written.count("<title>parameter") == 14
