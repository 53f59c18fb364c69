from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

import pytest
from support.browser import PHONE, watched
from support.laboratory import run
from support.reports import NASTY, chases, crossings, layers, strides, written

from tensorlab.bench.store import load
from tensorlab.page.report.assembly import Source, report_page
from tensorlab.page.report.painting import painted

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("report") / "a<b>.jsonl")


@pytest.fixture(scope="module")
def report(run_file: Path) -> str:
    beside = tuple((Source(name, "{}"), one) for name, one in (("stride.json", strides()), ("chase.json", chases())))
    more = ((Source("crossover.json", "{}"), crossings()), (Source("alexnet.json", "{}"), layers()))
    first = Source(run_file.name, run_file.read_text(encoding="utf-8"))
    return report_page((first, load(run_file)), (*beside, *more), painted)


@pytest.fixture
def opened(page: Page, report: str, tmp_path: Path) -> Page:
    page.set_default_timeout(5000)
    file = tmp_path / "report.html"
    file.write_text(report, encoding="utf-8")
    page.goto(file.as_uri())
    return page


def test_one_file_that_asks_for_nothing(report: str) -> None:
    assert report.startswith("<!doctype html>")
    assert re.findall(r"https?://[^\s\"'<]+", report.replace("http://www.w3.org/2000/svg", "")) == []
    assert not re.search(r"@import|url\((?!#)|<link|<img|<iframe|\bfetch\(|XMLHttpRequest|WebSocket|\beval\(", report)
    assert "{{" not in report.split("<script", maxsplit=1)[0]


def test_the_policy_allows_this_program_and_no_network(report: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', report)
    program = re.search(r"<script>(.*)</script>", report, re.DOTALL)
    assert policy is not None
    assert program is not None
    digest = b64encode(sha256(program[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';" in policy[1]


def test_names_are_escaped_everywhere(report: str) -> None:
    assert "<b>" not in report
    assert report.count("</script>") == 1


def test_the_file_is_in_the_page_byte_by_byte(report: str, run_file: Path) -> None:
    raw = re.search(r'<pre class="raw" id="raw-0"[^>]*>\n(.*?)</pre>', report, re.DOTALL)
    assert raw is not None
    assert unescape(raw[1]) == run_file.read_text(encoding="utf-8")


def test_every_part_has_its_plots(report: str) -> None:
    for key in ("roofline", "crossover", "stride", "alexnet"):
        part = re.search(rf'<section id="{key}">.*?</section>', report, re.DOTALL)
        assert part is not None
        assert '<svg xmlns="http://www.w3.org/2000/svg" class="plot"' in part[0], key


def test_no_name_is_given_twice(report: str) -> None:
    names = re.findall(r'\sid="([^"]+)"', report.split("<script>", maxsplit=1)[0])
    assert len(names) == len(set(names))


@pytest.mark.browser
def test_sorting_searching_and_choosing(opened: Page) -> None:
    rows = opened.locator("#rows tbody tr")
    assert opened.inner_text("#count") == "13 rows"
    opened.get_by_role("button", name="median").click()
    assert "305 ns" in rows.nth(0).inner_text()
    assert "no device" in rows.nth(12).inner_text()
    opened.get_by_role("button", name="median").click()
    assert "80.0 ms" in rows.nth(0).inner_text()
    assert "no device" in rows.nth(12).inner_text()
    opened.fill("#search", "torch 100k")
    assert opened.inner_text("#count") == "1 row"
    opened.fill("#search", "")
    opened.select_option("#workload", "alexnet")
    assert opened.inner_text("#count") == "2 rows"
    assert opened.locator("figure:visible", has_text="add: which container").count() == 0
    assert opened.locator("figure:visible", has_text="AlexNet: images a second").count() == 1


@pytest.mark.browser
def test_a_row_shows_its_own_line_and_every_block(opened: Page, run_file: Path) -> None:
    lines = run_file.read_text(encoding="utf-8").splitlines()
    for place, number in ((0, 3), (12, 15)):
        opened.locator("#rows tbody tr:not(.raws)").nth(place).click()
        assert f"line {number} of" in opened.locator("tr.raws").last.inner_text() or place == 0
    shown = opened.locator("tr.raws").first
    assert shown.locator("circle").count() == 5
    assert '"workload":"add"' in shown.locator("pre").inner_text()
    assert "5 blocks in the order in which they ran" in shown.inner_text()
    assert len(lines) == 15
    opened.locator("#rows tbody tr").nth(0).click()
    assert opened.locator("tr.raws").count() == 1


@pytest.mark.browser
def test_signs_say_what_they_are(opened: Page) -> None:
    sign = opened.locator("#crossover .sign").first
    sign.scroll_into_view_if_needed()
    opened.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    sign.hover()
    assert opened.locator("#tip").is_visible()
    assert "cpu, add float32 1,000" in opened.inner_text("#tip")
    assert opened.locator("svg.plot .sign title").count() == 0


@pytest.mark.browser
def test_the_file_is_saved_as_it_was(opened: Page, run_file: Path, tmp_path: Path) -> None:
    with opened.expect_download() as loading:
        opened.locator(".file button").first.click()
    loading.value.save_as(tmp_path / "saved.jsonl")
    assert (tmp_path / "saved.jsonl").read_bytes() == run_file.read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_and_colours_follow(page: Page, report: str, tmp_path: Path, scheme: str) -> None:
    problems = watched(page)
    file = tmp_path / "report.html"
    file.write_text(report, encoding="utf-8")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(file.as_uri())
    style = "getComputedStyle(document.querySelector('svg.plot text')).fill"
    assert page.evaluate(style) == {"light": "rgb(91, 98, 112)", "dark": "rgb(163, 169, 180)"}[scheme]
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(style) == "rgb(91, 98, 112)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert problems == []


@pytest.mark.browser
def test_a_phone_need_not_scroll_the_page_sideways(opened: Page) -> None:
    opened.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert opened.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
def test_many_rows_come_in_portions(page: Page, tmp_path: Path) -> None:
    path = written(tmp_path / "many.jsonl", tuple(run(size=size) for size in range(1, 1301)), ceilings=False)
    source = Source(path.name, path.read_text(encoding="utf-8"))
    file = tmp_path / "report.html"
    file.write_text(report_page((source, load(path)), (), painted), encoding="utf-8")
    page.goto(file.as_uri())
    assert page.inner_text("#count") == "200 of 1,300 rows"
    page.get_by_role("button", name="size").click()
    page.get_by_role("button", name="size").click()
    assert "1,300" in page.locator("#rows tbody tr").first.inner_text()
    page.click("#more")
    assert page.inner_text("#count") == "1,200 of 1,300 rows"
    page.click("#more")
    assert page.inner_text("#count") == "1,300 rows"
    assert page.locator("#more").is_hidden()


def test_the_nasty_name_is_a_word_like_any_other(report: str) -> None:
    assert NASTY in unescape(report)
