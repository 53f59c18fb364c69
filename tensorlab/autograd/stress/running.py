"""Cases of deep graphs, each in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tensorlab.autograd.stress.record import PATTERNS, SHAPES, StressCase, StressRun, StressTable
from tensorlab.codec import encode
from tensorlab.process.child import ask
from tensorlab.process.record import Failed
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PATIENCE = 600.0
"""Seconds that one graph may take."""
THREAD_LENGTHS = (1_000, 2_000, 2_500, 5_000, 10_000, 20_000)
"""Of chains in a thread with a small stack."""
_STEPS_OF_A_CELL = 40
"""A GRUCell makes many nodes: so many steps of a chain take as long as one of it."""


def run_case(case: StressCase) -> StressRun:
    """What became of one case. A process that dies is told, and takes nothing with it."""
    answer = ask("tensorlab.autograd.stress.child", json.dumps(encode(case)), timeout=_PATIENCE)
    if isinstance(answer, Failed):
        return StressRun(case=case, freed="crashed", reason=answer.reason)
    facts: dict[str, Any] = dict(answer.facts)
    if case.pattern == "exit" and case.free:
        facts["freed"] = "ok"  # the process has ended, and well
    return StressRun(case=case, **facts)


def run_cases(cases: Sequence[StressCase], watch: Callable[[Progress], None] | None = None) -> StressTable:
    """One after the other; ``watch`` is told before each."""
    runs: list[StressRun] = []
    for done, case in enumerate(cases):
        if watch is not None:
            watch(Progress(f"{case.shape} {case.length:,} {case.pattern}", done, len(cases)))
        runs.append(run_case(case))
    return StressTable(tuple(runs))


def all_cases(length: int) -> tuple[StressCase, ...]:
    """Every shape freed at once and with its middle held, every pattern on a chain, and chains in a small thread.

    >>> len(all_cases(200_000))
    29
    """
    shapes = [(shape, max(length // _STEPS_OF_A_CELL, 1) if shape == "gru" else length) for shape in SHAPES]
    return (
        *(StressCase(shape=shape, length=steps) for shape, steps in shapes),
        *(StressCase(shape=shape, length=steps, pattern="middle") for shape, steps in shapes),
        *(StressCase(length=length, pattern=pattern) for pattern in PATTERNS if pattern not in {"plain", "middle"}),
        *(StressCase(length=steps, thread=True) for steps in THREAD_LENGTHS),
    )
