"""A plot in text: lines of braille dots, eight in a column; dots, colons and letters in ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.render.plots import binned, scales
from tensorlab.render.width import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.render.pen import Pen
    from tensorlab.render.plots import Scale
    from tensorlab.scene.record import Plot, Point, Role

ROWS = 12
"""Lines of the field that is drawn on."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Of a braille sign, by row and column."""
_POINTS = ("●", "◆", "▲", "■", "○", "◇", "△")
_ASCII_POINTS = ("o", "+", "^", "#", "0", "=", "~")
_MARK = ("✗", "x")
_EDGES = ("┤", "│", "└", "┬", "─")
_ASCII_EDGES = ("+", "|", "+", "+", "-")


class Field(NamedTuple):
    """What is drawn on: signs by row and column."""

    dots: dict[tuple[int, int], int]
    signs: dict[tuple[int, int], tuple[str, Role]]
    width: int
    along: Scale
    up: Scale


def plot_lines(plot: Plot, pen: Pen) -> list[str]:
    """The plot in at most the columns that there are, the axes with their words, the keys below.

    >>> from tensorlab.render.pen import Pen
    >>> from tensorlab.scene.record import Plot
    >>> falling = tuple((n, 10.0 - n, 10.0 - n, 10.0 - n) for n in range(11))
    >>> for line in plot_lines(Plot("step", "left", (("value", falling),)), Pen(width=24, ascii=True))[:5]:
    ...     print(line)
    left
    10 +'.
       | ':.
     8 +   ':.
       |     '.
    """
    along, up = scales(plot)
    ticks = up.ticks(ROWS // 2)
    edge = max(columns(word) for _, word in ticks) + 1
    field = Field({}, {}, max(pen.width - edge - 1, 8), along, up)
    for number, (_, points) in enumerate(plot.series):
        _drawn(plot, number, points, field, pen)
    for place, at, span in plot.words:
        _write(field, _column(field, place), _row(field, at), pen.plain(span.text), span.role)
    for place, height, span in plot.marks:
        row = ROWS - 1 if height is None else _row(field, height)
        field.signs[row, _column(field, place)] = (_MARK[pen.ascii], span.role)
    edges = _ASCII_EDGES if pen.ascii else _EDGES
    named = {_row(field, value): word for value, word in ticks}
    lines = [pen.paint(pen.plain(plot.y), "dim")]
    for row in range(ROWS):
        word = named.get(row, "")
        head = f"{word:>{edge - 1}} {edges[0] if word else edges[1]}"
        lines.append(pen.paint(head, "dim") + "".join(_signs(field, row, pen)).rstrip())
    return [*lines, *_foot(field, edge, plot, pen), *_keys(plot, pen)]


def _drawn(plot: Plot, number: int, points: tuple[Point, ...], field: Field, pen: Pen) -> None:
    """The first series as lines over their ranges, others as points."""
    if number >= _lines(plot):
        sign = (_ASCII_POINTS if pen.ascii else _POINTS)[(number - _lines(plot)) % len(_POINTS)]
        for place, value, _, _ in points:
            field.signs[_row(field, value), _column(field, place)] = (sign, "strong")
        return
    before: tuple[int, int] | None = None
    for place, value, low, high in binned(points, field.along, 2 * field.width):
        x, y = round(field.along.at(place) * (2 * field.width - 1)), _dot(field, value)
        for between in range(_dot(field, high), _dot(field, low) + 1):
            _put(field, x, between)
        for step in range(1, (x - before[0] if before else 0) + 1):
            assert before is not None
            _put(field, before[0] + step, before[1] + round((y - before[1]) * step / (x - before[0])))
        before = (x, y)


def _lines(plot: Plot) -> int:
    """How many of the first series are lines."""
    return plot.curves if plot.lines else 0


def _write(field: Field, column: int, row: int, text: str, role: Role) -> None:
    """The words from that place on, moved to where they fit; what stands there already stays."""
    start = max(0, min(column, field.width - len(text)))
    for n, sign in enumerate(text[: field.width]):
        if (row, start + n) not in field.signs:
            field.signs[row, start + n] = (sign, role)


def _put(field: Field, x: int, y: int) -> None:
    place = (y // 4, x // 2)
    field.dots[place] = field.dots.get(place, 0) | _DOTS[y % 4][x % 2]


def _dot(field: Field, value: float) -> int:
    return round((1 - field.up.at(value)) * (4 * ROWS - 1))


def _row(field: Field, value: float) -> int:
    return _dot(field, value) // 4


def _column(field: Field, place: float) -> int:
    return round(field.along.at(place) * (2 * field.width - 1)) // 2


def _signs(field: Field, row: int, pen: Pen) -> Iterator[str]:
    for column in range(field.width):
        sign, role = field.signs.get((row, column), ("", "plain"))
        dots = field.dots.get((row, column), 0)
        yield pen.paint(sign, role) if sign else _plain_dots(dots) if pen.ascii else chr(0x2800 + dots) if dots else " "


def _plain_dots(dots: int) -> str:
    """Whether there are dots in the upper half, the lower one, or both."""
    upper, lower = dots & 0x1B, dots & 0xE4
    return ":" if upper and lower else "'" if upper else "." if lower else " "


def _foot(field: Field, edge: int, plot: Plot, pen: Pen) -> list[str]:
    """The lower axis: its ticks, their words, and what lies along it."""
    ticks = field.along.ticks(max(field.width // 10, 2))
    edges = _ASCII_EDGES if pen.ascii else _EDGES
    line, words = [edges[4]] * field.width, [" "] * (field.width + edge + 1)
    for value, word in ticks:
        column = _column(field, value)
        line[column] = edges[3]
        start = max(0, min(column - len(word) // 2, field.width - len(word))) + edge + 1
        words[start : start + len(word)] = word
    axis = f"{' ' * edge}{edges[2]}{''.join(line)}"
    told = f"{' ' * (edge + 1)}{pen.plain(plot.x)}"
    return [pen.paint(axis, "dim"), pen.paint("".join(words).rstrip(), "dim"), pen.paint(told[: pen.width], "dim")]


def _keys(plot: Plot, pen: Pen) -> list[str]:
    """What each sign means, where there is more than one."""
    signs = ["..." if pen.ascii else "⠒⠒"] * _lines(plot) + list(_ASCII_POINTS if pen.ascii else _POINTS)
    keys = [f"{sign} {pen.plain(name)}" for sign, (name, _) in zip(signs, plot.series, strict=False)]
    words = dict.fromkeys(pen.plain(span.text) for _, _, span in plot.marks)
    keys += [f"{_MARK[pen.ascii]} {', '.join(words)}"] if words else []
    lines = [""]
    for key in keys if len(keys) > 1 else []:
        joined = f"{lines[-1]}   {key}" if lines[-1] else key
        lines[-1:] = (
            [joined[: pen.width]] if len(joined) <= pen.width or not lines[-1] else [lines[-1], key[: pen.width]]
        )
    return lines if lines[0] else []
