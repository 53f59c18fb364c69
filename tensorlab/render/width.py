"""How many columns a text takes in a terminal, and its twin in ASCII."""

from __future__ import annotations

from unicodedata import combining, east_asian_width, normalize

MOST_CHARACTERS = 1000

_TWINS: dict[str, str | int | None] = {
    "\N{MICRO SIGN}": "u",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{PLUS-MINUS SIGN}": "+-",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{BOX DRAWINGS LIGHT VERTICAL}": "|",
    "\N{MIDDLE DOT}": ".",
    "\N{VERTICAL ELLIPSIS}": ":",
    "\N{ALMOST EQUAL TO}": "~",
}


def columns(text: str) -> int:
    r"""Columns that the text takes: 2 for a wide character, 0 for a combining one.

    >>> columns("abc"), columns("日本"), columns("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def to_ascii(text: str) -> str:
    r"""The text in ASCII: a twin for each sign we draw, an escape for anything else.

    >>> to_ascii("12.3 µs ± 4 %, é日")
    '12.3 us +- 4 %, e\\u65e5'
    """
    if text.isascii():
        return text
    twin = normalize("NFD", text.translate(str.maketrans(_TWINS)))
    return "".join(c for c in twin if not combining(c)).encode("ascii", "backslashreplace").decode("ascii")


def printable(text: str) -> str:
    r"""The text with control characters escaped, so that a name cannot move the cursor or break a table.

    >>> printable("a\x1b[2Jb\n")
    'a\\x1b[2Jb\\n'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shortened(text: str) -> str:
    """The text, or its beginning where it is longer than any reader wants, with what is left out counted.

    >>> shortened("x" * 1005)[996:]
    'xxxx… (5 more characters)'
    """
    left_out = len(text) - MOST_CHARACTERS
    return text if left_out <= 0 else f"{text[:MOST_CHARACTERS]}… ({left_out:,} more characters)"


def pad(text: str, size: int, *, right: bool = False) -> str:
    """The text with spaces up to a number of columns, before it where it is aligned to the right.

    >>> pad("7", 3, right=True), pad("日", 4)
    ('  7', '日  ')
    """
    if text.isascii():
        return text.rjust(size) if right else text.ljust(size)
    blank = " " * max(0, size - columns(text))
    return blank + text if right else text + blank
