"""Counts in words, and what a caller gave in few of them."""

from __future__ import annotations

import math

LONGEST = 40
LARGEST = 10**18
"""Count of anything that somebody may ask for: no memory holds it."""


def counted(count: int, word: str) -> str:
    """A count and its word, in the plural where it takes one.

    >>> counted(1, "usable processor"), counted(16, "thread"), counted(0, "warning")
    ('1 usable processor', '16 threads', '0 warnings')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def brief(given: object) -> str:
    """What came, for an error's sentence: a number of many digits by its power of ten, anything else cut.

    >>> brief("1.5"), brief(-3), brief(10**5000), brief("9" * 400)
    ("'1.5'", '-3', 'about 10**5000', "'999999999999999999999999999999999999999…")
    """
    if isinstance(given, int) and abs(given) >= 10**LONGEST:
        return f"about {'-' if given < 0 else ''}10**{math.log10(abs(given)):.0f}"
    told = repr(given)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
