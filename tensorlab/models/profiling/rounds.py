"""Seconds of each row, inside whole passes; and of whole passes that nothing looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.models.profiling.marking import Marks
from tensorlab.models.profiling.passing import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.models.layer_times import Pace
    from tensorlab.models.profiling.gathering import Captured
    from tensorlab.models.profiling.passing import Task


class Timed(NamedTuple):
    """Of each round, in order."""

    rows: tuple[tuple[float, ...], ...]
    whole: tuple[float, ...]
    strayed: int
    """Rounds that did not call the same parts in the same order."""


def time_rows(task: Task, captured: Captured, clock: Callable[[], float], pace: Pace) -> Timed:
    """Passes cut into stretches and whole ones take turns, each with inputs and gradients of its own.

    >>> import torch
    >>> from tensorlab.models.layer_times import Pace
    >>> from tensorlab.models.profiling.capture import capture
    >>> from tensorlab.models.profiling.keeping import Given
    >>> from tensorlab.models.profiling.passing import task_of
    >>> task = task_of(torch.nn.Sequential(torch.nn.ReLU()), Given((torch.zeros(3),), {}), train=False)
    >>> ticks = iter(range(999))
    >>> found = time_rows(task, capture(task, torch.device("cpu")), lambda: float(next(ticks)), Pace(0, 2, 2, 0))
    >>> found.rows, found.whole, found.strayed
    (((1.0, 1.0),), (1.0, 1.0), 0)
    """
    rounds: list[list[float]] = []
    whole: list[float] = []
    strayed = 0
    start = clock()
    while len(whole) < pace.fewest or (len(whole) < pace.most and clock() - start < pace.seconds):
        one, straight = _one_round(task, captured, clock)
        rounds.append(one)
        strayed += not straight
        fresh = task.fresh()
        begun = clock()
        held = run(fresh)
        whole.append(clock() - begun)
        del held
    return Timed(tuple(zip(*rounds, strict=True)), tuple(whole), strayed)


def _one_round(task: Task, captured: Captured, clock: Callable[[], float]) -> tuple[list[float], bool]:
    fresh = task.fresh()
    marks = Marks(fresh.module, clock)
    with marks:
        held = run(fresh, marks)
    del held
    seconds = [0.0] * len(captured.rows)
    for place, spent in marks.spent:
        row = captured.places.get(place)
        if row is not None:
            seconds[row] += spent
    return seconds, tuple(marks.visits) == captured.visits
