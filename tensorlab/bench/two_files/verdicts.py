"""Two files of runs: for each case of both, how long the second takes beside the first, and what may be claimed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.bench.record import MAKES, UNTOLD, Run
from tensorlab.bench.stats import summary
from tensorlab.bench.together import inside, standing_beside
from tensorlab.bench.two_files.record import Compared, RunComparison
from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.record import Case, Standing
    from tensorlab.bench.store import Loaded


ELSEWHERE = 1.3
"""By so much, at the least, medians of pytest-benchmark moved between runs of the same on a busy machine."""


def compared(first: tuple[str, Loaded], second: tuple[str, Loaded]) -> RunComparison:
    """The second file beside the first. Where blocks ran in turns they are compared pair by pair.

    Raises:
        LayoutError: No case was measured in both.
    """
    one, other = _by_case(first[1].rows), _by_case(second[1].rows)
    both = [case for case in one if case in other]
    if not both:
        hint = "measure the same workloads, sizes, dtypes and threads"
        raise LayoutError(f"{first[0]} and {second[0]} have no case in common that was measured", hint=hint)
    found = tuple(case for case in (_compared(case, one[case], other[case]) for case in both) if case is not None)
    return RunComparison(
        first=first[0],
        second=second[0],
        cases=found,
        only_first=tuple(case for case in one if case not in other),
        only_second=tuple(case for case in other if case not in one),
        notes=(*_of_clocks(found, len(both)), *_of_files(first, second)),
    )


def _by_case(rows: Iterable[object]) -> dict[Case, list[Run]]:
    found: dict[Case, list[Run]] = {}
    for row in rows:
        if isinstance(row, Run):
            found.setdefault(row.case, []).append(row)
    return found


def _compared(case: Case, first: list[Run], second: list[Run]) -> Compared | None:
    """None where the clock cannot tell one of them from nothing."""
    if len({run.clock for run in (*first, *second)}) > 1:
        first, second = _by_the_wall(first), _by_the_wall(second)
    ratio = standing_beside(second, first)
    if ratio is None:
        return None
    if _alone_elsewhere(case, ratio):
        ratio = replace(ratio, low=ratio.low / ELSEWHERE, high=ratio.high * ELSEWHERE)
    there = {run.process: run for run in first}
    each = [inside(run, there[run.process]) for run in second if run.process in there]
    return Compared(
        case=case,
        first=_seconds(first),
        second=_seconds(second),
        ratio=ratio,
        by_process=tuple(one for one in each if one is not None),
        verdict=ratio.verdict,
        clock=first[0].clock,
    )


def _alone_elsewhere(case: Case, ratio: Standing) -> bool:
    """Whether it rests on few processes of another suite, by the wall, one test after another."""
    return case.device == UNTOLD and not ratio.paired and ratio.makes < MAKES


def _by_the_wall(runs: list[Run]) -> list[Run]:
    return [replace(run, clock="wall") for run in runs]


def _seconds(runs: list[Run]) -> float:
    return summary([middle(run) for run in runs]).median


def middle(run: Run) -> float:
    """The median of the blocks, as seconds a call."""
    return summary(run.cpu if run.clock == "cpu" else run.wall).median / run.loops


def _of_clocks(found: tuple[Compared, ...], both: int) -> list[str]:
    lost, elsewhere = both - len(found), sum(_alone_elsewhere(one.case, one.ratio) for one in found)
    notes = [f"{counted(lost, 'case')} left out: a median of 0 s has no ratio"] if lost else []
    if elsewhere:
        told = f"{counted(elsewhere, 'case')} of another suite in fewer than {MAKES} processes"
        notes.append(f"{told}: the interval holds 30% more")
    return notes


def _of_files(first: tuple[str, Loaded], second: tuple[str, Loaded]) -> list[str]:
    notes = []
    one, other = first[1].header.fingerprint, second[1].header.fingerprint
    if one != other:
        notes.append(f"measured on different machines or libraries: fingerprints {one} and {other}")
    cut = [name for name, file in (first, second) if file.truncated]
    return [*notes, *(f"the last line of {name} was cut off, and is left out" for name in cut)]
