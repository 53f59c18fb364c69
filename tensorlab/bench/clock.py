"""A clock that waits for the device before it is read, and how long to measure."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlab.bench.pairing.interleave import Effort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.record import Profile

EFFORTS: Mapping[Profile, Effort] = {"quick": Effort(0.06, 4, 3, slow=0.03), "full": Effort(1.0, 5, 5, slow=0.5)}
"""Three makes of the buffers or more: a difference under 5% of one make shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Reading it waits until the device has finished; so both ends of an interval see an idle device."""

    synchronize: Callable[[], None]
    now: Callable[[], float] = field(default=time.perf_counter)

    def read(self) -> float:
        """Seconds, once the device has done all that was asked of it."""
        self.synchronize()
        return self.now()
