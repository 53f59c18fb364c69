"""A picture in integers before it is written: words, boxes and frames, measured, then placed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from tensorlab.render.width import columns, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.quantity import Quantity
    from tensorlab.scene.record import Cell, Role

SIGN = 8
"""Pixels of a column and so of a letter: the font is as large as that asks for. Some renderers round to whole ones."""
LINE = 20
"""Pixels from one line of words to the next."""
ASCENT = 14
"""Pixels from the top of a line to the foot of its letters."""
BOX = 24
"""Pixels of the height of a box."""
SPACE = 3
"""Pixels between two boxes."""
MOST_IN_BOX = 32
"""Columns of the text in a box; longer ones are cut, with a sign of it."""

Anchor = Literal["start", "middle", "end"]


class Ink(NamedTuple):
    """How words are written."""

    role: Role = "plain"
    anchor: Anchor = "start"
    sign: int = SIGN
    """Pixels of a column: the font is as large as that asks for."""
    hue: int | None = None
    """Not None for the text of a box that has one: it is dark, whatever its role."""
    boxed: bool = False


class Word(NamedTuple):
    """A piece of text; its place is the foot of its first, middle or last letter."""

    x: int
    y: int
    text: str
    ink: Ink


class Box(NamedTuple):
    """One box, without its text."""

    x: int
    y: int
    width: int
    cell: Cell


class Frame(NamedTuple):
    """A line around blocks that belong together."""

    x: int
    y: int
    width: int
    height: int


class Markup(NamedTuple):
    """Elements that are written already, from their own upper left corner."""

    x: int
    y: int
    text: str


Item: TypeAlias = Word | Box | Frame | Markup


@dataclass(frozen=True, slots=True)
class Piece:
    """A measured part of a picture: what it holds, from its own upper left corner, and parts placed in it."""

    width: int
    height: int
    items: tuple[Item, ...] = ()
    inner: tuple[tuple[int, int, Piece], ...] = ()

    def placed(self) -> Iterator[Item]:
        """All that is drawn, in order, where it stands in the whole.

        >>> word = Piece(8, 20, (Word(0, 14, "a", Ink()),))
        >>> [(item.x, item.y) for item in below([word, word], 5).placed()]
        [(0, 14), (0, 39)]
        """
        pending = [(0, 0, self)]
        while pending:
            x, y, piece = pending.pop()
            for item in piece.items:
                yield type(item)(item[0] + x, item[1] + y, *item[2:])
            pending += [(x + dx, y + dy, inner) for dx, dy, inner in reversed(piece.inner)]


def plain(text: str | Quantity) -> str:
    r"""The text that is drawn: without what is no letter or sign, and cut where no reader would go on.

    >>> plain("a\x00\ud800b")
    'a\\x00\\ud800b'
    """
    words = text if isinstance(text, str) else str(text)
    return printable(shortened(words))


def cut(text: str, most: int = MOST_IN_BOX) -> str:
    """The text, or as much of its beginning as stands in so many columns with a sign that more follows.

    >>> cut("abcdef", 4), cut("abc", 4)
    ('abc…', 'abc')
    """
    if columns(text) <= most:
        return text
    while columns(text) >= most:
        text = text[:-1]
    return text + "…"


def pixels(text: str) -> int:
    """What a text takes.

    >>> pixels("abc"), pixels("日")
    (24, 16)
    """
    return SIGN * columns(text)


def words(text: str, ink: Ink = Ink()) -> Piece:  # noqa: B008 - a value that cannot change
    """One line of text.

    >>> words("abc").width, words("abc").height
    (24, 20)
    """
    return Piece(columns(text) * ink.sign, LINE, (Word(0, ASCENT, text, ink),))


def below(pieces: Sequence[Piece], gap: int = 0) -> Piece:
    """Pieces below one another.

    >>> below([Piece(3, 10), Piece(5, 10)], 2)
    Piece(width=5, height=22, items=(), inner=((0, 0, Piece(width=3, height=10, items=(), inner=())), \
(0, 12, Piece(width=5, height=10, items=(), inner=()))))
    """
    inner, y = [], 0
    for piece in pieces:
        inner.append((0, y, piece))
        y += piece.height + gap
    return Piece(max((piece.width for piece in pieces), default=0), max(y - gap, 0), inner=tuple(inner))


def flow(pieces: Sequence[Piece], room: int, gap: int) -> Piece:
    """Pieces beside one another, in as many lines as they need.

    >>> flow([Piece(30, 10), Piece(30, 20), Piece(30, 10)], 70, 5).width
    65
    >>> flow([Piece(30, 10), Piece(30, 20), Piece(30, 10)], 70, 5).height
    35
    """
    rows: list[list[tuple[int, int, Piece]]] = []
    right = 0
    for piece in pieces:
        if not rows or right + gap + piece.width > room:
            rows.append([])
            right = -gap
        rows[-1].append((right + gap, 0, piece))
        right += gap + piece.width
    return below([_row(row) for row in rows], gap)


def _row(placed: list[tuple[int, int, Piece]]) -> Piece:
    return Piece(max(x + p.width for x, _, p in placed), max(p.height for _, _, p in placed), inner=tuple(placed))


def framed(piece: Piece, margin: int = 10) -> Piece:
    """A piece with a line around it.

    >>> framed(Piece(10, 10), 5).width
    20
    """
    width, height = piece.width + 2 * margin, piece.height + 2 * margin
    return Piece(width, height, (Frame(0, 0, width, height),), ((margin, margin, piece),))


def wrapped(text: str, room: int, ink: Ink = Ink()) -> Piece:  # noqa: B008 - a value that cannot change
    """A text in as many lines as it needs; a word that is longer than a line is cut in two.

    >>> wrapped("one two three", 60).height
    40
    """
    most = max(1, room // ink.sign)
    lines, used = [""], 0
    for number, word in enumerate(text.lstrip(" ").split(" ")):
        size = columns(word)
        if number and used + 1 + size <= most:
            lines[-1] += f" {word}"
            used += 1 + size
            continue
        parts = [word] if size <= most else _parts(word, most)
        lines += parts
        used = size if size <= most else columns(parts[-1])
    return below([words(line, ink) for line in lines[1:]])


_sign = lru_cache(maxsize=4096)(columns)


def _parts(text: str, most: int) -> list[str]:
    """A word that is longer than a line, in lines that are full; a sign at least in each."""
    parts, start, used = [], 0, 0
    for count, sign in enumerate(text):
        size = 1 if sign.isascii() else _sign(sign)
        if used + size > most and count > start:
            parts.append(text[start:count])
            start, used = count, 0
        used += size
    return [*parts, text[start:]]
