"""The trials: the same beside the same, alone and beside busy loops, and beside a little more work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.bench.honesty.busy import busy_loops
from tensorlab.bench.honesty.gates import RUNS, gates
from tensorlab.bench.honesty.record import Honesty, Trial
from tensorlab.bench.pairing.measuring import Plan, measured
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tensorlab.bench.honesty.record import Kind
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Measured

    Make: TypeAlias = Callable[[], Callable[[], object]]

LOOPS = 3
BUSY_RUNS = 4
FULL, QUICK = 1.0, 0.3
"""Seconds a contender."""


class Subjects(NamedTuple):
    """What is compared."""

    quiet: Mapping[str, Make]
    product: Make
    planted: Make


class Trying(NamedTuple):
    """How the trials are made."""

    seconds: float
    seed: int = 0
    read: Read | None = None
    """Clocks and counters; those of the system where None."""
    loops: int = LOOPS


def honesty(subjects: Subjects, trying: Trying, watch: Callable[[Progress], None]) -> Honesty:
    """Make every trial; Ctrl-C keeps what was made, and the busy loops are ended in any case.

    Args:
        subjects: What is compared.
        trying: How long, and by which clock.
        watch: Called before each measuring.
    """
    made: list[Trial] = []
    steps = len(subjects.quiet) + BUSY_RUNS + RUNS
    interrupted = False
    try:
        for done, (label, some) in enumerate(_all(subjects, trying, lambda at, word: watch(Progress(word, at, steps)))):
            made += some
            watch(Progress(label, done + 1, steps))
    except KeyboardInterrupt:
        interrupted = True
    trials = tuple(made)
    return Honesty(
        trials=trials,
        gates=gates(trials, trying.loops),
        busy=trying.loops,
        seconds=trying.seconds,
        interrupted=interrupted,
    )


def _all(
    subjects: Subjects, trying: Trying, begin: Callable[[int, str], None]
) -> Iterator[tuple[str, tuple[Trial, ...]]]:
    for at, (name, make) in enumerate(subjects.quiet.items()):
        begin(at, f"quiet: {name}")
        found = _measured({"a": make, "b": make}, trying, at)
        yield name, (_trial("quiet", name, found, "b"),)
    at = len(subjects.quiet)
    with busy_loops(trying.loops):
        for number in range(BUSY_RUNS):
            begin(at + number, f"beside {trying.loops} busy loops, {number + 1} of {BUSY_RUNS}")
            found = _measured({"a": subjects.product, "b": subjects.product}, trying, number)
            yield "busy", (_trial("busy", "matmul 512", found, "b"),)
    at += BUSY_RUNS
    for number in range(RUNS):
        begin(at + number, f"A/A and planted, {number + 1} of {RUNS}")
        contenders = {"a": subjects.product, "b": subjects.product, "planted": subjects.planted}
        found = _measured(contenders, trying, number)
        told = _trial("run", "matmul 512", found, "b"), _trial("planted", "matmul 512", found, "planted")
        yield "run", told


def _measured(prepare: Mapping[str, Make], trying: Trying, number: int) -> Measured:
    return measured(prepare, Plan(trying.seconds, fresh=True, seed=trying.seed + number, read=trying.read))


def _trial(kind: Kind, workload: str, found: Measured, name: str) -> Trial:
    (told,) = (one for one in found.ratios if (one.of, one.to) == (name, "a"))
    return Trial(kind=kind, workload=workload, seed=found.seed, ratio=told)
