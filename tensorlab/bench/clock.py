"""A clock that waits for the device before it is read, and how long to measure."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import torch.utils.benchmark

from tensorlab.errors import UnavailableError

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

LEAST_SECONDS = 1e-7
"""No machine makes so many calls in less."""
PATIENCE = 2.0
"""Seconds by the system's clock that may pass, and ten times what the clock itself says, before it is not believed."""


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
    """Call until caches, allocator and clocks have settled; the seconds of the last call.

    Raises:
        UnavailableError: The clock stands still.
    """
    begin = clock.read()
    for _ in range(WARM_CALLS):
        start = clock.read()
        function(*arguments)
        end = clock.read()
        if end - begin >= WARM_SECONDS:
            break
    else:
        if end - begin < LEAST_SECONDS:
            raise UnavailableError(f"the clock stands still: {WARM_CALLS} calls took {end - begin:g} s by it")
    return end - start


def steady(read: Callable[[], float]) -> Callable[[], float]:
    """The clock, which ends the measuring where it would go on for ever: by a clock that goes back, or hardly moves.

    Raises:
        UnavailableError: From the reading, and says which.

    >>> read = steady(iter([1.0, 2.0, 1.5]).__next__)
    >>> read(), read()
    (1.0, 2.0)
    >>> read()
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: the clock went back by 0.5 s
    """
    began, first, last = time.monotonic(), inf, -inf

    def reading() -> float:
        nonlocal first, last
        now, passed = read(), time.monotonic() - began
        first = min(first, now)
        if now < last:
            raise UnavailableError(f"the clock went back by {last - now:g} s")
        if passed > PATIENCE + 10 * (now - first):
            raise UnavailableError(f"the clock hardly moves: by it {now - first:g} s have passed, not {passed:.3g}")
        last = now
        return now

    return reading


def timed_blocks(
    function: Callable[..., object], arguments: tuple[object, ...], clock: Clock, effort: Effort, threads: int
) -> Timing:
    """Blocks of calls, measured by ``torch.utils.benchmark.Timer`` with our clock. Warms up first.

    The Timer chooses how many calls a block holds, so that reading the clock costs at most 1e-4 of it. A block starts
    and ends with the device idle; the calls within it may queue up, as they do in a program.

    Raises:
        UnavailableError: The clock stands still or goes back.
    """
    call = warm_up(function, arguments, clock)
    names = [f"argument_{n}" for n in range(len(arguments))]
    timer = torch.utils.benchmark.Timer(
        stmt=f"function({', '.join(names)})",
        timer=steady(clock.read),
        globals={"function": function, **dict(zip(names, arguments, strict=True))},
        num_threads=threads,
    )
    blocks = effort.blocks if call < SLOW_SECONDS else SLOW_BLOCKS
    measured = timer.blocked_autorange(min_run_time=max(effort.seconds, (blocks - 0.5) * call))
    return Timing(measured.number_per_run, tuple(measured.raw_times))
