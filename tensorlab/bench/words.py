"""What a caller gave, in few words."""

from __future__ import annotations

import math

LONGEST = 40
LARGEST = 10**18
"""Count of anything that somebody may ask for: no memory holds it."""


def brief(given: object) -> str:
    """What came, for an error's sentence: a number of many digits by its power of ten, anything else cut.

    >>> brief("1.5"), brief(-3), brief(10**5000), brief("9" * 400)
    ("'1.5'", '-3', 'about 10**5000', "'999999999999999999999999999999999999999…")
    """
    if isinstance(given, int) and abs(given) >= 10**LONGEST:
        return f"about {'-' if given < 0 else ''}10**{math.log10(abs(given)):.0f}"
    told = repr(given)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
