from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.scenes import elements

import tensorlab
from tensorlab.render.html import html, page
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.scene.record import Element

VOID = {"br", "img", "hr", "input", "meta", "link"}
ATTRIBUTES = {"class", "style", "title", "colspan", "scope", "aria-live", "aria-hidden", "width", "height"}
DATA = {"data-t", "data-l", "data-step"}
HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'\x00\ud800\u202e"


class Checker(HTMLParser):
    """Tags close in order; what is said and which attributes occur is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in VOID
        self.open.append(tag)
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] not in {"script", "style"}:
            self.words.append(data)


def check(fragment: str) -> Checker:
    checker = Checker()
    checker.feed(fragment)
    checker.close()
    assert checker.open == []
    fragment.encode("utf-8")
    return checker


def said_everywhere(word: str) -> Group:
    return Group(
        (
            Text((Span(word),)),
            Table((word,), ((Cell(Span(word), note=word),),)),
            Cells(
                (1,),
                (Cell(Span(word), note=word, ties=((word, 0, 1),)),),
                title=word,
                legend=(Span(word),),
            ),
            Cells((1, 1), (Cell(Span(word)),), names=(Span(word),)),
            Cells((1, 1, 1), (Cell(Span(word)),), title=word),
        ),
        title=word,
        links=(((word, 0, 1), (word, 0, 1)),),
    )


@given(elements())
def test_tags_close_and_nothing_but_known_attributes_is_set(element: Element) -> None:
    assert check(html(element)).attributes <= ATTRIBUTES | DATA


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_escaped(word: str) -> None:
    checker = check(html(said_everywhere(word)))
    assert checker.attributes <= ATTRIBUTES | DATA
    assert checker.tags.count("script") == checker.tags.count("style") == 1


def test_hostile_words_stay_words() -> None:
    checker = check(html(said_everywhere(HOSTILE)))
    assert "img" not in checker.tags
    assert "".join(checker.words).count("onerror=alert(1)>\"'\\x00\\ud800\\u202e") == 11


def test_no_address_and_no_identifier() -> None:
    fragment = tensorlab.show(torch.arange(6).reshape(2, 3)).html()
    assert not any(word in fragment for word in ("http", "//", "src=", "href=", " id=", "url(", "@import", "font-face"))


def test_a_fragment_is_one_line_so_that_a_host_may_join_lines() -> None:
    fragment = tensorlab.show([1.5, 2.5]).html()
    assert len(fragment.splitlines()) == 1


def test_a_table_has_no_script() -> None:
    figure = tensorlab.compare(n=10)
    assert "<script" not in figure.html()
    assert "<script" in tensorlab.show(b"abc").html()


def test_a_large_figure_has_shorter_notes() -> None:
    boxes = tuple(Cell(Span(str(n)), note=f"{n} " + "why " * 40) for n in range(500))
    large = html(Cells((500,), boxes))
    assert large.count('…">') == 500
    assert 90_000 < len(large.encode()) < 100_000


def test_same_scene_same_bytes() -> None:
    figure = tensorlab.show([[1, 2], [3, 4]])
    assert figure.html() == figure.html() == figure._repr_html_()


def test_hidden_boxes_are_counted() -> None:
    assert "9,936 more" in tensorlab.show(memoryview(bytes(10_000))).html()


def test_a_table_without_a_head_has_labels_and_one_with_a_head_has_columns() -> None:
    row = (Cell(Span("shape")), Cell(Span("(3,)"), note="why", right=True))
    assert '<th scope="row">shape</th><td class="tl-x tl-k" title="why">(3,)</td>' in html(Table(("", ""), (row,)))
    headed = html(Table(("name", "value"), (row,)))
    assert '<thead><tr><th scope="col">name</th><th scope="col" class="tl-x">value</th></tr></thead>' in headed
    assert 'scope="row"' not in headed


def test_words_of_a_line_keep_their_roles() -> None:
    line = html(Text((Span("yes", "good"), Span(" and "), Span("no", "bad"))))
    assert '<p><span class="tl-good">yes</span> and <span class="tl-bad">no</span></p>' in line


def test_arrows_are_placed_by_the_script_and_numbered_without_it() -> None:
    pointers = Cells((1,), (Cell(Span("p"), ties=(("storage 0", 0, 8), ("box", 4, 5))),))
    boxes = Cells((1,), (Cell(Span("1.5"), ties=(("box", 4, 5),)),))
    drawn = html(Group((pointers, boxes), links=((("storage 0", 0, 8), ("box", 4, 5)),)))
    assert '<path data-l="0,0,8 1,4,5"></path>' in drawn
    assert ">p<sub>→1</sub></td>" in drawn
    assert ">1.5<sub>1</sub></td>" in drawn


def test_pointers_that_tell_where_they_lead_are_not_numbered() -> None:
    pointers = Cells((1,), (Cell(Span("→1"), ties=(("storage 0", 0, 8), ("box", 1, 2))),))
    boxes = Cells((1,), (Cell(Span("1.5"), ties=(("box", 1, 2),)),))
    drawn = html(Group((pointers, boxes), links=((("storage 0", 0, 8), ("box", 1, 2)),)))
    assert "<path" in drawn
    assert "<sub>" not in drawn


def test_a_page_says_its_language_its_title_and_its_width() -> None:
    whole = page(Group((Text((Span("words"),)),), title=HOSTILE))
    assert whole.startswith('<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n<title>&lt;/script&gt;')
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in whole
    assert "<title>tensorlab</title>" in page(Group(()))


LARGE: dict[str, Callable[[], object]] = {
    "many elements": lambda: torch.empty(10**9, device="meta"),
    "five axes": lambda: torch.empty((9, 90, 900, 90, 90), device="meta"),
    "five axes, not contiguous": lambda: torch.empty((90, 90, 90, 90, 90), device="meta").permute(4, 1, 3, 0, 2)[
        :, ::7
    ],
    "windows": lambda: torch.empty(10**9, device="meta").unfold(0, 1000, 3),
    "long fields": lambda: np.zeros(
        (30, 30), [(f"a rather long name of the field {n}", "<f8", (3,)) for n in range(60)]
    ),
    "sparse": lambda: torch.eye(2000).to_sparse(),
    "large strides": lambda: torch.empty(1, device="meta").as_strided((2,) * 30, [2**50 // n for n in range(1, 31)]),
    "a nested list": lambda: [[float(n * m) for n in range(100)] for m in range(100)],
}


@pytest.mark.parametrize("name", LARGE)
def test_any_tensor_takes_less_than_100_kilobytes(name: str) -> None:
    assert len(tensorlab.show(LARGE[name]()).html().encode()) < 100_000


def views(base: torch.Tensor) -> list[object]:
    return [base[4 * n :] for n in range(100)]


MANY: dict[str, Callable[[], list[object]]] = {
    "100 storages": lambda: [torch.arange(100.0)[n:] for n in range(100)],
    "2000 storages": lambda: [torch.zeros(3)[n % 4 :] for n in range(2000)],
    "100 views of one": lambda: views(torch.arange(400.0)),
    "arrays and lists": lambda: [*(np.zeros((n, n)) for n in range(1, 40)), *([1.5] * n for n in range(1, 40))],
}


def letters(number: int) -> str:
    """A, B, ..., Z, AA, AB, ...: what objects are called."""
    return (letters(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


@pytest.mark.parametrize("name", MANY)
def test_many_objects_take_less_than_100_kilobytes_and_each_is_named(name: str) -> None:
    objects = MANY[name]()
    fragment = tensorlab.show(*objects).html()
    assert len(fragment.encode()) < 100_000
    assert "not drawn" in fragment
    said = " ".join(check(fragment).words)
    for number in range(len(objects)):
        assert re.search(rf"\b{letters(number)}\b", said), letters(number)


def test_long_words_are_cut_where_there_is_no_room() -> None:
    fields = [(f"&<{n}" + "\N{CJK UNIFIED IDEOGRAPH-65E5}<&" * 3000, "f8") for n in range(60)]
    fragment = tensorlab.show(np.ma.zeros(3, fields)).html()
    assert len(fragment.encode()) < 100_000
    assert "&amp;&lt;0" in fragment
