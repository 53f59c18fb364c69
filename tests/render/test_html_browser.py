"""Figures in Chromium: pointer, keys, the ways in which notebooks insert them, dark pages, telephones."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Literal

import pytest
import torch
from support.browser import PHONE, watched

import tensorlab
from tensorlab.render.html import html
from tensorlab.render.html import page as whole_page
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tensorlab.scene.record import Role

pytestmark = pytest.mark.browser

BOX = ".tl-c td:not(.tl-e)"
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


def strip(words: str, size: int, of: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(Span(f"{words}{n}", "used"), f"byte {n * size}: {words}", ties=(("storage 0", n * size, (n + 1) * size),))
        for n in range(of)
    )


def element(i: int, j: int) -> Cell:
    at = 4 * i + 2 * j
    note = f"index ({i}, {j})   address 0 + {i}*4 + {j}*2 = {at} elements = byte {4 * at}"
    return Cell(Span(str(at), "used"), note, ties=(("storage 0", 4 * at, 4 * at + 4),), hue=i)


SCENE = Group(
    (
        Cells((4,), strip("int32 ", 4, 4), title="as int32", labels=False),
        Cells((16,), strip("", 1, 16), title="as int8", labels=False),
        Cells((2, 2), tuple(element(i, j) for i in range(2) for j in range(2)), title="x[:, ::2]"),
    ),
    title="one storage",
)
CUBE = Cells((2, 2, 2), tuple(Cell(Span(f"{n:03b}"), f"box {n}") for n in range(8)), title="cube")


def put(page_: Page, fragment: str) -> list[str]:
    wrong = watched(page_)
    page_.set_content(f"<body>{fragment}</body>")
    return wrong


def lit(place: Page | Locator) -> list[str]:
    return place.locator(".tl-lit").all_inner_texts()


def inspector(place: Page | Locator) -> str:
    return place.locator("[aria-live=polite]").inner_text()


def focused(page_: Page) -> str:
    return str(page_.evaluate("document.activeElement.innerText"))


def test_either_side_lights_the_other_and_tells_the_address(page: Page) -> None:
    wrong = put(page, html(SCENE))
    page.get_by_text("int32 2", exact=True).hover()
    assert lit(page) == ["int32 2", "8", "9", "10", "11", "2"]
    page.get_by_text("9", exact=True).hover()
    assert lit(page) == ["int32 2", "9", "2"]
    page.locator("table").nth(2).locator("td:not(.tl-e)").first.hover()
    assert lit(page) == ["int32 0", "0", "1", "2", "3", "0"]
    assert inspector(page).startswith("index (0, 0)   address 0 + 0*4 + 0*2 = 0 elements = byte 0\n= byte 0: int32")
    assert "and 3 more" in inspector(page)
    page.mouse.move(900, 700)
    assert lit(page) == []
    assert "Point at a box" in inspector(page)
    assert wrong == []


def test_a_click_keeps_the_light_until_the_next(page: Page) -> None:
    put(page, html(SCENE))
    page.get_by_text("int32 1", exact=True).click()
    page.mouse.move(900, 700)
    page.evaluate("document.activeElement.blur()")
    assert lit(page) == ["int32 1", "4", "5", "6", "7"]
    page.get_by_text("int32 3", exact=True).hover()
    assert lit(page)[0] == "int32 3"
    page.get_by_text("int32 1", exact=True).click()
    page.mouse.move(900, 700)
    page.evaluate("document.activeElement.blur()")
    assert lit(page) == []


def test_keys_walk_and_each_picture_is_one_stop(page: Page) -> None:
    put(page, f"<button>before</button>{html(SCENE)}<button>after</button>")
    page.keyboard.press("Tab")
    stops = []
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert stops == ["int32 0", "0", "0", "after"]
    page.keyboard.press("Shift+Tab")
    walk = {"ArrowRight": "2", "ArrowDown": "6", "Home": "4", "ArrowUp": "0", "Control+End": "6", "Control+Home": "0"}
    for key, text in walk.items():
        page.keyboard.press(key)
        assert focused(page) == text
    page.keyboard.press("End")
    assert inspector(page).startswith("index (0, 1)   address 0 + 0*4 + 1*2 = 2 elements = byte 8")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "2"


def test_enter_keeps_and_escape_leaves(page: Page) -> None:
    put(page, html(SCENE))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert lit(page) == ["int32 0", "0", "1", "2", "3", "0"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    assert lit(page) == []
    assert page.evaluate("document.activeElement === document.body")


def test_keys_go_from_line_to_line_and_from_block_to_block(page: Page) -> None:
    long = Cells((20,), tuple(Cell(Span(str(n)), "box") for n in range(20)))
    wide = tuple(Cell(Span(f"w{n}"), "wide", width=4) for n in range(5))
    step = Cells((2, 20), wide + tuple(Cell(Span(str(n)), "box") for n in range(20)), names=(Span("a"), Span("b")))
    put(page, html(Group((long, CUBE, step))))
    walks = (
        "0 End 15 ArrowRight 16 ArrowLeft 15 ArrowDown 19 ArrowUp 15",
        "000 ArrowRight 001 ArrowRight 100 ArrowLeft 001 ArrowDown 011 ArrowDown 101 PageUp 001 PageDown 101",
        "w0 ArrowRight w1 ArrowDown 4 ArrowRight 5 ArrowUp w1 ArrowDown 5 End 15 ArrowRight 16 ArrowUp w4",
    )
    for walk in walks:
        page.keyboard.press("Tab")
        first, *rest = walk.split()
        assert focused(page) == first
        for key, text in zip(rest[::2], rest[1::2], strict=True):
            page.keyboard.press(key)
            assert focused(page) == text, (walk, key)


def test_a_screen_reader_finds_grids_heads_and_names(page: Page) -> None:
    put(page, html(SCENE))
    assert page.get_by_role("grid").count() == 3
    grid = page.get_by_role("grid", name="x[:, ::2]")
    assert grid.get_by_role("columnheader").all_inner_texts() == ["0", "1"]
    assert grid.get_by_role("rowheader").all_inner_texts() == ["0", "1"]
    assert grid.get_by_role("gridcell", name="6, index (1, 1)", exact=True).count() == 1


def test_the_focus_is_seen(page: Page) -> None:
    put(page, html(SCENE))
    page.keyboard.press("Tab")
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


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


def test_without_scripts_and_styles_everything_is_still_said(page: Page) -> None:
    roles: tuple[tuple[str, Role], ...] = (("3", "hole"), ("4", "used"), ("5", "reused"), ("6", "unknown"))
    cells = Cells((4,), tuple(Cell(Span(word, role), f"byte {word}") for word, role in roles), labels=False)
    fragment = re.sub(r"<(style|script)>.*?</\1>", "", html(Group((cells,))))
    put(page, re.sub(r' (style|class)="[^"]*"', "", fragment))
    assert page.locator("td").all_inner_texts() == ["(3)", "4", "<5>", "?6?"]
    assert page.locator("td").first.get_attribute("title") == "byte 3"


def test_hostile_words_make_no_element(page: Page) -> None:
    hostile = "</script></style><img src=x onerror=alert(1)>\"'>\x00\ud800"
    span, cell = Span(hostile), Cell(Span(hostile), hostile, ties=((hostile, 0, 1),))
    elements = (Text((span,)), Table((hostile,), ((cell,),)), Cells((1,), (cell,), title=hostile, legend=(span,)))
    wrong = put(page, html(Group(elements, title=hostile)))
    page.locator(BOX).hover()
    assert page.locator("img").count() == 0
    assert page.locator("td.tl-lit").get_attribute("aria-label") == f"{shown(hostile)}, {shown(hostile)}"
    assert wrong == []


def shown(words: str) -> str:
    return words.replace("\x00", r"\x00").replace("\ud800", r"\ud800")


def test_arrows_lead_from_pointers_to_boxes(page: Page) -> None:
    pointers = tuple(
        Cell(Span("p"), f"pointer {n}", ties=(("storage 0", 8 * n, 8 * n + 8), ("box", 1 - n, 2 - n))) for n in range(2)
    )
    boxes = tuple(Cell(Span(f"{n}.5"), f"box {n}", ties=(("box", n, n + 1),)) for n in range(2))
    links = tuple((cell.ties[0], cell.ties[1]) for cell in pointers)
    scene = Group((Cells((2,), pointers), Cells((2,), boxes)), links=links)
    wrong = put(page, html(scene))
    assert page.locator("sub").first.is_hidden()
    ends = page.locator("path").evaluate_all(
        """paths => paths.map((path) => {
            const end = path.getPointAtLength(0), zero = path.ownerSVGElement.getBoundingClientRect();
            return document.elementFromPoint(end.x + zero.left, end.y + zero.top - 3).innerText;
        })"""
    )
    assert [end[0] for end in ends] == ["p", "p"]
    page.get_by_text("1.5").hover()
    assert page.locator("path.tl-lit").count() == 1
    assert page.locator("td.tl-lit").first.get_attribute("aria-label") == "p, pointer 0"
    assert wrong == []


def wide_figures() -> list[Callable[[], str]]:
    return [
        lambda: tensorlab.show(torch.empty((9, 90, 900, 90, 90), device="meta")).html(page=True),
        lambda: tensorlab.show(torch.arange(24).reshape(4, 6).t()).html(page=True),
        lambda: tensorlab.compare(n=100).html(page=True),
        lambda: whole_page(SCENE),
    ]


@pytest.mark.parametrize("number", range(4))
def test_a_telephone_never_scrolls_the_page_sideways(page: Page, number: int) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    wrong = watched(page)
    page.set_content(wide_figures()[number]())
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
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
