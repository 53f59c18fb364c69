"""Two clocks and two counters, read together at both ends of a block."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]  # read() asks


class Reading(NamedTuple):
    """The state of the calling thread at one moment; the difference of two is what lies between them."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds that this thread has computed."""
    process: float
    """Seconds that all threads have computed."""
    switches: int
    """Times that the system took the processor away."""
    faults: int
    """Pages that were not there when they were touched."""
    waits: int = 0
    """Times that the thread gave the processor away to wait."""


Read: TypeAlias = Callable[[], Reading]

ALL = getattr(resource, "RUSAGE_SELF", 0)
ONE = getattr(resource, "RUSAGE_THREAD", ALL)
"""macOS counts for the process only."""


def read() -> Reading:
    """Clocks and counters of the calling thread, now. Takes about two microseconds.

    >>> before, after = read(), read()
    >>> after.wall >= before.wall and after.faults >= before.faults
    True
    """
    return _reading(ONE)


def read_all() -> Reading:
    """The same, with the counters of all threads: what a call is worth asking that several of them share."""
    return _reading(ALL)


def _reading(who: int) -> Reading:
    switches = faults = waits = 0
    if resource is not None:
        used = resource.getrusage(who)
        switches, faults, waits = used.ru_nivcsw, used.ru_minflt + used.ru_majflt, used.ru_nvcsw
    return Reading(time.perf_counter(), time.thread_time(), time.process_time(), switches, faults, waits)
