from __future__ import annotations

import pickle

from tensorlab.render.figure import Figure
from tensorlab.scene.record import Group, Span, Text

FIGURE = Figure({"answer": 42}, Group((Text((Span("a < b", "bad"), Span(" and a long sentence about it"))),), "title"))


def test_a_terminal_sees_plain_text_in_80_columns() -> None:
    assert repr(FIGURE) == str(FIGURE) == FIGURE.text() == "title\na < b and a long sentence about it"


def test_a_notebook_sees_html() -> None:
    assert FIGURE._repr_html_() == FIGURE.html()
    assert "a &lt; b" in FIGURE.html()


def test_width_colour_and_ascii() -> None:
    assert FIGURE.text(width=20).splitlines() == ["title", "a < b and a long", "  sentence about it"]
    assert "\x1b[31m<" in FIGURE.text(color=True)
    assert FIGURE.text(ascii=True).isascii()


def test_a_figure_is_a_value() -> None:
    assert pickle.loads(pickle.dumps(FIGURE)) == FIGURE
    assert FIGURE.data == {"answer": 42}
