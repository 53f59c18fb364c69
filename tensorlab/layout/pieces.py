"""Which rows of an axis one rank of several gets: runs of consecutive rows, as integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Runs = tuple[range, ...]
"""Rows of the whole in the order of the piece; consecutive ones as one range, empty ones left out."""


def piece(runs: Runs, count: int, index: int, *, rounds: int = 1) -> Runs:
    """What rank ``index`` of ``count`` gets of those rows, dealt out as torch does.

    Each rank gets as many rows, rounded up, as long as there are some; the last ones get fewer or none. In several
    rounds the rows are cut so into as many parts first, and every part is dealt out.

    >>> [piece((range(10),), 4, rank) for rank in range(4)]
    [(range(0, 3),), (range(3, 6),), (range(6, 9),), (range(9, 10),)]
    >>> piece((range(5),), 4, 3), piece((range(8),), 2, 1, rounds=2)
    ((), (range(2, 4), range(6, 8)))
    """
    if rounds == 1:
        return _share(runs, count, index)
    parts = (_share(runs, rounds, part) for part in range(rounds))
    return tuple(run for part in parts for run in _share(part, count, index))


def _share(runs: Runs, count: int, index: int) -> Runs:
    total = sum(map(len, runs))
    share = -(-total // count)
    return tuple(_between(runs, index * share, (index + 1) * share))


def _between(runs: Runs, start: int, stop: int) -> Iterator[range]:
    before = 0
    for run in runs:
        part = run[max(start - before, 0) : max(stop - before, 0)]
        if part:
            yield part
        before += len(run)
