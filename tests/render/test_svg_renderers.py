"""One SVG in Chromium, CairoSVG, rsvg-convert and resvg: the same picture, but for how letters are smoothed."""

from __future__ import annotations

import io
import os
import re
import subprocess
from functools import partial
from importlib import import_module
from shutil import which
from typing import TYPE_CHECKING

import pytest
import torch
from PIL import Image, ImageChops, ImageFilter
from support.vector import blocks, in_step, pointers

import tensorlab
from tensorlab.render.png import font_files
from tensorlab.render.svg import svg
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Draw = Callable[[str], bytes]

MOST = {"colours": 20, "lines": 20}
"""Of 255: how far two renderers may be apart, anywhere, in any colour: of all that is drawn, and of thin lines."""
FONT = "fonts that DejaVu Sans Mono is not among would make other pictures"
SCENES: dict[str, Callable[[], Group]] = {
    "a tensor": lambda: tensorlab.show(torch.arange(24).reshape(4, 6)[1:3, ::2].t()).scene,
    "reused boxes": lambda: tensorlab.show(torch.arange(10.0).unfold(0, 3, 1)).scene,
    "huge": lambda: tensorlab.show(torch.empty(1000, 10**6, device="meta")).scene,
    "strips in step": lambda: Group((in_step(),), title="in step"),
    "pointers": pointers,
    "nested blocks": lambda: Group((blocks((2, 2, 2, 3, 3)),), title="five axes"),
    "words": lambda: Group(
        (
            Text((Span("good ", "good"), Span("a < b & c   → …", "bad"), Span(" dim", "dim"))),
            Table(("name", "value"), ((Cell(Span("a long fact " * 12)), Cell(Span("1,000"), right=True)),)),
            Cells((3,), tuple(Cell(Span(word, "unknown")) for word in ("12", "-0.5", "nan"))),
        ),
        title="all kinds of words",
    ),
}


def missing(what: str) -> None:
    """Skips the test; fails it where the renderers must be there, as in CI."""
    if os.environ.get("TENSORLAB_BROWSER") == "required":
        pytest.fail(f"{what}, and TENSORLAB_BROWSER=required")
    pytest.skip(what)


def cairo(text: str) -> bytes:
    try:
        cairosvg = import_module("cairosvg")  # a system library may be missing, which is found now
    except (ImportError, OSError) as error:
        missing(f"needs cairosvg and libcairo: {error}")
    return bytes(cairosvg.svg2png(bytestring=text.encode()))


def rsvg(text: str) -> bytes:
    if which("rsvg-convert") is None:
        missing("needs rsvg-convert, of librsvg2-bin")
    return subprocess.run(["rsvg-convert"], input=text.encode(), capture_output=True, check=True, timeout=60).stdout


def resvg(text: str) -> bytes:
    resvg_py = pytest.importorskip("resvg_py")
    return bytes(resvg_py.svg_to_bytes(svg_string=text, font_files=list(font_files()), skip_system_fonts=True))


RENDERERS = {"cairo": cairo, "rsvg": rsvg, "resvg": resvg}


def in_browser(page: Page, text: str) -> bytes:
    page.set_content(f'<body style="margin:0;background:white">{text}')
    return page.locator("svg").screenshot()


def blurred(picture: bytes, *, thick: bool) -> Image.Image:
    """On white, so far out of focus that the smoothing of letters does not count; thin lines do, where made thick."""
    drawn = Image.open(io.BytesIO(picture)).convert("RGBA")
    white = Image.new("RGBA", drawn.size, "white")
    white.alpha_composite(drawn)
    seen = white.convert("RGB")
    if thick:
        seen = seen.filter(ImageFilter.MinFilter(3))
    size = (drawn.size[0] // 4, drawn.size[1] // 4)
    return seen.filter(ImageFilter.GaussianBlur(3)).resize(size, Image.Resampling.BOX)


def apart(one: Draw, other: Draw, text: str, otherwise: str = "") -> dict[str, int]:
    """The largest difference of two drawings at any place: of the whole picture, and of its lines without the words."""
    found = {}
    for kind in MOST:
        pair = [(one, text), (other, otherwise or text)]
        if kind == "lines":
            pair = [(draw, re.sub(r"<text [^>]*>[^<]*</text>", "", picture)) for draw, picture in pair]
        first, second = (blurred(draw(picture), thick=kind == "lines") for draw, picture in pair)
        assert first.size == second.size
        bands = ImageChops.difference(first, second).getextrema()
        found[kind] = max(int(band[1]) for band in bands if isinstance(band, tuple))
    return found


def agree(found: dict[str, int]) -> bool:
    return all(found[kind] <= most for kind, most in MOST.items())


@pytest.fixture(scope="module")
def font() -> None:
    listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=False) if which("fc-list") else None
    if listed is None or "DejaVuSansMono.ttf" not in listed.stdout:
        missing(FONT)


@pytest.mark.browser
@pytest.mark.usefixtures("font")
@pytest.mark.parametrize("name", SCENES)
def test_renderers_agree(name: str, page: Page) -> None:
    text = svg(SCENES[name]())
    found = {renderer: apart(partial(in_browser, page), draw, text) for renderer, draw in RENDERERS.items()}
    assert all(map(agree, found.values())), found


PLANTED = {
    "a box": r'<rect [^>]*rx="2"><title>byte 48.*?</rect>',
    "a hole": r'<rect [^>]*rx="2"><title>byte 8:.*?</rect>',
    "the hatching": r'<path fill="none" stroke="#bcc5cd" d="[^"]*"/>',
    "a digit in a box": r"<text [^>]*>8</text>",
    "a position at the edge": r'<text [^>]*text-anchor="end"[^>]*>1</text>',
    "a fact": r"<text [^>]*>shape</text>",
    "the title": r"<text [^>]*>torch.Tensor int64 [^<]*</text>",
}
"""What may be missing from a picture."""


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_missing_is_seen(name: str) -> None:
    text = svg(SCENES["a tensor"]())
    changed = re.sub(PLANTED[name], "", text)
    assert changed != text
    assert not agree(apart(resvg, resvg, text, changed))


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize(("here", "there"), [("#77aadd", "#99ddff"), ('font-weight="bold"', ""), ("5 2", "0 99")])
def test_what_looks_otherwise_is_seen(here: str, there: str) -> None:
    text = svg(SCENES["a tensor" if here != "5 2" else "words"]())
    assert here in text
    assert not agree(apart(resvg, resvg, text, text.replace(here, there)))
