"""Which clock may be believed: the processor's where one thread computes, the one on the wall otherwise."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tensorlab.memory.record import Doubt
from tensorlab.quantity import digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.pairing.record import Blocks, ClockName

OTHERS = 0.05
"""Share of the calling thread's seconds that other threads of the process may compute: an interpreter has some."""
IDLE = 0.8
"""Share of the wall's seconds under which a thread that gives its processor away is one that waits."""


def chosen_clock(blocks: Iterable[Blocks], threads: int) -> tuple[ClockName, tuple[Doubt, ...]]:
    """The clock of the ratios, and why it is not the processor's although one thread was asked for.

    >>> from tensorlab.bench.pairing.record import Blocks
    >>> columns = dict(turn=(0,), round=(0,), repeat=(0,), switches=(0,), faults=(0,), first=1.0, first_faults=0)
    >>> alone = Blocks(name="a", loops=1, wall=(1.0,), cpu=(0.9,), process=(0.9,), **columns)
    >>> helped = Blocks(name="b", loops=1, wall=(1.0,), cpu=(0.9,), process=(1.8,), **columns)
    >>> chosen_clock((alone,), 1)
    ('cpu', ())
    >>> chosen_clock((alone, helped), 1)[0]
    'wall'
    """
    if threads != 1:
        return "wall", ()
    doubts = tuple(doubt for one in blocks for doubt in (*_helped(one), *_waiting(one)))
    return ("wall" if doubts else "cpu"), doubts


def _helped(blocks: Blocks) -> tuple[Doubt, ...]:
    """In half of the blocks: threads that wait busily for work after another call do so for a moment only."""
    shares = [everyone / own for everyone, own in zip(blocks.process, blocks.cpu, strict=bool(blocks.process)) if own]
    times = median(shares) if shares else 1.0
    if times <= 1 + OTHERS:
        return ()
    text = f"{blocks.name}: the process computed {digits(times)} times what the calling thread did"
    cure = "give threads= as many as really compute"
    return (Doubt("other-threads", f"{text}, although one thread was asked for; ratios are by the wall", cure),)


def _waiting(blocks: Blocks) -> tuple[Doubt, ...]:
    computed, passed = sum(blocks.cpu), sum(blocks.wall)
    if sum(blocks.waits) < len(blocks.wall) / 2 or computed >= IDLE * passed:
        return ()
    text = f"{blocks.name} waits: its thread computed {100 * computed / passed:.0f}% of the time"
    return (Doubt("waits", f"{text}; ratios are by the wall", "measure what computes apart from what it waits for"),)
