from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.svg_plan import (
    Box,
    Frame,
    Ink,
    Piece,
    Word,
    below,
    cut,
    flow,
    framed,
    pixels,
    plain,
    words,
    wrapped,
)
from tensorlab.render.width import columns
from tensorlab.scene.record import Cell, Span

PIECES = st.lists(st.builds(Piece, st.integers(0, 90), st.integers(0, 40)), max_size=8)


@given(PIECES, st.integers(0, 9))
def test_pieces_below_one_another_do_not_meet(pieces: list[Piece], gap: int) -> None:
    whole = below(pieces, gap)
    ends = [(y, y + piece.height) for _, y, piece in whole.inner]
    assert all(stop + gap == start for (_, stop), (start, _) in pairwise(ends))
    assert whole.height == max((stop for _, stop in ends), default=0)
    assert whole.width == max((piece.width for piece in pieces), default=0)


@given(PIECES, st.integers(90, 300), st.integers(0, 9))
def test_a_flow_keeps_to_its_room_and_to_the_order(pieces: list[Piece], room: int, gap: int) -> None:
    whole = flow(pieces, room, gap)
    assert whole.width <= room
    assert [piece for _, _, row in whole.inner for _, _, piece in row.inner] == pieces


@given(st.text(), st.integers(8, 400))
def test_wrapped_text_keeps_to_its_room_and_loses_nothing(text: str, room: int) -> None:
    drawn = plain(text)
    whole = wrapped(drawn, room)
    lines = [item.text for item in whole.placed() if isinstance(item, Word)]
    assert "".join(lines).replace(" ", "") == drawn.replace(" ", "")
    assert all(pixels(line) <= max(room, 16) for line in lines)


@given(st.text(), st.integers(2, 40))
def test_cut_text_keeps_to_its_columns(text: str, most: int) -> None:
    assert columns(cut(text, most)) <= most
    assert cut(text, most) == text or cut(text, most).endswith("…")


def test_inner_pieces_are_placed_where_they_stand_in_the_whole() -> None:
    box = Piece(20, 24, (Box(1, 2, 18, Cell(Span("a"))),))
    frame, moved = framed(below([words("x"), box]), 5).placed(), None
    assert next(frame) == Frame(0, 0, 30, 54)
    assert next(frame) == Word(5, 19, "x", Ink())
    moved = next(frame)
    assert (moved.x, moved.y) == (6, 27)


@pytest.mark.parametrize(("text", "sign", "width"), [("abcd", 8, 32), ("abcd", 10, 40), ("日", 8, 16)])
def test_words_are_as_wide_as_their_columns(text: str, sign: int, width: int) -> None:
    assert words(text, Ink(sign=sign)).width == width


def test_long_texts_are_counted() -> None:
    assert plain("x" * 1005).endswith("… (5 more characters)")
