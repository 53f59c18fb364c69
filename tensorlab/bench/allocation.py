"""What it costs that each call makes its result anew: page faults, told in the row, beside ``out=``."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.backends.constant import always
from tensorlab.bench.record import Run
from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity, counted, digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.record import Case, Skipped

PAGE = 4096
"""Bytes of the smallest page; a machine with larger ones has fewer faults, and they are told as they are."""
NOTHING = always(False)
SHARE = 0.5
"""Of the pages of a result: from there on a call makes it anew."""


def faults_a_call(run: Run) -> float:
    """The median over the blocks."""
    return median(run.faults) / run.loops if run.faults else 0.0


def page_faults(
    rows: tuple[Run | Skipped, ...], writing: Callable[[Case], bool] = NOTHING
) -> tuple[Run | Skipped, ...]:
    """The rows; those whose time is page faults say so, and how long it takes into a result that is there.

    Args:
        rows: Of one workload and size.
        writing: Whether a case could write into one: lists cannot.
    """
    twins = {_key(row): row for row in rows if isinstance(row, Run) and not row.case.allocates}
    return tuple(_told(row, twins.get(_key(row)), writing) if isinstance(row, Run) else row for row in rows)


def _key(run: Run) -> tuple[str, str, str, str]:
    return run.case.backend, run.case.device, run.case.dtype, run.case.cache


def _told(run: Run, twin: Run | None, writing: Callable[[Case], bool]) -> Run:
    case, faults = run.case, faults_a_call(run)
    if not case.allocates or case.device != "cpu" or case.writes < 2**20 or faults * PAGE < SHARE * case.writes:
        return run
    text = f"{counted(round(faults), 'page fault')} a call: the result is allocated anew each time"
    penalty = None
    if twin is not None:
        ratio = _seconds(run) / _seconds(twin) if _seconds(twin) else 1.0
        text += f"; {digits(ratio)}x the time of out= ({Quantity(_seconds(twin), 's')})"
        penalty = ratio
    cure = "write into a result that is there: out=" if twin is not None or writing(case) else ""
    return replace(run, doubts=(*run.doubts, Doubt("page-faults", text, cure, penalty)))


def _seconds(run: Run) -> float:
    return median(run.cpu if run.clock == "cpu" else run.wall) / run.loops
