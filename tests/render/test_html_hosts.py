"""Figures where notebooks put them: inserted by scripts, in frames, under rules for tables, light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

import pytest
from support.figures import BOX, SCENE, focused, inspector, lit, put

from tensorlab.render.html import html
from tensorlab.render.html import page as whole_page
from tensorlab.scene.record import Cell, Group, Span, Table

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

JUPYTER = """html => {
    const host = document.createElement("div");
    host.className = "jp-RenderedHTMLCommon jp-RenderedHTML";
    host.innerHTML = html;
    for (const old of host.querySelectorAll("script")) {
        const made = document.createElement("script");
        for (const { name, value } of old.attributes) { made.setAttribute(name, value); }
        made.textContent = old.textContent;
        old.replaceWith(made);
    }
    document.body.append(host);
}"""
VS_CODE = """html => {
    const host = document.createElement("div");
    host.innerHTML = html;
    document.body.append(host);
    for (const old of Array.from(host.getElementsByTagName("script"))) {
        const made = document.createElement("script");
        made.text = old.innerText;
        host.appendChild(made).parentNode.removeChild(made);
    }
}"""
MARIMO_DARK = "<html class=dark><style>.dark{color-scheme:dark;color:#eeeeee;background:#111111}</style>"


@pytest.mark.parametrize("insert", [JUPYTER, VS_CODE], ids=["jupyter", "vs code"])
def test_notebooks_insert_figures_in_their_ways(page: Page, insert: str) -> None:
    wrong = put(page, "")
    page.evaluate(insert, html(SCENE))
    page.evaluate(insert, html(SCENE))
    first, second = page.locator(".tensorlab").all()
    second.get_by_text("int32 2", exact=True).hover()
    assert lit(first) == []
    assert lit(second) == ["int32 2", "8", "9", "10", "11", "2"]
    assert inspector(second).count("byte 8: int32") == 1
    assert wrong == []


def test_a_script_run_again_starts_nothing_twice(page: Page) -> None:
    put(page, html(SCENE))
    page.evaluate(VS_CODE, html(SCENE))
    page.evaluate("document.querySelectorAll('.tensorlab')[1].remove()")
    page.get_by_text("int32 1", exact=True).click()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "int32 2"
    assert page.locator(BOX + "[tabindex='0']").count() == 3


def test_a_frame_of_its_own_takes_the_colours_around_it(page: Page) -> None:
    wrong = put(page, f'{MARIMO_DARK}<iframe width=900 height=40 srcdoc="{escape(html(SCENE))}"></iframe>')
    root = page.frame_locator("iframe").locator(".tensorlab.tl-on")
    root.wait_for()
    assert root.evaluate("e => getComputedStyle(e).color") == "rgb(238, 238, 238)"
    page.wait_for_function("frames[0].document.body.scrollHeight <= frames[0].innerHeight")
    page.evaluate("document.documentElement.className = ''")
    root.page.wait_for_function(
        "getComputedStyle(frames[0].document.querySelector('.tensorlab')).color==='rgb(0, 0, 0)'"
    )
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_as_light_or_dark_as_the_reader_wants(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_content(whole_page(SCENE))
    color = page.locator(".tensorlab").evaluate("e => getComputedStyle(e).color")
    assert color == {"light": "rgb(0, 0, 0)", "dark": "rgb(255, 255, 255)"}[scheme]
    box = page.locator(BOX).first.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert box == ["rgb(17, 17, 17)", "rgb(154, 209, 245)"]


def test_a_notebooks_rules_for_tables_do_not_reach_a_figure(page: Page) -> None:
    rules = """.jp-RenderedHTMLCommon table{table-layout:fixed;margin-left:auto;margin-right:auto}
        .jp-RenderedHTMLCommon td,.jp-RenderedHTMLCommon th{padding:.5em .5em;text-align:right}
        .jp-RenderedHTMLCommon tbody tr:nth-child(odd){background:#f00}
        .jp-RenderedHTMLCommon tbody tr:hover{background:#00f}"""
    put(page, f"<style>{rules}</style>")
    page.evaluate(JUPYTER, html(Group((Table(("", ""), ((Cell(Span("a")), Cell(Span("b"))),)), SCENE))))
    page.locator("tr").first.hover()
    styles = page.locator("table").first.evaluate(
        """table => [getComputedStyle(table).tableLayout, getComputedStyle(table).marginLeft,
            getComputedStyle(table.rows[0]).backgroundColor, getComputedStyle(table.rows[0].cells[1]).textAlign]"""
    )
    assert styles == ["auto", "0px", "rgba(0, 0, 0, 0)", "left"]
