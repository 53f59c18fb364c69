"""The fastest of some calls, by the clock of the processor: nothing makes a call faster than it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 0.25
"""That a call is repeated."""
LEAST = 5


def fastest(call: Callable[[], object], seconds: float = SECONDS) -> float:
    """Seconds of the fastest call; the first is not counted.

    >>> 0 < fastest(lambda: sum(range(1000)), 0.01) < 0.01
    True
    """
    found: list[float] = []
    call()
    end = time.perf_counter() + seconds
    while len(found) < LEAST or time.perf_counter() < end:
        start = time.thread_time()
        call()
        found.append(time.thread_time() - start)
    return min(found)
