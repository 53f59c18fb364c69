"""What is drawn: boxes that share bytes, light and dark, a phone, a page without scripts or network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import ViewportSize
from support.browser import PHONE, watched
from support.exploring import followed, plain

from tensorlab.layout.address import address
from tensorlab.page.explorer.assembly import explorer as page_text
from tensorlab.render.palette import HUE_LOOKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser
    from support.exploring import Explorer

    Explore = Callable[..., Explorer]

pytestmark = pytest.mark.browser
BOXES = """() => [...document.querySelectorAll("#strip .box, #grid .box")].map(e => ({
  index: e.dataset.index ?? null, from: Number(e.dataset.from), to: Number(e.dataset.to),
  lit: e.classList.contains("lit"), hole: e.classList.contains("hole"), reused: e.classList.contains("reused"),
}))"""
STATES = [
    "#shape=4,6&ops=slice:1,1,,2;permute:1,0",
    "#shape=8,3&strides=1,1&dtype=int64",
    "#shape=3,4&dtype=float64&ops=slice:1,1,,;reinterpret:int16",
    "#shape=1,6&ops=expand:3,-1",
    "#shape=2,3,2,2&rules=numpy&ops=slice:2,,,-1",
    "#shape=3&strides=5&offset=1&storage=16&unit=bytes&rules=numpy",
]
SMALL = ViewportSize(width=PHONE["width"], height=PHONE["height"])
NARROW = ViewportSize(width=320, height=640)
OVERFLOW = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("fragment", STATES)
def test_boxes_that_share_bytes_light_up(explore: Explore, fragment: str) -> None:
    explorer = explore(fragment)
    layout, _ = followed(explorer.state())
    boxes = explorer.page.evaluate(BOXES)
    elements = [box for box in boxes if box["index"] is not None]
    starts = {}
    for box in elements:
        index = tuple(int(n) for n in box["index"].split(",") if n)
        starts[index] = address(layout, index)
        assert (box["from"], box["to"]) == (starts[index], starts[index] + layout.itemsize)
    for place in [0, len(boxes) // 2, len(boxes) - 1]:
        chosen = boxes[place]
        explorer.at("#strip .box, #grid .box").nth(place).hover()
        for box in explorer.page.evaluate(BOXES):
            assert box["lit"] == (box["from"] < chosen["to"] and chosen["from"] < box["to"])
    for box in boxes:
        count = sum(start < box["to"] and box["from"] < start + layout.itemsize for start in starts.values())
        assert (box["hole"], box["reused"]) == (count == 0, count > 1)


def test_focus_lights_as_pointing_does_and_shows_the_address_sum(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0")
    explorer.at("[data-index='0,0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        explorer.page.keyboard.press(key)
    assert explorer.words("#inspector") == "index (2, 1)   address 0 + 2*1 + 1*6 = 8 elements = byte 32"
    assert explorer.at("#strip .lit").inner_text() == "8"
    assert explorer.at(".lit").count() == 2
    explorer.at("#strip .box").first.focus()
    explorer.page.keyboard.press("End")
    assert explorer.words("#inspector") == "bytes 92 to 95: read as x[5, 3]"
    assert explorer.at("#strip .box[tabindex='0']").count() == 1


def test_an_element_is_followed_through_a_copy(explore: Explore) -> None:
    explorer = explore("#shape=2,3&ops=permute:1,0;contiguous")
    explorer.at("[data-index='0,1']").hover()
    lit = explorer.at(".strip.old .lit")
    assert lit.count() == 1
    assert lit.get_attribute("data-from") == "12"
    colours = [
        explorer.at(f"{place} .lit").first.evaluate("e => getComputedStyle(e).backgroundColor")
        for place in ("#old", "#grid")
    ]
    assert colours[0] == colours[1]


def test_colours_are_those_of_the_palette(explore: Explore) -> None:
    explorer = explore("#shape=8,2")
    for hue, look in enumerate(HUE_LOOKS):
        shown = explorer.at(f"[data-index='{hue},0']").evaluate("e => getComputedStyle(e).backgroundColor")
        red, green, blue = (int(look.css.removeprefix("background:#")[at : at + 2], 16) for at in (0, 2, 4))
        assert shown == f"rgb({red}, {green}, {blue})"


def test_what_is_not_drawn_is_counted(explore: Explore) -> None:
    explorer = explore("#shape=60,60&strides=1,1&dtype=int8&storage=4000")
    assert "3,600 elements; " in explorer.words("#grid-words")
    drawn = explorer.at("#grid .box").count()
    assert drawn <= 512
    assert f"{drawn:,} of them drawn" in explorer.words("#grid-words")
    assert explorer.at("#strip .box").count() == 512
    assert "3,488 not drawn" in explorer.words("#storage-words")


@pytest.mark.parametrize(
    ("fragment", "kind", "words"),
    [
        (
            "#shape=4,6&ops=permute:1,0",
            "warn",
            "not contiguous axis 1 (j) has stride 6, needs 1; dense in F order",
        ),
        ("#shape=4,6&rules=numpy&ops=permute:1,0", "good", "contiguous in F order (columns first)"),
        ("#shape=4,6", "good", "contiguous in C order (rows first)"),
        (
            "#shape=1,2,3,2&strides=12,1,4,2&storage=12",
            "warn",
            "not contiguous axis 3 (l) has stride 2, needs 1; dense in channels_last",
        ),
    ],
)
def test_contiguous_is_what_the_library_calls_so(explore: Explore, fragment: str, kind: str, words: str) -> None:
    explorer = explore(fragment)
    fact = explorer.at(".fact").first
    assert (fact.inner_text(), fact.get_attribute("class")) == (words, f"fact {kind}")


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("#shape=4,6", "96 of 96 bytes (100 %), elements 0 to 23, no holes"),
        ("#shape=1,6&offset=3&storage=30&ops=expand:4,6", "elements 3 to 8, 24 holes of 4 B"),
        ("#shape=4,6&ops=permute:1,0;reshape:24;slice:0,,,2", "elements 0 to 22, 12 holes of 4 B"),
        ("#shape=3&strides=5&offset=1&storage=17&unit=bytes&rules=numpy", "bytes 1 to 14, 5 holes of 1 B"),
        (
            "#shape=2&storage=11&unit=bytes&strides=4&rules=numpy",
            "elements 0 to 1, 3 B at the end that make no element",
        ),
        ("#shape=0&storage=3", "0 of 12 bytes, 3 holes of 4 B"),
    ],
)
def test_the_holes_told_are_the_holes_drawn(explore: Explore, fragment: str, words: str) -> None:
    explorer = explore(fragment)
    fact = explorer.at(".fact").nth(2).inner_text()
    assert words in fact
    holes = explorer.at("#strip .box.hole").count()
    assert (f", {holes} holes" in fact) == (holes > 0)


def test_a_storage_too_small_for_one_element_is_not_called_empty(explore: Explore) -> None:
    explorer = explore("#shape=3&dtype=uint8&ops=slice:0,0,0,;reinterpret:int64")
    assert explorer.words("#strip") == "The storage is too small for one element."
    assert explore("#shape=0").words("#strip") == "The storage has no bytes."


def test_dots_are_told_in_words_too(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0")
    for name in ("transpose (a view)", "reshape (copies)", "view (an error)"):
        assert explorer.page.get_by_role("radio", name=name, exact=True).count() == 1


def test_forced_colours_leave_shapes(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "explorer.html"
    file.write_text(page_text(plain((4, 6))), encoding="utf-8")
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(file.as_uri())
    looks = [
        page.locator(f".key [data-verdict={kind}] .dot").evaluate(
            "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.borderRadius]; }"
        )
        for kind in ("view", "copy", "refused")
    ]
    assert len({tuple(look) for look in looks}) == 3
    for chosen, other in [
        ("label:has(#op-transpose)", "label:has(#op-permute)"),
        ("#rules-torch + *", "#rules-numpy + *"),
    ]:
        colours = [page.locator(at).evaluate("e => getComputedStyle(e).backgroundColor") for at in (chosen, other)]
        assert colours[0] != colours[1]
    context.close()


def test_no_elements_and_no_axes(explore: Explore) -> None:
    explorer = explore("#shape=0,3")
    assert "No elements: no byte is read." in explorer.words("#grid")
    explorer = explore("#shape=")
    assert explorer.at("#grid .box").count() == 1
    explorer.choose("transpose")
    assert explorer.words("#verdict") == "there is no axis to choose"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(
    browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    file = tmp_path / "explorer.html"
    file.write_text(page_text(plain((4, 6))), encoding="utf-8")
    context = browser.new_context(viewport=SMALL, color_scheme=scheme, has_touch=True, offline=True)
    page = context.new_page()
    problems = watched(page)
    for fragment in ("", "#shape=2,3,2,2,2,2&ops=permute:5,4,3,2,1,0;contiguous", STATES[2], "#shape=8,64&dtype=int8"):
        page.goto("about:blank")
        page.goto(f"{file.as_uri()}{fragment}")
        assert not page.evaluate(OVERFLOW), fragment
    page.set_viewport_size(NARROW)
    for fragment in ("", "#shape=2,3,2,2,2,2&dtype=float64"):
        page.goto("about:blank")
        page.goto(f"{file.as_uri()}{fragment}")
        assert not page.evaluate(OVERFLOW), fragment
        assert not page.locator("#numbers").evaluate("e => e.scrollWidth > e.clientWidth"), fragment
    page.locator("#grid .box").first.tap()
    assert page.locator("#strip .lit").count() == 1
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper.removeprefix("rgb(").removesuffix(")").split(","))) < 200) == (scheme == "dark")
    context.close()
    assert problems == []


def test_without_scripts_the_start_is_a_picture(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "explorer.html"
    file.write_text(page_text(plain((4, 6))), encoding="utf-8")
    context = browser.new_context(viewport=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#still svg").is_visible()
    assert "With scripts allowed, this page is an explorer" in page.locator("#still").inner_text()
    assert not page.locator("#explorer").is_visible()
    context.close()
