"""How often the system took a processor away from this process: a tight spread does not show it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tensorlab.memory.record import Doubt

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

CROWDED = 100.0
"""Switches a second. Measured with two threads on two processors: 36 alone, 188 beside one busy program, and then
every short operation waited 8 ms for the thread that was not running."""


def involuntary_switches() -> int | None:
    """Times that a thread of this process had to give way so far; None where the system does not count.

    >>> involuntary_switches() is None or involuntary_switches() >= 0
    True
    """
    if sys.platform == "win32":
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def crowding(
    switches: int | None, seconds: float, threads: int, environment: Mapping[str, str] = os.environ
) -> tuple[Doubt, ...]:
    """What to think of a measurement that was interrupted so often; nothing where it had one thread.

    Threads that sleep while they wait (OMP_WAIT_POLICY=PASSIVE) are switched often and lose little by it.

    >>> crowding(5, 1.0, threads=2)
    ()
    >>> crowding(500, 1.0, threads=2, environment={})[0].code
    'crowded'
    """
    passive = environment.get("OMP_WAIT_POLICY", "").strip().upper() == "PASSIVE"
    if switches is None or threads < 2 or passive or seconds <= 0 or switches / seconds < CROWDED:
        return ()
    text = f"the processors were taken away {switches / seconds:.0f} times a second: other programs run, and threads "
    text += "that wait for one another make times several-fold too long"
    return (Doubt("crowded", text, "stop other programs, take fewer threads, or set OMP_WAIT_POLICY=PASSIVE"),)
