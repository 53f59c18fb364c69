from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from support.vector import check_svg, words_of

from tensorlab.errors import TensorlabError
from tensorlab.render.figure import Figure
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from pathlib import Path

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


def test_an_svg_says_what_the_text_says() -> None:
    assert check_svg(FIGURE.svg()) < 2000
    assert words_of(FIGURE.svg()) == ["title", "a < b", "and a long sentence about it"]


def test_what_is_saved_is_what_is_shown(tmp_path: Path) -> None:
    for name, made in (("a.svg", FIGURE.svg()), ("a.html", FIGURE.html(page=True)), ("a.txt", f"{FIGURE.text()}\n")):
        assert FIGURE.save(tmp_path / name) == tmp_path / name
        assert (tmp_path / name).read_text("utf-8") == made
    assert FIGURE.save(str(tmp_path / "A.PNG")).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("path", ["x.pdf", "x", "", 3, None, "no-such-folder/x.svg"])
def test_a_bad_path_is_an_error_of_ours_and_leaves_nothing(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TensorlabError, match=r"\nhint: \w+"):
        FIGURE.save(path)
    assert list(tmp_path.iterdir()) == []
