from __future__ import annotations

from tensorlab.render.pen import Pen


def test_a_pen_paints_only_where_colours_are_on() -> None:
    assert Pen().paint("3", "used", 0) == "3"
    assert Pen(color=True).paint("3", "used", 0) == "\x1b[30;48;5;110m3\x1b[0m"
    assert Pen(color=True).paint("3", "plain", 0) == "3"


def test_plain_text_cannot_move_the_cursor() -> None:
    assert Pen().plain("a\x1b[2J") == "a\\x1b[2J"
    assert Pen(ascii=True).plain("4 µs") == "4 us"
    assert Pen().plain("x" * 2000).endswith("… (1,000 more characters)")
