"""The doubts about rows of a table, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.record import CODE
from tensorlab.bench.selfcheck.taken import CODE as TAKEN
from tensorlab.diagram.bench_words import compact
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.bench.record import Run
    from tensorlab.memory.record import Doubt

OF_A_SIZE = frozenset({"page-faults", "oversubscribed", "unequal-threads", CODE})
"""Doubts about one size."""


def doubt_lines(runs: Sequence[Run]) -> list[str]:
    """What is to be doubted, and the cure. Of context switches, which disturb many rows, the costliest stands for all.

    >>> doubt_lines([])
    []
    """
    lines = [
        f"{run.case.backend}{f' {compact(run.case.size)}' if doubt.code in OF_A_SIZE else ''}: {_told(doubt)}"
        for run in runs
        for doubt in run.doubts
        if doubt.code != TAKEN
    ]
    return [*lines, *_taken(runs)]


def _taken(runs: Sequence[Run]) -> Iterator[str]:
    found = [(doubt.penalty or 0.0, run, doubt) for run in runs for doubt in run.doubts if doubt.code == TAKEN]
    if found:
        _, run, doubt = max(found, key=lambda one: one[0])
        others = f" and {counted(len(found) - 1, 'row')} more, less" if len(found) > 1 else ""
        yield f"{run.case.backend} {compact(run.case.size)}{others}: {_told(doubt)}"


def _told(doubt: Doubt) -> str:
    return f"{doubt.text}{f'; {doubt.cure}' if doubt.cure else ''}"
