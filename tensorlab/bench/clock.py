"""A clock that waits for the device before it is read, and how long to measure."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import torch.utils.benchmark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.record import Profile


class Effort(NamedTuple):
    """How long a case is measured."""

    seconds: float
    """In all blocks together, at least."""
    blocks: int
    """At least that many, unless a single call is slow."""


EFFORTS: Mapping[Profile, Effort] = {"quick": Effort(0.2, 5), "full": Effort(1.0, 9)}

SLOW_SECONDS = 1.0
SLOW_BLOCKS = 3
"""Where a call takes that long, so many blocks are enough: such a call averages over the machine's moods itself."""

WARM_SECONDS = 0.02
WARM_CALLS = 20
"""Warm-up ends after this many calls or seconds, whichever comes first, but never before the first call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Reading it waits until the device has finished; so both ends of an interval see an idle device."""

    synchronize: Callable[[], None]
    now: Callable[[], float] = field(default=time.perf_counter)

    def read(self) -> float:
        """Seconds, once the device has done all that was asked of it."""
        self.synchronize()
        return self.now()


class Timing(NamedTuple):
    """What the clock said."""

    loops: int
    """Calls in a block."""
    wall: tuple[float, ...]
    """Seconds a block, every one."""


class First(NamedTuple):
    """The first call: its result, to be checked before anything else is timed."""

    result: object
    seconds: float


def first_call(function: Callable[..., object], arguments: tuple[object, ...], clock: Clock) -> First:
    """Call once, timed apart: lazy imports, allocation and compilation happen here."""
    start = clock.read()
    result = function(*arguments)
    return First(result, clock.read() - start)


def warm_up(function: Callable[..., object], arguments: tuple[object, ...], clock: Clock) -> float:
    """Call until caches, allocator and clocks have settled; the seconds of the last call."""
    begin = clock.read()
    for _ in range(WARM_CALLS):
        start = clock.read()
        function(*arguments)
        end = clock.read()
        if end - begin >= WARM_SECONDS:
            break
    return end - start


def timed_blocks(
    function: Callable[..., object], arguments: tuple[object, ...], clock: Clock, effort: Effort, threads: int
) -> Timing:
    """Blocks of calls, measured by ``torch.utils.benchmark.Timer`` with our clock. Warms up first.

    The Timer chooses how many calls a block holds, so that reading the clock costs at most 1e-4 of it. A block starts
    and ends with the device idle; the calls within it may queue up, as they do in a program.
    """
    call = warm_up(function, arguments, clock)
    names = [f"argument_{n}" for n in range(len(arguments))]
    timer = torch.utils.benchmark.Timer(
        stmt=f"function({', '.join(names)})",
        timer=clock.read,
        globals={"function": function, **dict(zip(names, arguments, strict=True))},
        num_threads=threads,
    )
    blocks = effort.blocks if call < SLOW_SECONDS else SLOW_BLOCKS
    measured = timer.blocked_autorange(min_run_time=max(effort.seconds, (blocks - 0.5) * call))
    return Timing(measured.number_per_run, tuple(measured.raw_times))
