"""Several threads in doubt: each figure stands beside the one of a single thread."""

from __future__ import annotations

from random import Random
from statistics import median
from typing import TYPE_CHECKING

from tensorlab.bench.doubts import on_one_thread
from tensorlab.bench.pairing.interleave import Effort, interleaved
from tensorlab.bench.selfcheck.surroundings import CROWDED
from tensorlab.bench.threads import equal_threads
from tensorlab.memory.record import Doubt
from tensorlab.quantity import Quantity, digits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks
    from tensorlab.bench.record import Case, Group

    Calls = Mapping[str, Callable[[], Callable[[], object]]]

EFFORT = Effort(0.05, 5, 1)
LOSS = 0.9
"""Of the time of one thread: from there on several that wait for processors are in doubt; alone they take less."""
GAIN = 1.1
"""Times as long with one thread: several help less than that where a call is short."""


def thread_doubts(
    blocks: Mapping[Case, Blocks], calls: Calls, group: Group, share: float, read: Read
) -> dict[Case, tuple[Doubt, ...]]:
    """Why figures of several threads may mislead, with the time that one thread takes.

    Args:
        blocks: What was measured, of cases with one number of threads.
        calls: The same calls by the names of their blocks, to be made again.
        group: Of the workload.
        share: Seconds that threads waited for a processor, in a second.
        read: Clocks and counters.
    """
    if next(iter(blocks)).threads == 1:
        return {}
    single = {case for case in blocks if on_one_thread(case, group)}
    several = {case: one for case, one in blocks.items() if case not in single}
    if share >= CROWDED:
        found = crowded_doubts(tuple(several.values()), calls, share, read)
        return {case: (found[one.name],) for case, one in several.items() if one.name in found}
    alone = _alone({one.name: calls[one.name] for one in several.values()}, read) if single else {}
    words = [
        f"{case.backend} takes {Quantity(alone[one.name], 's')} with one thread: {_times(one, alone[one.name])} as long"
        for case, one in several.items()
        if single and alone[one.name] > GAIN * median(one.seconds("wall"))
    ]
    return {case: _unequal(case, words) for case in single if words}


def crowded_doubts(blocks: tuple[Blocks, ...], calls: Calls, share: float, read: Read) -> dict[str, Doubt]:
    """Of contenders on several threads that waited for a processor: what one thread takes; none that loses nothing.

    Args:
        blocks: What was measured.
        calls: The same calls by their names.
        share: Seconds that threads waited, in a second.
        read: Clocks and counters.
    """
    if share < CROWDED:
        return {}
    alone = _alone({one.name: calls[one.name] for one in blocks}, read)
    slower = [one for one in blocks if median(one.seconds("wall")) > LOSS * alone[one.name] > 0]
    return {one.name: _crowded(one, alone[one.name], share) for one in slower}


def _alone(calls: Calls, read: Read) -> dict[str, float]:
    """Seconds a call with one thread, by the clock of the processor."""
    if not calls:
        return {}
    with equal_threads(1):
        blocks = interleaved(calls, EFFORT, read=read, random=Random(0))  # noqa: S311 - an order of turns
    return {one.name: median(one.seconds("cpu")) for one in blocks}


def _crowded(blocks: Blocks, alone: float, share: float) -> Doubt:
    several = median(blocks.seconds("wall"))
    text = f"oversubscribed: other programs run, and threads waited for a processor {min(share, 1.0):.0%} of the time; "
    text += f"{Quantity(several, 's')} a call, with one thread {Quantity(alone, 's')}: "
    cure = "stop other programs, measure with one thread, or set OMP_WAIT_POLICY=PASSIVE"
    return Doubt("oversubscribed", f"{text}{digits(several / alone)}x as long", cure, several / alone)


def _times(blocks: Blocks, alone: float) -> str:
    return f"{digits(alone / median(blocks.seconds('wall')))}x"


def _unequal(case: Case, words: list[str]) -> tuple[Doubt, ...]:
    text = f"computes this on one thread, although {case.threads} were asked for; {'; '.join(words)}"
    return (Doubt("unequal-threads", text, "compare with --threads 1"),)
