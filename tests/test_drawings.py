"""The pictures under docs/pictures/ are what the code draws now, and every one of them is shown on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from support.drawings import FOLDER, PICTURES, SHEETS, save_sheet
from support.pages import pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_is_drawn_now(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == PICTURES[name]().svg()


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_shows_what_is_drawn_now(name: str, tmp_path: Path) -> None:
    save_sheet(SHEETS[name](), tmp_path / "now.jpg")
    then, now = (np.asarray(Image.open(path), float) for path in (FOLDER / f"{name}.jpg", tmp_path / "now.jpg"))
    assert then.shape == now.shape
    assert abs(then - now).mean() < 1, "of 255; more than rounding"
    assert then.std() > 10, "something is on it"


def test_each_picture_is_shown_with_words_beside_it() -> None:
    files = {*(f"{name}.svg" for name in PICTURES), *(f"{name}.jpg" for name in SHEETS)}
    shown = {
        file: words
        for page in pages()
        for words, file in re.findall(r"!\[([^\]]*)\]\((?:docs/)?pictures/([^)]*)\)", page.read_text(encoding="utf-8"))
    }
    assert set(shown) == {path.name for path in FOLDER.iterdir()} == files
    assert all(len(words) > 20 for words in shown.values()), "for who cannot see the picture"
    assert "](docs/pictures/" in pages()[0].read_text(encoding="utf-8"), "the README shows one"
