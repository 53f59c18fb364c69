"""Diagrams in pages: folded, searched, read by pointer and keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from support.browser import watched
from support.graphs import blocks

from tensorlab.diagram.autograd_graphs import graph_scene
from tensorlab.errors import UnavailableError
from tensorlab.render import html_diagram
from tensorlab.render.html import page as whole_page
from tensorlab.scene.record import Cell, Diagram, Span

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAPH = whole_page(graph_scene(blocks(3)))


def test_without_the_library_there_is_the_tree_and_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: Diagram) -> None:
        raise UnavailableError("not installed", hint="pip install it")

    monkeypatch.setattr(html_diagram, "mapped", missing)
    found = html_diagram.diagram_html(Diagram((Cell(Span("a")), Cell(Span("<b>"))), ((0, 1, ""),)))
    assert found == "<pre>a\n&lt;b&gt;</pre><p>not installed: pip install it</p>"


def test_the_page_asks_for_nothing() -> None:
    assert "http" not in GRAPH
    assert "src=" not in GRAPH


@pytest.mark.browser
def test_the_script_places_all_as_the_page_had_it(page: Page) -> None:
    faults = watched(page)
    top = "g.getBoundingClientRect().y - g.ownerSVGElement.getBoundingClientRect().y"
    places = f"[...document.querySelectorAll('.tl-dx, .tl-dc')].map(g => {top})"
    page.set_content(GRAPH)
    drawn = page.evaluate(places)
    page.set_content(re.sub(r"<script>.*?</script>", "", GRAPH))
    assert page.evaluate(places) == pytest.approx(drawn, abs=0.2)
    assert not faults


@pytest.mark.browser
def test_clusters_fold_by_keyboard_and_search_unfolds_them(page: Page) -> None:
    faults = watched(page)
    page.set_content(GRAPH)
    shown = "[...document.querySelectorAll('.tl-dx')].filter(g => g.style.display !== 'none').length"
    everything = page.evaluate(shown)
    page.focus(".tl-dc[data-t='blocks.1']")
    page.keyboard.press("Enter")
    assert page.evaluate(shown) == everything - 4
    assert page.get_attribute(".tl-dc[data-t='blocks.1']", "aria-expanded") == "false"
    page.fill("input", "blocks.1.weight")
    assert page.inner_text("output").startswith("1 of")
    page.press("input", "Enter")
    assert page.evaluate(shown) == everything
    assert "parameter" in page.inner_text(".tl-di")
    page.click("button[data-a=fold]")
    assert page.evaluate(shown) == 1
    assert not faults


@pytest.mark.browser
def test_a_phone_scrolls_the_picture_and_not_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.set_content(GRAPH)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
