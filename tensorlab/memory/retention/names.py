"""The name under which something is found inside an object: made of pieces, one a step of the way."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"[\w\-/:]+(\.[\w\-/:]+)*")
_LONGEST_KEY = 60
_MOST_PIECES = 24
"""Of a name; those in the middle of a longer one are left out."""


class Place(NamedTuple):
    """Where in the walk an object was found."""

    above: Place | None
    piece: str


def name(place: Place) -> str:
    """The pieces from the outermost, without those in the middle of a long one.

    >>> name(Place(Place(Place(None, ""), "a"), "[2]"))
    'a[2]'
    """
    pieces: list[str] = []
    step: Place | None = place
    while step is not None and len(pieces) < _MOST_PIECES:
        pieces.append(step.piece)
        step = step.above
    words = "".join(reversed(pieces)).lstrip(".")
    return words if step is None or step.above is None else f"…{words}"


def key_piece(key: object, number: int) -> str:
    """What a key adds to a name; one of an unknown class is only counted.

    >>> key_piece("layers.0.weight", 0), key_piece("a b", 0), key_piece(7, 0), key_piece(object(), 3)
    ('.layers.0.weight', "['a b']", '[7]', '[key 3: object]')
    """
    kind = type(key)
    if issubclass(kind, str):
        word = str.__str__(key)
        if _WORD.fullmatch(word) and len(word) <= 4 * _LONGEST_KEY:
            return f".{word}"
        return f"[{word[:_LONGEST_KEY]!r}{'…' if len(word) > _LONGEST_KEY else ''}]"
    if kind in {int, float, bool, bytes, type(None)}:
        words = repr(key) if kind is not int or -(10**40) < key < 10**40 else "a long integer"  # type: ignore[operator]  # an int
        return f"[{words[:_LONGEST_KEY]}]"
    return f"[key {number}: {kind.__name__}]"
