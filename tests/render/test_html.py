from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from support.scenes import elements

import tensorlab
from tensorlab.render.html import html
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.scene.record import Element

VOID = {"br", "img", "hr", "input", "meta", "link"}


class Checker(HTMLParser):
    """Tags close in order; what is said and which attributes occur is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in VOID
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


@given(elements())
def test_tags_close_and_nothing_but_style_and_title_is_set(element: Element) -> None:
    checker = check(html(element))
    assert checker.attributes <= {"style", "title", "colspan"}


@given(st.text())
def test_any_text_is_escaped(word: str) -> None:
    scene = Group(
        (
            Text((Span(word),)),
            Table((word,), ((Cell(Span(word), note=word),),)),
            Cells((1,), (Cell(Span(word), note=word),), title=word, legend=(Span(word),)),
        ),
        title=word,
    )
    checker = check(html(scene))
    assert checker.attributes <= {"style", "title", "colspan"}


def test_a_field_name_with_markup_stays_text() -> None:
    checker = check(html(Text((Span("<script>alert(1)</script>"),))))
    assert "".join(checker.words) == "<script>alert(1)</script>"


def test_no_script_no_address_no_identifier() -> None:
    page = tensorlab.show(bytearray(100)).html()
    assert not any(word in page for word in ("<script", "http", "src=", "href=", "id="))


def test_same_scene_same_bytes() -> None:
    figure = tensorlab.show([[1, 2], [3, 4]])
    assert figure.html() == figure.html() == figure._repr_html_()


def test_hidden_boxes_are_counted() -> None:
    page = tensorlab.show(memoryview(bytes(10_000))).html()
    assert "9,936 more" in page


def test_components_stand_off_from_what_is_above() -> None:
    part = Group((Text((Span("words"),)),), title="part")
    assert html(Group((part, part))).count("margin-top") == 2
