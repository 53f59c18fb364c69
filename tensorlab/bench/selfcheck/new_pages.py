"""Calls that touch new pages each time: how much of their time that is, by what a page costs here, measured."""

from __future__ import annotations

import mmap
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity, counted, digits

if TYPE_CHECKING:
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks, ClockName

BYTES = 1 << 24
NOTHING = bytes(BYTES)
STEP = 4096
TRIES = 3
MANY = 256
"""Faults a call from which on they are told: a MiB in pages of 4 kB."""
WORTH = 1.1
"""Times as long, from where on it is told."""
MOST = 0.95
"""Share of a call that page faults may be, for all that is known: what is left has to be something."""


class PageCost(NamedTuple):
    """What touching new memory costs."""

    seconds: float
    """By the clock of the processor, for each page fault."""
    faults: int
    """That were counted."""


FREE = PageCost(0.0, 0)
"""Where nobody touches new pages."""


def page_cost(read: Read) -> PageCost:
    """Touch some memory for the first time and for the second; the difference is what its pages cost.

    >>> from tensorlab.bench.pairing.counters import read
    >>> 0 <= page_cost(read).seconds < 1e-3
    True
    """
    return min(_once(read) for _ in range(TRIES))


def _once(read: Read) -> PageCost:
    with mmap.mmap(-1, BYTES) as memory:
        times = []
        for _ in range(2):
            before = read()
            memory[:] = NOTHING
            after = read()
            times.append((after.cpu - before.cpu, after.faults - before.faults))
    (first, faults), (second, _) = times
    return PageCost(max(0.0, first - second) / faults if faults > 0 else 0.0, faults)


def new_pages_doubt(blocks: Blocks, clock: ClockName, cost: PageCost) -> tuple[Doubt, ...]:
    """What to think of a call that touches hundreds of new pages; nothing where they cost little of its time.

    Args:
        blocks: What was measured.
        clock: Of the figures.
        cost: Of a page, here.
    """
    faults = median(blocks.faults) / blocks.loops if blocks.faults else 0.0
    seconds = median(blocks.seconds(clock))
    if faults < MANY or seconds <= 0:
        return ()
    share = min(MOST, faults * cost.seconds / seconds)
    penalty = 1 / (1 - share)
    if penalty < WORTH:
        return ()
    text = f"{counted(round(faults), 'page fault')} a call: memory is taken from the system anew each time; measured "
    text += f"{Quantity(cost.seconds, 's')} a page, so {digits(penalty)}x as long as in memory that is there"
    return (Doubt("page-faults", text, "write into a result that is there: out=", penalty),)
