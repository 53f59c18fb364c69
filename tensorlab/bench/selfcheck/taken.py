"""Blocks in which the system took the processor away: how many, and how much longer they took."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tensorlab.memory.record import Doubt
from tensorlab.quantity import digits

if TYPE_CHECKING:
    from tensorlab.bench.pairing.record import Blocks, ClockName

CODE = "context-switches"
OFTEN = 0.1
"""Share of blocks with a switch from which on it is told; of blocks of a millisecond one or two in a hundred are usual
on a quiet machine."""
LOST = 1.05
"""Times that the wall says beside the clock of the processor, from which on it is told where every block has some."""
LEAST = 4
"""Blocks with a switch and without one that say how much longer they took."""
CURE = "stop other programs, or measure when the machine is quiet"


def taken_doubt(blocks: Blocks, clock: ClockName) -> tuple[Doubt, ...]:
    """What to think of blocks with involuntary context switches, with what those took beside the others.

    Where every block has some, the wall beside the clock of the processor says what they cost.

    >>> from tensorlab.bench.pairing.record import Blocks
    >>> columns = dict(turn=range(8), round=range(8), repeat=(0,) * 8, faults=(0,) * 8, first=1.0, first_faults=0)
    >>> times = (1.0, 1.1) * 4
    >>> blocks = Blocks(name="a", loops=1, wall=times, cpu=times, switches=(0, 1) * 4, **columns)
    >>> taken_doubt(blocks, "cpu")[0].text
    'involuntary context switches in 50% of its blocks: measured 1.10x as long there, by the clock of the processor'
    """
    count = sum(one > 0 for one in blocks.switches)
    if count < LEAST or count < OFTEN * len(blocks.switches):
        return ()
    penalty, words = _penalty(blocks, clock)
    if count == len(blocks.switches) and penalty < LOST:
        return ()
    text = f"involuntary context switches in {count / len(blocks.switches):.0%} of its blocks: "
    return (Doubt(CODE, f"{text}measured {digits(penalty)}x as long {words}", CURE, penalty),)


def _penalty(blocks: Blocks, clock: ClockName) -> tuple[float, str]:
    pairs = list(zip(blocks.switches, blocks.seconds(clock), strict=True))
    taken = [seconds for switches, seconds in pairs if switches]
    others = [seconds for switches, seconds in pairs if not switches]
    name = "the processor" if clock == "cpu" else "the wall"
    if len(others) >= LEAST and median(others) > 0:
        return median(taken) / median(others), f"there, by the clock of {name}"
    cpu = sum(blocks.cpu)
    return (sum(blocks.wall) / cpu if cpu else 1.0), "by the wall as by the clock of the processor"
