from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tensorlab.render.palette import HUE_LOOKS, LOOKS
from tensorlab.render.svg_plan import Box, Frame, Ink, Piece, Word, below, words
from tensorlab.render.svg_strips import text_in
from tensorlab.render.svg_write import at_most, box_fill, drawn, escaped, sorted_out
from tensorlab.scene.record import HUES, Cell, Span

if TYPE_CHECKING:
    from tensorlab.scene.record import Role


def box(role: Role, x: int = 0, y: int = 0, hue: int | None = None, note: str = "") -> Piece:
    cell = Cell(Span("7", role), note, ties=(("s", x, x + 1),), hue=hue)
    return Piece(40, 24, (Box(x, y, 40, cell), text_in(x, 40, "7", cell)))


def write(*pieces: Piece, notes: bool = True) -> str:
    return "\n".join(drawn(sorted_out(below(pieces)), (), notes=notes))


@pytest.mark.parametrize("hue", range(HUES))
def test_a_used_box_has_the_colour_of_its_hue(hue: int) -> None:
    assert box_fill("used", hue).fill in HUE_LOOKS[hue].css
    assert box_fill("reused", hue).fill == box_fill("used", hue).fill
    assert box_fill("hole", hue).fill == "none"


def test_edges_are_darker_than_the_box() -> None:
    for role in ("used", "reused", "unknown"):
        fill = box_fill(role, None)
        assert fill.stroke < fill.fill
        assert fill.fill in LOOKS[role].css


def test_every_role_is_told_without_colour() -> None:
    used, reused, hole, unknown = (write(box(role)) for role in ("used", "reused", "hole", "unknown"))
    marks = {
        "dashed": [s for s in (used, reused, hole, unknown) if "stroke-dasharray" in s],
        "bar": [s for s in (used, reused, hole, unknown) if 'stroke-width="3"' in s],
        "sign": [s for s in (used, reused, hole, unknown) if ">?<" in s],
        "hatch": [s for s in (used, reused, hole, unknown) if s.count("l1") > 1],
    }
    assert marks == {"dashed": [hole, unknown], "bar": [reused], "sign": [unknown], "hatch": [hole]}


def test_boxes_of_one_look_share_its_attributes() -> None:
    many = write(*(box("used", note=f"n{k}") for k in range(5)))
    assert many.count("stroke=") == 1
    assert many.count("<title>") == 5
    short = write(*(box("used", note=f"n{k}") for k in range(5)), notes=False)
    assert short.count("<path") == 1
    assert short.count("z") == 5
    assert "title" not in short


def test_words_keep_their_order_and_share_their_ink() -> None:
    words = [Word(0, 14, text, Ink(role)) for text, role in (("a", "dim"), ("b", "dim"), ("", "dim"), ("c", "bad"))]  # type: ignore[arg-type]  # roles
    written = "".join(drawn(sorted_out(Piece(9, 9, tuple(words))), (), notes=True))
    assert [element.text for element in ET.fromstring(f"<g>{written}</g>").iter("text")] == ["a", "b", "c"]
    assert written.count("fill=") == 2


def test_frames_lie_behind() -> None:
    written = list(drawn(sorted_out(Piece(9, 9, (Word(0, 0, "a", Ink()), Frame(0, 0, 9, 9)))), (), notes=True))
    assert [line[:5] for line in written] == ["<rect", "<text"]


def test_an_arrow_leaves_and_enters_at_the_nearer_edges() -> None:
    whole = Piece(200, 200, (*box("used").items, *box("used", 100, 80).items))
    written = list(drawn(sorted_out(whole), [(("s", 0, 1), ("s", 100, 101))], notes=False))
    line, head = written[:2]  # behind the boxes and the words
    assert "M20 24C20 49 120 49 120 74" in line
    assert "M120 80l-4 -7h8z" in head


def test_a_pointer_upwards_has_its_head_below_the_box() -> None:
    whole = Piece(200, 200, (*box("used", 0, 100).items, *box("used", 60, 0).items))
    written = "".join(drawn(sorted_out(whole), [(("s", 0, 1), ("s", 60, 61))], notes=False))
    assert "M20 100C20 65 80 65 80 30" in written
    assert "M80 24l-4 7h8z" in written


def test_characters_of_markup_are_escaped() -> None:
    assert escaped("""<a href="x">&'""") == "&lt;a href=&quot;x&quot;&gt;&amp;'"


def test_an_arrow_ends_above_the_number_of_its_box() -> None:
    object_ = Cell(Span("1.5", "used"), ties=(("box", 0, 1), ("object", 0, 1)))
    number = Cell(Span("0", "dim"), ties=(("box", 0, 1),))
    pointer = Cell(Span("→", "used"), ties=(("pointer", 0, 1), ("box", 0, 1)))
    below_ = Piece(200, 200, (Box(0, 0, 40, pointer), Box(60, 80, 40, number), Box(60, 107, 40, object_)))
    written = "".join(drawn(sorted_out(below_), [(("pointer", 0, 1), ("object", 0, 1))], notes=True))
    assert "M80 80l-4 -7h8z" in written
    assert written.count("<rect") == 2  # a number has no box around it


def test_a_number_without_a_box_may_be_pointed_at() -> None:
    assert "<title>byte 8</title>" in write(box("dim", note="byte 8"))
    assert "<rect" not in write(box("dim"))
    assert "<path" not in write(box("dim", note="byte 8"), notes=False)


def test_an_arrow_past_other_boxes_is_light_and_lies_behind_them_and_their_words() -> None:
    number = Cell(Span("n", "dim"), ties=(("n", 0, 1),))
    between = (Box(50, 40, 40, number), Word(70, 56, "n", Ink("dim", "middle", boxed=True)))
    whole = Piece(200, 200, (*box("used").items, *between, *box("used", 100, 120).items))
    far, near = [(("s", 0, 1), ("s", 100, 101))], [(("s", 0, 1), ("n", 0, 1))]
    line, cleared, head, *others = drawn(sorted_out(whole), far, notes=False)
    assert 'stroke="#bcc5cd"' in line
    assert cleared == '<path fill="#ffffff" d="M64 42h12v18h-12z"/>'
    assert 'fill="#59636e"' in head
    assert [text[:5] for text in others if "C" in text] == []
    assert 'stroke="#59636e"' in next(drawn(sorted_out(whole), near, notes=False))


@pytest.mark.parametrize("word", ["abc", '<a href="&">' * 9, "日本" * 20, "", " "])
def test_words_take_what_their_escapes_take(word: str) -> None:
    piece = below([words(word), words("x")])
    assert len(write(piece, notes=False).encode()) <= at_most(piece)
