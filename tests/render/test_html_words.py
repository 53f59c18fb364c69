from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.html_words import Ink, box_class, fitting, safe, signed, span
from tensorlab.scene.record import Cell, Span

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(ANY_TEXT)
def test_safe_text_is_what_html_can_hold(text: str) -> None:
    words = safe(text)
    assert words.encode("utf-8")[:0] == b""
    assert words.isprintable()
    assert not set("<>\"'") & set(words)


def test_signs_tell_what_colours_tell() -> None:
    assert [signed("3", role) for role in ("plain", "used")] == ["3", "3"]
    assert signed("3", "hole") == "<i>(</i>3<i>)</i>"
    assert signed("3", "reused") == "<i>&lt;</i>3<i>&gt;</i>"
    assert signed("3", "unknown") == "<i>?</i>3<i>?</i>"


def test_spans_have_the_class_of_their_role() -> None:
    assert span(Span("a<b", "dim")) == '<span class="tl-dim">a&lt;b</span>'
    assert span(Span("n", "reused")) == '<span class="tl-r">n</span>'
    assert span(Span("n", "strong")) == "<b>n</b>"
    assert span(Span("n")) == "n"


def test_a_hue_is_for_what_is_used() -> None:
    assert box_class("used", 0) == "tl-h0"
    assert box_class("unknown", 0) == "tl-q"
    assert box_class("good", None) == "tl-good"


def test_spaces_are_numbered_as_they_come_whatever_their_names() -> None:
    ink = Ink()
    cell = Cell(Span("1"), note='a "note"', ties=(('"><script>', 3, 5), ("box", 1, 2)))
    assert ink.box(cell, 4) == '<td colspan="4" data-t="0,3,5 1,1,2" title="a &quot;note&quot;">1</td>'
    assert ink.box(cell, goes_on=True) == '<td data-t="0,3,5 1,1,2" title="a &quot;note&quot;">…</td>'


def test_notes_are_cut_where_a_figure_is_large() -> None:
    cell = Cell(Span("1"), note="n" * 200)
    assert [len(Ink(most).note(cell)) for most in (1000, 96, 1, 0)] == [209, 105, 10, 0]


@given(st.lists(st.integers(0, 50)), st.integers(1, 500))
def test_as_many_characters_go_as_are_over_and_hardly_more(lengths: list[int], over: int) -> None:
    most = fitting(lengths, over)
    assert sum(min(n, most) for n in lengths) <= max(0, sum(lengths) - over)
    assert most == 0 or sum(min(n, most + 1) for n in lengths) > sum(lengths) - over


def test_boxes_that_two_arrows_lead_to_have_one_number() -> None:
    ink = Ink()
    box, other = ("box", 0, 1), ("box", 1, 2)
    ink.links(tuple((("storage 0", 8 * n, 8 * n + 8), target) for n, target in enumerate((other, box, other))))
    drawn = [ink.box(Cell(Span("p"), ties=(("storage 0", 8 * n, 8 * n + 8), other))) for n in range(3)]
    assert [cell[cell.index("<sub>") : -5] for cell in drawn] == [
        "<sub>→1</sub>",
        "<sub>→2</sub>",
        "<sub>→1</sub>",
    ]
    assert "<sub>2</sub>" in ink.box(Cell(Span("1.5"), ties=(box,)))
