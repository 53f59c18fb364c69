"""What must hold of every picture that is written, and scenes that are hard to draw."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

NAMESPACE = "{http://www.w3.org/2000/svg}"
FORBIDDEN = ("var(", "height:auto", "<script", "<style", "<image", "<foreignObject", "non-scaling-stroke", "@import")
"""What some renderer does not draw, or what a page may not let in."""
TAGS = {"svg", "title", "desc", "rect", "g", "path", "text"}
ATTRIBUTES = {
    *("width", "height", "viewBox", "role", "aria-label", "x", "y", "rx", "d", "transform", "pointer-events"),
    *("fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
    *("font-family", "font-size", "font-weight", "text-anchor"),
}
HOSTILE = "<b onload=\"x('1')\">&amp; \x00\x1b[2J\ud800 ]]> \ufffe\u202e日本 javascript: var(--x) <script>"
"""A name that a person may give to a field."""


def check_svg(svg: str) -> int:
    """Well-formed, of known tags and attributes only, nothing fetched; how many bytes it has."""
    root = ET.fromstring(svg)
    tags = {element.tag.removeprefix(NAMESPACE) for element in root.iter()}
    assert tags <= TAGS, tags - TAGS
    attributes = {name for element in root.iter() for name in element.attrib}
    assert attributes <= ATTRIBUTES, attributes - ATTRIBUTES
    markup = re.sub(r">[^<]*<", "><", re.sub(r'aria-label="[^"]*"', "", svg))
    assert [word for word in FORBIDDEN if word in markup] == []
    assert "url(" not in markup
    assert markup.count("http") == 1
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {width} {height}"
    return len(svg.encode("utf-8"))


def words_of(svg: str) -> list[str]:
    """The texts of a picture, in order."""
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{NAMESPACE}text")]


def notes_of(svg: str) -> list[str]:
    """What boxes tell when they are pointed at."""
    boxes = ET.fromstring(svg).iter(f"{NAMESPACE}rect")
    return [element.findtext(f"{NAMESPACE}title") or "" for element in boxes if len(element)]


def used(text: str, note: str = "", hue: int | None = None) -> Cell:
    """A box that is used."""
    return Cell(Span(text, "used"), note, hue=hue)


def in_step() -> Cells:
    """Three views over 24 bytes, in every role and in several widths."""
    wide = [
        Cell(Span(str(k), "used"), f"byte {4 * k}", ties=(("storage 0", 4 * k, 4 * k + 4),), hue=0, width=4)
        for k in range(6)
    ]
    narrow = [Cell(Span(str(k), "used" if k % 3 else "hole"), f"byte {k}", hue=1 if k % 3 else None) for k in range(24)]
    odd = [
        Cell(Span("", "hole"), width=2),
        *(Cell(Span(str(k), "reused"), hue=2, width=8) for k in range(2)),
        Cell(Span("u", "unknown"), width=6),
    ]
    roles = (("used", "used"), ("not used", "hole"), ("used twice", "reused"), ("not known", "unknown"))
    return Cells(
        (3, 24),
        (*wide, *narrow, *odd),
        title="storage 0, 24 of 1,000 B",
        names=(Span("x"), Span("x.view(torch.int8)"), Span("x[1:]")),
        gaps=((1, 24, 976),),
        legend=tuple(Span(text, role) for text, role in roles),  # type: ignore[arg-type]  # the roles are words
    )


def pointers(targets: tuple[int, ...] = (3, 0, 1, 1, 2)) -> Group:
    """A list's pointers, and the boxes that they lead to."""
    count = max(targets, default=-1) + 1
    from_ = [Cell(Span("→", "used"), ties=(("storage 0", 8 * k, 8 * k + 8),)) for k in range(len(targets))]
    to = [Cell(Span(f"{k}.5", "used"), ties=(("box", k, k + 1),), hue=k % 8) for k in range(count)]
    links = tuple((("storage 0", 8 * k, 8 * k + 8), ("box", target, target + 1)) for k, target in enumerate(targets))
    return Group(
        (
            Cells((len(from_),), tuple(from_), title="pointers", labels=False),
            Cells((len(to),), tuple(to), title="boxed objects", labels=False),
        ),
        title="list",
        links=links,
    )


def hostile() -> Group:
    """The hostile name wherever a text may stand."""
    box = Cell(Span(HOSTILE, "used"), HOSTILE)
    return Group(
        (
            Text((Span(HOSTILE, "bad"), Span(f"  {HOSTILE}  ", "good"))),
            Table((HOSTILE, "b"), ((box, box),)),
            Cells((2, 2), (box,) * 4, title=HOSTILE, legend=(Span(HOSTILE, "used"),)),
            Cells((1, 1), (box,), names=(Span(HOSTILE),)),
        ),
        title=HOSTILE,
    )


def blocks(shape: tuple[int, ...]) -> Cells:
    """A grid of that shape, its boxes numbered."""
    count = 1
    for n in shape:
        count *= n
    return Cells(shape, tuple(used(str(k), f"index {k}", k % 8) for k in range(count)), title=f"shape {shape}")
