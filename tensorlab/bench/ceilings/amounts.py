"""From the bytes and operations of a piece of work to what it is most like among the probes."""

from __future__ import annotations

from typing import Literal, TypeAlias

Pattern: TypeAlias = Literal["read", "copy", "triad"]

NUMBER = 8
"""Bytes of a number of a list, or of the pointer to it."""
BOXED = frozenset({"list", "array"})
"""Libraries that take each element for itself, as an object of Python."""


def pattern_of(reads: int, writes: int) -> Pattern:
    """What was measured that is most like it: a stream that is read, one that is copied, two that become a third.

    >>> pattern_of(800, 8), pattern_of(800, 800), pattern_of(1600, 800)
    ('read', 'copy', 'triad')
    """
    if writes * NUMBER <= reads:
        return "read"
    return "triad" if reads >= 1.5 * writes else "copy"


def streams(reads: int, writes: int, working_set: int | None) -> tuple[tuple[Pattern, int, int], ...]:
    """What goes between memory and the processor: the pattern, bytes, and the bytes within which they lie.

    Operands that take turns come from where all of them lie; the result goes to where the one before it went.

    >>> streams(1600, 800, None), streams(1600, 800, 2**28)
    ((('triad', 2400, 2400),), (('triad', 2400, 2400), ('read', 1600, 268435456)))
    """
    warm: tuple[Pattern, int, int] = (pattern_of(reads, writes), reads + writes, reads + writes)
    return (warm, ("read", reads, working_set)) if working_set else (warm,)


def boxed_elements(reads: int, writes: int, flops: int) -> int:
    """Elements that are computed one by one, at the least: a multiply-add is one step; what only moves needs none.

    >>> boxed_elements(16_000, 8_000, 1_000), boxed_elements(8_000, 8, 1_000), boxed_elements(8_000, 8_000, 0)
    (1000, 1000, 0)
    >>> boxed_elements(2 * 8 * 64**2, 8 * 64**2, 2 * 64**3) == 64**3
    True
    """
    if not flops:
        return 0
    summed = reads // NUMBER if pattern_of(reads, writes) == "read" and flops * NUMBER <= reads else 0
    return max(flops // 2, writes // NUMBER, summed)
