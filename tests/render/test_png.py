from __future__ import annotations

import io
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from support.probe import run_python
from support.vector import hostile, in_step

from tensorlab.errors import UnavailableError
from tensorlab.render import png
from tensorlab.render.svg import svg
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    png.font_files.cache_clear()


def opened(scene: Group) -> Image.Image:
    return Image.open(io.BytesIO(png.painted(svg(scene)))).convert("RGB")


def test_there_are_two_pixels_for_one() -> None:
    scene = Group((in_step(),))
    width = int(svg(scene).split('width="')[1].split('"')[0])
    assert opened(scene).width == 2 * width


def test_words_are_drawn_in_dark_on_white() -> None:
    image = opened(Group((Text((Span("HHHH"),)),)))
    inside = image.crop((30, 30, image.width - 30, image.height - 30))
    assert sum(inside.convert("L").histogram()[:80]) > 100
    assert image.getpixel((image.width // 2, 20)) == (255, 255, 255)


def test_hostile_names_are_painted() -> None:
    assert opened(hostile()).width > 100


def test_the_same_picture_has_the_same_bytes_in_every_process() -> None:
    code = (
        "import hashlib; from tensorlab.render.png import painted; from tensorlab.render.svg import svg\n"
        "from tensorlab.scene.record import Group\n"
        "print(hashlib.sha256(painted(svg(Group((), 'a title → …')))).hexdigest())"
    )
    assert len({run_python(code, env={"PYTHONHASHSEED": seed}).stdout for seed in "12"} - {""}) == 1


@pytest.mark.parametrize(("text", "more"), [("abc", False), ("é → … µ", False), ("日本", True), ("😀", True)])
def test_fonts_of_the_system_are_looked_at_where_ours_lacks_a_character(text: str, more: bool) -> None:  # noqa: FBT001 - a column
    assert png.needs_more_fonts(text) is more


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise PackageNotFoundError

    png.font_files.cache_clear()
    monkeypatch.setattr(png, "distribution", missing)
    with pytest.raises(
        UnavailableError, match=r"matplotlib is not installed.*\nhint: pip install 'tensorlab-toolkit\[png\]'"
    ):
        png.painted("<svg/>")


def test_without_its_font_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Bare:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    png.font_files.cache_clear()
    monkeypatch.setattr(png, "distribution", lambda _: Bare())
    with pytest.raises(UnavailableError, match=r"matplotlib is without its font DejaVuSansMono\.ttf"):
        png.painted("<svg/>")
