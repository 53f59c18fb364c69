"""Measured pieces to SVG that every renderer draws alike: attributes alone, no style sheet, no pattern, no marker."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.render.palette import look
from tensorlab.render.svg_plan import ASCENT, BOX, SIGN, Box, Frame, Markup, Word, plain
from tensorlab.render.width import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tensorlab.render.svg_plan import Ink, Piece
    from tensorlab.scene.record import Role, Tie

FONTS = "DejaVu Sans Mono,Menlo,Consolas,monospace"
"""The first is what CairoSVG takes; the last is what every system has."""
SIZES = {sign: f"{sign / 0.602:.1f}" for sign in (6, 7, 8, 9, 10)}
"""Font sizes by the pixels of a letter, which takes 0.602 of the size in most monospace fonts, and less in others."""
DARK, GREY, FAINT, CARD, THIN = "#1f2328", "#59636e", "#d0d7de", "#ffffff", "#bcc5cd"
_HATCH = 8
"""Pixels from one slanted line of a hole to the next; three times that where there is much to draw."""
_FURTHER = 3
"""Digits that a place has more in the whole picture than in a part of it, at most."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\xa0": " "})


class Fill(NamedTuple):
    """What a box looks like."""

    fill: str
    stroke: str
    dashes: str = ""


class Drawing(NamedTuple):
    """All that is drawn, by kind."""

    frames: list[Frame]
    boxes: list[Box]
    words: list[Word]
    markup: list[Markup]


def sorted_out(piece: Piece) -> Drawing:
    """What a piece holds, by kind, each in order.

    >>> from tensorlab.render.svg_plan import words
    >>> [word.text for word in sorted_out(words("abc")).words]
    ['abc']
    """
    drawing = Drawing([], [], [], [])
    kinds: dict[type, list[Any]] = {
        Frame: drawing.frames,
        Box: drawing.boxes,
        Word: drawing.words,
        Markup: drawing.markup,
    }
    for item in piece.placed():
        kinds[type(item)].append(item)
    return drawing


def at_most(piece: Piece) -> int:
    """Bytes that a piece takes at most when it is written without notes.

    >>> from tensorlab.render.svg_plan import words
    >>> at_most(words("a & b")) > len('<text x="10" y="10">a &amp; b</text>')
    True
    """
    written = "\n".join(drawn(sorted_out(piece), (), notes=False))
    return len(written.encode()) + _FURTHER * (written.count("M") + written.count("<text") + 1)


def escaped(text: str) -> str:
    r"""The text as it stands in an element or in quotes; more spaces than one stay.

    >>> escaped('a < "b"  &')
    'a &lt; &quot;b&quot; \xa0&amp;'
    """
    clean = text.translate(_ESCAPES)
    return clean.replace("  ", " \xa0") if "  " in clean else clean


@lru_cache(maxsize=128)
def box_fill(role: Role, hue: int | None) -> Fill:
    """How a box of this role is filled and outlined: in the colour of the palette, with a darker edge.

    >>> box_fill("used", 0)
    Fill(fill='#77aadd', stroke='#4a6a8a', dashes='')
    >>> box_fill("hole", None).dashes
    '2 2'
    """
    colour = _declared(role, hue).get("background", "")
    if role == "hole":
        return Fill("none", "#8c959f", "2 2")
    if not colour:
        return Fill("none", "none" if role == "dim" else "#8c959f")
    return Fill(colour, _darker(colour), "5 2" if role == "unknown" else "")


@lru_cache(maxsize=128)
def _declared(role: Role, hue: int | None) -> dict[str, str]:
    """The declarations of the palette, by name."""
    pairs = (part.split(":", 1) for part in look(role, hue).css.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _darker(colour: str) -> str:
    digits = colour.removeprefix("#")
    wide = digits if len(digits) == 6 else "".join(2 * sign for sign in digits)
    return "#" + "".join(f"{int(wide[n : n + 2], 16) * 5 // 8:02x}" for n in (0, 2, 4))


@lru_cache(maxsize=256)
def _ink(ink: Ink) -> str:
    """Attributes of words; those that all have stand at the root."""
    css = _declared(ink.role, ink.hue)
    dim = ink.role in {"dim", "hole"}
    fill = DARK if ink.boxed and ink.hue is not None else GREY if dim else _long(css.get("color", DARK))
    parts = [
        "" if fill == DARK else f' fill="{fill}"',
        ' font-weight="bold"' if css.get("font-weight") == "bold" and not ink.boxed else "",
        "" if ink.sign == SIGN else f' font-size="{SIZES[ink.sign]}"',
        "" if ink.anchor == "start" else f' text-anchor="{ink.anchor}"',
    ]
    return "".join(parts)


def _long(colour: str) -> str:
    return DARK if colour == "#111" else colour


def drawn(drawing: Drawing, links: Iterable[tuple[Tie, Tie]], *, notes: bool) -> Iterator[str]:
    """The elements of the picture, from those behind to those in front.

    >>> from tensorlab.render.svg_plan import words
    >>> list(drawn(sorted_out(words("a < b")), (), notes=True))
    ['<text x="0" y="14">a &lt; b</text>']
    """
    for frame in drawing.frames:
        yield (
            f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="6" '
            f'fill="none" stroke="{FAINT}"/>'
        )
    yield from _arrows(drawing, links)
    fills: dict[Fill, list[Box]] = {}
    for box in drawing.boxes:
        fills.setdefault(box_fill(box.cell.span.role, box.cell.hue), []).append(box)
    for fill, boxes in fills.items():
        yield from _filled(fill, boxes, notes=notes)
    yield from _marks(drawing.boxes, _HATCH if notes else 3 * _HATCH)
    yield from _written(drawing.words)
    for x, y, text in drawing.markup:
        yield f'<g transform="translate({x} {y})">{text}</g>'


def _filled(fill: Fill, boxes: list[Box], *, notes: bool) -> Iterator[str]:
    if fill.stroke == "none":  # such boxes are only there to be pointed at
        boxes = [box for box in boxes if notes and box.cell.note]
    if not boxes:
        return
    dashes = f' stroke-dasharray="{fill.dashes}"' if fill.dashes else ""
    style = f'fill="{fill.fill}" stroke="{fill.stroke}"{dashes}'
    if not notes:
        yield f'<path {style} d="{"".join(map(_outline, boxes))}"/>'
        return
    yield f'<g {style} pointer-events="all">'
    for x, y, width, cell in boxes:
        note = f"><title>{escaped(plain(cell.note))}</title></rect>" if cell.note else "/>"
        yield f'<rect x="{x}" y="{y}" width="{width}" height="{BOX}" rx="2"{note}'
    yield "</g>"


def _outline(box: Box) -> str:
    return f"M{box.x} {box.y}h{box.width}v{BOX}h-{box.width}z"


def _marks(boxes: list[Box], step: int) -> Iterator[str]:
    """What tells roles apart without colour: holes are hatched, reused boxes have a bar, unknown ones a sign."""
    hatch = "".join(_hatched(box, step) for box in boxes if box.cell.span.role == "hole")
    if hatch:
        yield f'<path fill="none" stroke="{THIN}" d="{hatch}"/>'
    bars = "".join(f"M{b.x + 1} {b.y + BOX - 3}h{b.width - 2}" for b in boxes if b.cell.span.role == "reused")
    if bars:
        yield f'<path fill="none" stroke="{DARK}" stroke-width="3" d="{bars}"/>'
    unknown = [box for box in boxes if box.cell.span.role == "unknown"]
    if unknown:
        signs = "".join(f'<text x="{b.x + b.width - 2}" y="{b.y + 9}">?</text>' for b in unknown)
        yield f'<g font-size="{SIZES[6]}" text-anchor="end">{signs}</g>'


def _hatched(box: Box, step: int) -> str:
    """Slanted lines through a box, but for where its text stands when there is little room."""
    size = BOX - 4
    parts = []
    for start in range(2 - size + step // 2, box.width - 2, step):
        low, high = max(start, 2), min(start + size, box.width - 2)
        if high - low > 1:
            parts.append(f"M{box.x + low} {box.y + 2 + size - (low - start)}l{high - low}-{high - low}")
    return "".join(parts)


def _arrows(drawing: Drawing, links: Iterable[tuple[Tie, Tie]]) -> Iterator[str]:
    """From each pointer to its box, as far as both are drawn; behind all boxes and words that it would strike through.

    What passes behind others is light. The heads stand above the boxes, where nothing else does.
    """
    tied: dict[Tie, list[Box]] = {}
    for box in drawing.boxes:
        for tie in box.cell.ties:
            tied.setdefault(tie, []).append(box)
    ends = [(tied[one][0], tied[other][0]) for one, other in links if one in tied and other in tied]
    arrows = [(one, _nearest(one, other, tied)) for one, other in ends if one is not other]
    if not arrows:
        return
    tops = sorted({box.y for box in drawing.boxes})
    behind = [pair for pair in arrows if _crosses(*pair, tops)]
    for pairs, colour in ((behind, THIN), ([pair for pair in arrows if pair not in behind], GREY)):
        lines = "".join(_curve(*pair)[0] for pair in pairs)
        if lines:
            yield f'<path fill="none" stroke="{colour}" stroke-width="1.5" d="{lines}"/>'
    if behind:
        yield f'<path fill="{CARD}" d="{"".join(_cleared(drawing, behind))}"/>'
    yield f'<path fill="{GREY}" d="{"".join(_curve(*pair)[1] for pair in arrows)}"/>'


def _crosses(one: Box, other: Box, tops: list[int]) -> bool:
    """Whether boxes stand in lines between those of the two."""
    low, high = sorted((one.y, other.y))
    return bisect_right(tops, low) < bisect_left(tops, high)


def _cleared(drawing: Drawing, arrows: list[tuple[Box, Box]]) -> Iterator[str]:
    """Where boxes and words stand between arrows and the reader: nothing is seen through them."""
    first = min(min(one.y, other.y) for one, other in arrows)
    last = max(max(one.y, other.y) for one, other in arrows) + BOX
    for box in drawing.boxes:
        empty = box_fill(box.cell.span.role, box.cell.hue)
        if first <= box.y <= last and empty.fill == "none" != empty.stroke:
            yield _outline(box)
    for word in drawing.words:
        if first <= word.y <= last and (word.ink.role == "dim" or not word.ink.boxed):
            width = columns(word.text) * word.ink.sign
            x = word.x - {"start": 0, "middle": width // 2, "end": width}[word.ink.anchor]
            yield f"M{x - 2} {word.y - ASCENT}h{width + 4}v{ASCENT + 4}h-{width + 4}z"


def _nearest(one: Box, other: Box, tied: dict[Tie, list[Box]]) -> Box:
    """The box, or what stands over it for the same thing: its number, which an arrow should not cross."""
    same = [box for tie in other.cell.ties for box in tied[tie] if (box.x, box.width) == (other.x, other.width)]
    if other.y > one.y:
        return min((box for box in same if box.y > one.y), key=lambda box: box.y)
    return max((box for box in same if box.y <= one.y), key=lambda box: box.y)


def _curve(one: Box, other: Box) -> tuple[str, str]:
    """A curve between the nearer edges of two boxes, and the head at its end."""
    x, to_x = one.x + one.width // 2, other.x + other.width // 2
    down = 1 if other.y >= one.y else -1
    y = one.y + (BOX if down > 0 else 0)
    to_y = other.y + (0 if down > 0 else BOX)
    foot = to_y - 6 * down
    bend = max(abs(foot - y) // 2, 8) * down
    line = f"M{x} {y}C{x} {y + bend} {to_x} {foot - bend} {to_x} {foot}"
    return line, f"M{to_x} {to_y}l-4 {-7 * down}h8z"


def _written(words: Sequence[Word]) -> Iterator[str]:
    """The words in order; those that follow one another in one ink share its attributes."""
    for ink, run in groupby(words, key=lambda word: word.ink):
        written = [f'<text x="{word.x}" y="{word.y}">{escaped(word.text)}</text>' for word in run if word.text]
        attributes = _ink(ink)
        through = ' pointer-events="none"' if ink.boxed else ""
        if not attributes and not through:
            yield from written
        elif len(written) == 1:
            yield written[0].replace(">", f"{attributes}{through}>", 1)
        elif written:
            yield f"<g{attributes}{through}>{''.join(written)}</g>"
