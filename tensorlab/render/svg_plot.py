"""A plot as elements of SVG, the same for a picture of its own and for a page; colours are attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.html_words import safe
from tensorlab.render.palette import HUE_LOOKS
from tensorlab.render.plots import binned, scales
from tensorlab.render.svg_plan import SIGN, Markup, Piece, plain
from tensorlab.render.svg_write import DARK, FAINT, GREY, SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.plots import Scale
    from tensorlab.scene.record import Plot, Point

WIDTH, HEIGHT = 80 * SIGN, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 46, 44
_MOST = 300
"""Points of a series that are drawn; more are brought together."""
_ROUND = 120
"""Points of a line up to which each has a circle."""
_RED = "#d1242f"


class Colours(NamedTuple):
    """Of lines and words: as they are on a white card, or as the page has them."""

    dark: str = DARK
    grey: str = GREY
    faint: str = FAINT


PAGE = Colours("currentColor", "currentColor", "rgba(128,128,128,.35)")


def plot_piece(plot: Plot) -> Piece:
    """The plot, measured.

    >>> from tensorlab.scene.record import Plot
    >>> plot_piece(Plot("step", "norm", ())).width
    640
    """
    return Piece(WIDTH, HEIGHT, (Markup(0, 0, "".join(plot_elements(plot, Colours()))),))


def plot_html(plot: Plot) -> str:
    """The plot within a page, in its colours.

    >>> from tensorlab.scene.record import Plot
    >>> plot_html(Plot("a < b", "norm", ())).count("a &lt; b")
    2
    """
    said = safe(f"{plot.title or plot.y} over {plot.x}")
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
    style = f'style="max-width:100%;height:auto;display:block" font-size="{SIZES[SIGN]}" fill="currentColor"'
    drawn = "".join(plot_elements(plot, PAGE))
    return f'<div class="tl-s"><svg {size} {style} role="img" aria-label="{said}">{drawn}</svg></div>'


def plot_elements(plot: Plot, colours: Colours) -> Iterator[str]:
    """From what is behind to what is in front: grid, words, ranges and lines, points, marks, keys.

    >>> from tensorlab.scene.record import Plot
    >>> elements = "".join(plot_elements(Plot("step", "norm", (("all", ((0, 1, 1, 1), (1, 2, 1, 3))),)), Colours()))
    >>> elements.count("<circle"), elements.count("<polyline"), elements.count("<polygon")
    (3, 1, 1)
    """
    along, up = scales(plot)
    yield from _grid(plot, along, up, colours)
    for number, (_, points) in enumerate(plot.series):
        yield from _series(plot, number, [(point, *_place(point[0], point[1], along, up)) for point in points])
        if number < _lines(plot):
            yield from _line(number, binned(points, along, _MOST), along, up)
    yield from _marks(plot, along, up)
    yield from _words(plot, along, up, colours)
    yield from _keys(plot, colours)


def _place(place: float, value: float, along: Scale, up: Scale) -> tuple[str, str]:
    x = _LEFT + along.at(place) * (WIDTH - _LEFT - _RIGHT)
    y = _TOP + (1 - up.at(value)) * (HEIGHT - _TOP - _BOTTOM)
    return _number(x), _number(y)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _inside(x: str, word: str) -> str:
    """Where the middle of a word may be so that the picture's edge cuts nothing off."""
    return _number(min(float(x), WIDTH - SIGN * len(word) / 2))


def _hue(number: int) -> tuple[str, str]:
    """A colour, and a darker one that is seen on white and on black."""
    light = HUE_LOOKS[number % len(HUE_LOOKS)].css.removeprefix("background:").split(";")[0]
    return light, "#" + "".join(f"{int(light[n : n + 2], 16) * 3 // 4:02x}" for n in (1, 3, 5))


def _grid(plot: Plot, along: Scale, up: Scale, colours: Colours) -> Iterator[str]:
    foot, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    ticks = [(_place(along.low, value, along, up)[1], word) for value, word in up.ticks(7)]
    lines = "".join(f"M{_LEFT} {y}H{right}" for y, _ in ticks)
    places = [(_place(value, up.low, along, up)[0], word) for value, word in along.ticks(9)]
    yield f'<path d="{lines}" fill="none" stroke="{colours.faint}"/>'
    yield f'<path d="M{_LEFT} {foot}H{right}" fill="none" stroke="{colours.grey}"/>'
    words = [f'<text x="{_LEFT - 8}" y="{_number(float(y) + 4)}" text-anchor="end">{word}</text>' for y, word in ticks]
    words += [f'<text x="{_inside(x, word)}" y="{foot + 18}" text-anchor="middle">{word}</text>' for x, word in places]
    middle = (_LEFT + right) // 2
    words.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{safe(plain(plot.x))}</text>')
    words.append(f'<text x="0" y="14">{safe(plain(plot.y))}</text>')
    yield f'<g fill="{colours.grey}">{"".join(words)}</g>'


def _lines(plot: Plot) -> int:
    """How many of the first series are lines."""
    return plot.curves if plot.lines else 0


def _line(number: int, points: list[Point], along: Scale, up: Scale) -> Iterator[str]:
    if not points:
        return
    light, dark = _hue(number)
    if any(low < high for _, _, low, high in points):
        over = [",".join(_place(place, high, along, up)) for place, _, _, high in points]
        under = [",".join(_place(place, low, along, up)) for place, _, low, _ in reversed(points)]
        yield f'<polygon points="{" ".join(over + under)}" fill="{light}" fill-opacity="0.35"/>'
    middle = " ".join(",".join(_place(place, value, along, up)) for place, value, _, _ in points)
    yield f'<polyline points="{middle}" fill="none" stroke="{dark}" stroke-width="2" stroke-linejoin="round"/>'


def _series(plot: Plot, number: int, placed: list[tuple[Point, str, str]]) -> Iterator[str]:
    """Points, each with what it is; of a long line there are none."""
    is_line = number < _lines(plot)
    if len(placed) > (_ROUND if is_line else _MOST * 2):
        placed = [] if is_line else placed[:: -(-len(placed) // (_MOST * 2))]
    dark = _hue(number)[1]
    parts = [_sign(number, x, y, f"{plot.x} {point[0]:g}: {point[1]:.3g}") for point, x, y in placed]
    if parts:
        yield f'<g fill="{dark}">{"".join(parts)}</g>'


def _sign(number: int, x: str, y: str, note: str) -> str:
    """A circle, a square on its corner, or a triangle: told apart without colour."""
    told = f"<title>{safe(note)}</title>" if note else ""
    if number % 3 == 0:
        return f'<circle cx="{x}" cy="{y}" r="3">{told}</circle>'
    outline = "m0 -5l5 5l-5 5l-5 -5z" if number % 3 == 1 else "m0 -5l5 9h-10z"
    return f'<path d="M{x} {y}{outline}">{told}</path>'


def _marks(plot: Plot, along: Scale, up: Scale) -> Iterator[str]:
    """A cross at the value; at the foot, where there is no value to be drawn at."""
    parts = []
    for place, at, span in plot.marks[: 2 * _MOST]:
        x, y = _place(place, up.low if at is None else at, along, up)
        told = safe(plain(span.text))
        parts.append(f'<path d="M{x} {y}m-5 -5l10 10m0 -10l-10 10"><title>{told}</title></path>')
    if parts:
        yield f'<g fill="none" stroke="{_RED}" stroke-width="2">{"".join(parts)}</g>'


def _words(plot: Plot, along: Scale, up: Scale, colours: Colours) -> Iterator[str]:
    """Words from their places on; those that would reach over the right edge end there."""
    for place, at, span in plot.words:
        told = plain(span.text)
        x, y = _place(place, at, along, up)
        over = float(x) + SIGN * len(told) > WIDTH - _RIGHT
        where = f'x="{WIDTH - _RIGHT}" text-anchor="end"' if over else f'x="{x}"'
        yield f'<text {where} y="{_number(float(y) - 6)}" fill="{colours.dark}">{safe(told)}</text>'


def _keys(plot: Plot, colours: Colours) -> Iterator[str]:
    x = _LEFT
    parts = []
    for number, (name, _) in enumerate(plot.series):
        told = plain(name)
        parts.append(f'<g fill="{_hue(number)[1]}">{_sign(number, str(x + 5), "30", "")}</g>')
        parts.append(f'<text x="{x + 16}" y="35" fill="{colours.dark}">{safe(told)}</text>')
        x += 16 + SIGN * (len(told) + 2)
    words = ", ".join(dict.fromkeys(plain(span.text) for _, _, span in plot.marks))
    if words:
        parts.append(f'<path d="M{x} 25l10 10m0 -10l-10 10" fill="none" stroke="{_RED}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 16}" y="35" fill="{colours.dark}">{safe(words)}</text>')
    yield "".join(parts)
