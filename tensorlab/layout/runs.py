"""Axes whose steps meet are one axis: fewer unknowns that reach the same sums, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Run(NamedTuple):
    """An axis made of others: ``size`` equal steps from 0 on, each made by some choice of the others' counts."""

    step: int
    size: int
    number: int
    """The axis that it began as."""
    parts: tuple[tuple[int, Run], ...] = ()
    """What it took in, in order: how many of its steps are one of the part's."""


def merged(axes: Sequence[tuple[int, int]]) -> list[Run]:
    """Runs that reach what these axes (step, size) reach, smallest step first. Steps are positive.

    An axis of size 1 reaches nothing and is left out.

    >>> [(run.step, run.size) for run in merged([(12, 2), (4, 3), (100, 1)])]
    [(4, 6)]
    """
    runs = [Run(step, size, number) for number, (step, size) in enumerate(axes) if size > 1]
    before = 0
    while len(runs) != before:
        before = len(runs)
        kept: list[Run] = []
        for run in sorted(runs):
            _take(kept, run)
        runs = kept
    return runs


def _take(kept: list[Run], run: Run) -> None:
    """Runs of a step, each beginning where the one before ends or sooner, are one run."""
    for at, host in enumerate(kept):
        times = run.step // host.step
        if run.step % host.step == 0 and times <= host.size:
            size = host.size + (run.size - 1) * times
            kept[at] = Run(host.step, size, host.number, (*host.parts, (times, run)))
            return
    kept.append(run)


def split(run: Run, count: int) -> dict[int, int]:
    """How many steps of each axis make ``count`` steps of the run, by the axis's number.

    >>> split(merged([(12, 2), (4, 3)])[0], 4)
    {0: 1, 1: 1}
    """
    counts: dict[int, int] = {}
    for times, part in reversed(run.parts):
        given = min(count // times, part.size - 1)
        counts |= split(part, given)
        count -= given * times
    return counts | {run.number: count}
