"""What the machine did meanwhile: processors that other programs took, and a processor that became slower."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.memory.record import Doubt
from tensorlab.quantity import digits

if TYPE_CHECKING:
    from collections.abc import Callable

TASKS = Path("/proc/self/task")
"""Where Linux tells, of each thread, how long it was ready to run and waited for a processor."""
CROWDED = 0.1
"""Seconds waited in a second of the wall. Two threads on two processors: 0.00 to 0.03 alone, 0.5 to 0.8 beside one busy
program."""
SLOWED = 1.15
"""Times that a fixed piece of work may take longer than at the start."""
LOOKS = 7
STEPS = 10_000


class Signs(NamedTuple):
    """One look at the surroundings."""

    wall: float
    """Seconds, by the clock on the wall."""
    queued: float | None
    """Seconds that threads of this process waited for a processor so far; None where nobody counts them."""
    pace: float
    """Seconds that a fixed piece of work takes, by the clock of the processor."""


def look(tasks: Path = TASKS, pace: Callable[[], float] | None = None) -> Signs:
    """Read all of them now; it takes a few milliseconds.

    >>> look().pace > 0
    True
    """
    return Signs(time.perf_counter(), queued(tasks), (pace or fixed_work)())


def queued(tasks: Path = TASKS) -> float | None:
    """Seconds that the threads of this process were ready to run and waited, all together."""
    waited = None
    for task in tasks.glob("*/schedstat"):
        with suppress(OSError, ValueError, IndexError):  # a thread may end meanwhile
            waited = (waited or 0.0) + int(task.read_text(encoding="ascii").split()[1]) / 1e9
    return waited


def fixed_work() -> float:
    """Seconds of a loop that lives in the nearest cache: the fastest of some, since nothing makes it faster."""
    found = []
    for _ in range(LOOKS):
        start = time.thread_time()
        for _ in range(STEPS):
            pass
        found.append(time.thread_time() - start)
    return min(found)


def crowding(before: Signs, after: Signs) -> float:
    """Seconds that threads waited for a processor in each second in between; 0 where nobody counts.

    >>> crowding(Signs(0.0, 1.0, 1e-3), Signs(2.0, 2.0, 1e-3))
    0.5
    """
    if before.queued is None or after.queued is None or after.wall <= before.wall:
        return 0.0
    return max(0.0, after.queued - before.queued) / (after.wall - before.wall)


def slowed(before: Signs, after: Signs) -> tuple[Doubt, ...]:
    """What to think of a processor that does the same work more slowly than at the start.

    >>> slowed(Signs(0.0, None, 1.0e-3), Signs(1.0, None, 1.5e-3))[0].penalty
    1.5
    """
    times = after.pace / before.pace if before.pace > 0 else 1.0
    if times < SLOWED:
        return ()
    text = f"throttled: a fixed loop takes {digits(times)}x what it took at the start, by the processor's own clock"
    cure = "let the machine cool, fix its frequency, stop what shares the core; then measure again"
    return (Doubt("throttled", text, cure, times),)
