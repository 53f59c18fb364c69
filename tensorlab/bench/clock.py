"""A clock that waits for the device before it is read, and how long to measure."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlab.bench.pairing.interleave import Effort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.record import Profile

EFFORTS: Mapping[Profile, Effort] = {"quick": Effort(0.05, 3, 3), "full": Effort(1.0, 5, 3)}
"""Three makes of the buffers: a difference under 5% of one make shows nothing."""

SLOW_SECONDS = 0.05
"""Where a call takes that long, few blocks are enough: such a call averages over the machine's moods itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Reading it waits until the device has finished; so both ends of an interval see an idle device."""

    synchronize: Callable[[], None]
    now: Callable[[], float] = field(default=time.perf_counter)

    def read(self) -> float:
        """Seconds, once the device has done all that was asked of it."""
        self.synchronize()
        return self.now()


def slow_effort(slowest: float, effort: Effort) -> Effort:
    """One round a repeat where the slowest of the contenders takes so long that more of them would cost minutes.

    >>> slow_effort(0.4, Effort(0.05, 3, 3)), slow_effort(1e-6, Effort(0.05, 3, 3)).rounds
    (Effort(seconds=0.05, rounds=1, repeats=3), 3)
    """
    return effort._replace(rounds=1) if slowest >= SLOW_SECONDS and effort.seconds < 10 * slowest else effort
