"""A diagram in SVG: boxes in rows, clusters behind them, arrows as curves that pass beside boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.render.diagram_map import DETAIL, EDGE, FIRST, OTHER, mapped, number, path_of, strokes
from tensorlab.render.svg_plan import BOX, SIGN, Markup, Piece, Word, below, flow, pixels, plain, wrapped
from tensorlab.render.svg_plan import Ink as PlainInk
from tensorlab.render.svg_write import DARK, GREY, SIZES, box_fill, escaped

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from tensorlab.render.diagram_map import Map
    from tensorlab.scene.record import Cell, Diagram

_TINT = "#57606a"
_ROOM = 90 * SIGN


def diagram_piece(diagram: Diagram) -> Piece:
    """The boxes and arrows with the keys of their colours under the title.

    Raises:
        UnavailableError: The layout library is not installed.

    >>> from tensorlab.scene.record import Cell, Diagram, Span
    >>> piece = diagram_piece(Diagram((Cell(Span("abc")), Cell(Span("d"))), ((0, 1, ""),)))
    >>> piece.inner[-1][2].items[0].text.count("<path")
    2
    """
    found = mapped(diagram)
    drawn = "".join([*_clusters(found), *_arrows(found), *_boxes(found)])
    picture = Piece(round(found.width) + 1, round(found.height) + 1, (Markup(0, 0, drawn),))
    title = [wrapped(plain(diagram.title), _ROOM, PlainInk("dim"))] if diagram.title else []
    keys = [flow([_key(cell) for cell in diagram.legend], _ROOM, 2 * SIGN)] if diagram.legend else []
    return below([*title, *keys, picture], 12)


def _key(cell: Cell) -> Piece:
    """A small box in the colour, and what it means."""
    told = plain(cell.span.text)
    fill = box_fill(cell.span.role, cell.hue)
    dashes = f' stroke-dasharray="{fill.dashes}"' if fill.dashes else ""
    sample = f'<rect y="5" width="14" height="14" rx="4" fill="{fill.fill}" stroke="{fill.stroke}"{dashes}/>'
    words = Word(14 + SIGN, 16, told, PlainInk("dim"))
    return Piece(14 + SIGN + pixels(told), BOX, (Markup(0, 0, sample), words))


def _clusters(found: Map) -> Iterator[str]:
    if not found.clusters:
        return
    yield f'<g fill="{_TINT}" fill-opacity="0.06" stroke="{_TINT}" stroke-opacity="0.3">'
    for area in found.clusters.values():
        yield (
            f'<rect x="{number(area.x)}" y="{number(area.y)}" width="{number(area.width)}" '
            f'height="{number(area.height)}" rx="8"/>'
        )
    yield f'</g><g fill="{GREY}" font-size="{SIZES[DETAIL]}" font-weight="bold">'
    for cluster, area in found.clusters.items():
        name = found.names[cluster]
        yield f'<text x="{number(area.x + 9)}" y="{number(area.y + 16)}">{escaped(name)}</text>'
    yield "</g>"


def _arrows(found: Map) -> Iterator[str]:
    """Lines, then heads, then what is said of them."""
    lines, heads, words = [], [], []
    for arrow, counts in found.nesting.arrows.items():
        made = strokes(found, arrow)
        end = made[-1]
        lines.append(path_of([*made[:-1], end._replace(stop=max(end.stop - 6, end.start))]))
        heads.append(f"M{number(end.x)} {number(end.stop)}l-4 -7h8z")
        said = said_of(counts)
        if said:
            words.append(
                f'<text x="{number(made[0].x + 5)}" y="{number(made[0].stop + 13)}">{escaped(plain(said))}</text>'
            )
    if lines:
        yield f'<path fill="none" stroke="#8c959f" stroke-width="1.5" d="{"".join(lines)}"/>'
        yield f'<path fill="#6e7781" d="{"".join(heads)}"/>'
    if words:
        yield f'<g fill="{GREY}" font-size="{SIZES[DETAIL]}">{"".join(words)}</g>'


def said_of(counts: Counter[str]) -> str:
    """What stands at an arrow: its words, and how many there are side by side.

    >>> from collections import Counter
    >>> said_of(Counter({"": 2})), said_of(Counter({"output 1": 1})), said_of(Counter({"": 1}))
    ('x 2', 'output 1', '')
    """
    pieces = [f"{words} x {count}".strip() if count > 1 else words for words, count in counts.items()]
    return ", ".join(filter(None, pieces))


def _boxes(found: Map) -> Iterator[str]:
    for box, area in found.boxes.items():
        cell = found.diagram.nodes[box]
        fill = box_fill(cell.span.role, cell.hue)
        dashes = f' stroke-dasharray="{fill.dashes}"' if fill.dashes else ""
        inner = "#ffffff" if fill.fill == "none" else fill.fill
        note = f"<title>{escaped(plain(cell.note))}</title>" if cell.note else ""
        yield (
            f'<g transform="translate({number(area.x)} {number(area.y)})">{note}<rect width="{number(area.width)}" '
            f'height="{number(area.height)}" rx="6" fill="{inner}" stroke="{fill.stroke}"{dashes}/>'
        )
        yield from _said(found.words[box], area.width / 2)
        yield "</g>"


def _said(lines: list[str], middle: float) -> Iterator[str]:
    x = number(middle)
    for place, line in enumerate(lines):
        y = EDGE + 14 + (place and FIRST + OTHER * (place - 1) - 3)
        size = "" if place == 0 else f' font-size="{SIZES[DETAIL]}" fill="{DARK if place == 0 else "#424a53"}"'
        if line:
            yield f'<text x="{x}" y="{y}" text-anchor="middle"{size}>{escaped(line)}</text>'
