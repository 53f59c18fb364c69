"""The pictures under docs/pictures/ are what the code draws now, and every one of them is shown on a page."""

from __future__ import annotations

import re

import pytest
from support.drawings import FOLDER, PICTURES
from support.pages import pages


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_is_drawn_now(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == PICTURES[name]().svg()


def test_each_picture_is_shown_with_words_beside_it() -> None:
    shown = {
        file: words
        for page in pages()
        for words, file in re.findall(r"!\[([^\]]*)\]\((?:docs/)?pictures/([^)]*)\)", page.read_text(encoding="utf-8"))
    }
    assert set(shown) == {path.name for path in FOLDER.iterdir()} == {f"{name}.svg" for name in PICTURES}
    assert all(len(words) > 20 for words in shown.values()), "for who cannot see the picture"
    assert "](docs/pictures/" in pages()[0].read_text(encoding="utf-8"), "the README shows one"
