"""Counts in words."""

from __future__ import annotations


def counted(count: int, word: str) -> str:
    """A count and its word, in the plural where it takes one.

    >>> counted(1, "usable processor"), counted(16, "thread"), counted(0, "warning")
    ('1 usable processor', '16 threads', '0 warnings')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"
