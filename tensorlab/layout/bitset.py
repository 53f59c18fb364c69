"""All sums of steps at once, one bit a position, in one long integer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def sums(axes: Sequence[tuple[int, int]], low: int = 0, high: int | None = None) -> int:
    """Bit ``n`` is set where ``low + n`` is a sum of fewer than ``size`` of each step; none beyond ``high`` are.

    Each axis is doubled: its marks beside themselves once, twice, four times as far. The moves of all axes are made in
    order of their length, so that most of them are made while the number is short, and what no later move brings into
    the window is dropped. Steps are positive.

    >>> bin(sums([(3, 3), (1, 2)])), bin(sums([(3, 3), (1, 2)], 3, 6))
    ('0b11011011', '0b1011')
    """
    moves = sorted(move for step, size in axes for move in _moves(step, size))
    left = sum(moves)
    high = left if high is None else min(high, left)
    marks, base = 1, 0
    for move in moves:
        left -= move
        keep = high - base - move + 1
        beside = marks if marks.bit_length() <= keep else marks & ((1 << max(keep, 0)) - 1)
        marks |= beside << move
        needless = low - left - base
        if needless > marks.bit_length() // 4:
            marks, base = marks >> needless, base + needless
    return marks >> (low - base) if low >= base else marks << (base - low)


def marking(axes: Sequence[tuple[int, int]], high: int) -> int:
    """How many bits ``sums`` writes at most on its way: the marks that there are after each move, up to ``high``.

    >>> marking([(3, 3), (1, 2)], 99)  # 2 marks and 1, then 3 more each time
    12
    """
    reached = total = 0
    for move in sorted(move for step, size in axes for move in _moves(step, size)):
        reached = min(reached + move, high)
        total += reached
    return total


def _moves(step: int, size: int) -> list[int]:
    done, moves = 1, []
    while done < size:
        more = min(done, size - done)
        moves.append(more * step)
        done += more
    return moves
