"""Figures in Chromium: pointer and keys, screen readers, telephones, words of all kinds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import torch
from support.browser import PHONE, watched
from support.figures import BOX, CUBE, SCENE, focused, inspector, lit, put

import tensorlab
from tensorlab.render.html import html
from tensorlab.render.html import page as whole_page
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tensorlab.scene.record import Role

pytestmark = pytest.mark.browser


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


def test_a_box_whose_bytes_are_not_drawn_elsewhere_says_so(page: Page) -> None:
    far = Cells((1,), (Cell(Span("far"), "index (9,)", ties=(("storage 0", 900, 904),)),), labels=False)
    put(page, html(Group((*SCENE.children, far))))
    page.get_by_text("far").hover()
    assert inspector(page) == "index (9,)\nno other picture here has a box of these bytes"


def test_partners_are_told_with_the_object_that_they_belong_to(page: Page) -> None:
    x = torch.arange(24.0).reshape(4, 6)
    wrong = put(page, tensorlab.show(x, x.t()).html())
    page.locator("td[aria-label^='14, '][aria-label$='index (2, 2)']").first.hover()
    own, *partners = inspector(page).splitlines()
    assert own.startswith("A, index (2, 2)   address")
    assert partners[0].startswith("= A, byte 56")
    page.locator(".tl-p td").nth(14).hover()
    own, *partners = inspector(page).splitlines()
    assert own == "B, byte 8: used by index (2, 0)"
    assert [line[: line.index("   ")] for line in partners] == ["= A, index (0, 2)", "= B, index (2, 0)"]
    assert wrong == []


def test_a_box_without_a_note_says_whose_it_is_and_what_its_picture_shows(page: Page) -> None:
    boxes = Cells((2,), (Cell(Span("3")), Cell(Span("4"), "byte 8")), title="element at each index")
    put(page, html(Group((Group((boxes,), title="A: bytes"),))))
    page.locator(BOX).first.hover()
    assert inspector(page) == "A, 3: element at each index"


def test_positions_of_strips_in_step_are_heads_and_no_stop(page: Page) -> None:
    x = torch.arange(6.0)
    put(page, tensorlab.show(x, x[1:]).html())
    grid = page.get_by_role("grid").first
    assert grid.get_by_role("columnheader").all_inner_texts() == ["0", "1", "2", "3", "4", "5"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("0, A, byte 0")
    assert page.locator("th.tl-lit").all_inner_texts() == ["0"]


def test_what_scrolls_fades_where_it_goes_on(page: Page) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    long = tuple(Cell(Span("1" * 8, "used"), f"byte {n}") for n in range(12))
    put(page, html(Cells((12,), long)))
    room = page.locator(".tl-s")
    assert room.get_attribute("class") == "tl-s tl-sr"
    room.evaluate("room => { room.scrollLeft = 60; }")
    page.wait_for_function("document.querySelector('.tl-s').className === 'tl-s tl-sr tl-sl'")
    room.evaluate("room => { room.scrollLeft = 9999; }")
    page.wait_for_function("document.querySelector('.tl-s').className === 'tl-s tl-sl'")
    assert "gradient" in room.evaluate("room => getComputedStyle(room).maskImage")


def test_holes_are_hatched_and_dashed(page: Page) -> None:
    put(page, html(Cells((2,), (Cell(Span("3", "hole"), "byte 3"), Cell(Span("4"), "byte 4")))))
    looks = page.locator(BOX).evaluate_all(
        "cells => cells.map(cell => [getComputedStyle(cell).borderTopStyle, getComputedStyle(cell).backgroundImage])"
    )
    assert [style for style, _ in looks] == ["dashed", "solid"]
    assert ["repeating-linear-gradient" in image for _, image in looks] == [True, False]


def test_titles_stand_out_of_the_way_of_arrows_and_texts_of_lists_in_the_middle(page: Page) -> None:
    put(page, tensorlab.show([[1.5, 2.5], [3.5, 4.5]]).html())
    sides = page.locator("caption").evaluate_all("all => all.map(e => getComputedStyle(e).captionSide)")
    assert sides == ["top", "bottom", "top"]  # between pointers and boxes no title is in the way of arrows
    middle = page.locator(".tl-p td, .tl-p th[scope=col]").evaluate_all(
        "cells => cells.every(cell => getComputedStyle(cell).textAlign === 'center')"
    )
    assert middle


def test_arrows_end_above_the_numbers_of_boxes(page: Page) -> None:
    at = Cell(Span("#1", "dim"), "box #1", ties=(("box", 0, 1),))
    boxes = Cells(
        (2, 1), (at, Cell(Span("1.5"), "box #1: 1.5", ties=(("box", 0, 1),))), names=(Span("box", "dim"),) * 2
    )
    pointers = Cells((1,), (Cell(Span("p"), "pointer", ties=(("storage 0", 0, 8),)),))
    named = Cells(boxes.shape, boxes.cells, title="boxes elsewhere", names=boxes.names)
    wrong = put(page, html(Group((pointers, named), links=((("storage 0", 0, 8), ("box", 0, 1)),))))
    assert page.evaluate(
        """() => {
            const number = document.querySelector("th[scope=col]").getBoundingClientRect();
            const path = document.querySelector("path"), zero = path.ownerSVGElement.getBoundingClientRect();
            const end = path.getBBox();
            return Math.round(number.top - zero.top - end.y - end.height);
        }"""
    ) in range(4)
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
