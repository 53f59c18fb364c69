from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.width import columns, pad, printable, to_ascii


@given(st.text())
def test_the_ascii_twin_is_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


@given(st.text())
def test_a_printable_text_has_no_control_character(text: str) -> None:
    assert printable(text).isprintable()


@given(st.text(st.characters(categories=["L", "N", "P", "S"])), st.integers(0, 30), st.booleans())
def test_padding_reaches_the_size_and_keeps_the_text(text: str, size: int, right: bool) -> None:  # noqa: FBT001 - drawn
    padded = pad(text, size, right=right)
    assert columns(padded) == max(size, columns(text))
    assert padded.strip() == text.strip()


@pytest.mark.parametrize(
    ("sign", "twin"), [("µ", "u"), ("…", "..."), ("±", "+-"), ("→", "->"), ("≈", "~"), ("é", "e"), ("日", "\\u65e5")]
)
def test_each_sign_that_we_draw_has_a_twin(sign: str, twin: str) -> None:
    assert to_ascii(sign) == twin
