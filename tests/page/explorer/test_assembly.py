from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from support.exploring import plain

from tensorlab.errors import LayoutError, TensorlabError, UnsupportedError
from tensorlab.layout.dtype import DType
from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand
from tensorlab.page.explorer.assembly import MOST_AXES, MOST_BYTES, MOST_ELEMENTS, explorer
from tensorlab.render.palette import HUE_LOOKS

PAGE = explorer(plain((4, 6)))


def test_one_file_that_asks_for_nothing() -> None:
    assert PAGE.startswith("<!doctype html>")
    assert re.findall(r"https?://[^\s\"'<]+", PAGE.replace("http://www.w3.org/2000/svg", "")) == []
    assert not re.search(r"@import|url\(|<link|<img|<iframe|\bfetch\(|XMLHttpRequest|WebSocket|\beval\(", PAGE)
    assert "{{" not in PAGE.split("<script")[0]


def test_the_policy_allows_this_program_and_no_network() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', PAGE)
    program = re.search(r"<script>(.*)</script>", PAGE, re.DOTALL)
    assert policy is not None
    assert program is not None
    digest = b64encode(sha256(program[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';" in policy[1]
    assert "</script" not in program[1]


def test_the_same_start_gives_the_same_bytes_and_is_no_heavy_page() -> None:
    assert explorer(plain((4, 6))) == PAGE
    assert len(PAGE.encode()) < 200_000


def test_the_start_is_a_picture_too() -> None:
    still = PAGE.split('id="still"')[1].split("</main>")[0]
    assert "<svg" in still
    assert "<noscript>" in still
    for word in ("touches", "unique", "span", "holes", "reuse", "overlap"):
        assert word in re.sub(r"<dd>.*?</dd>", "", still.split("<dl")[1], flags=re.DOTALL)
    assert "address(i,j) = 0 + 6*i + 1*j" in re.sub(r"<[^>]+>", "", still)


def test_the_colours_are_those_of_other_pictures() -> None:
    for hue, look in enumerate(HUE_LOOKS):
        tint = look.css.removeprefix("background:").split(";")[0]
        assert f".hue{hue} {{ --tint: {tint}; }}" in PAGE


def test_what_is_put_in_ends_no_tag() -> None:
    page = explorer(plain((2,)), name="</title><script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "<title>Stride explorer: &lt;/title&gt;" in page
    data = re.search(r'id="explorer-data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert not set(data[1]) & set("<>&")
    assert json.loads(data[1])["start"]["shape"] == [2]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (plain((MOST_BYTES + 1,), "int8"), r"4,096 elements at most; got 4,097"),
        (plain((MOST_BYTES // 4 + 1,)), r"4,096 bytes of storage at most; got 4,100"),
        (Operand(Layout((MOST_ELEMENTS + 1,), (0,)), named_dtype("int8"), 1), "elements at most"),
        (plain((1,) * (MOST_AXES + 1)), "6 axes at most; got 7"),
        (Operand(Layout((2,), (-1,), 1), named_dtype("int8"), 2), "torch has no negative strides"),
    ],
)
def test_what_the_page_cannot_draw_is_refused(start: Operand, words: str) -> None:
    with pytest.raises(LayoutError, match=words) as raised:
        explorer(start)
    assert raised.value.hint


def test_dtypes_that_a_library_lacks_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="no dtype 'bfloat16' there"):
        explorer(plain((2,), "bfloat16"), "numpy")
    odd = Operand(Layout((2,), (8,), itemsize=8), DType("datetime64[s]", 8, "time"), 16)
    with pytest.raises(TensorlabError, match="datetime64"):
        explorer(odd)
