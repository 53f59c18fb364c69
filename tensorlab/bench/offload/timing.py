"""What a device takes, told apart: its kernels by its own events, a call from asking to done, calls with their way."""

from __future__ import annotations

from functools import partial
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.offload.machine import Machine, Trip
    from tensorlab.bench.pairing.counters import Read

BLOCK = 1e-3
"""Seconds of a block, about."""
MOST = 1000
"""Calls of a block."""
BLOCKS = 20
WARM = 3
"""Times that each call is made before anything is timed: kernels are loaded, and algorithms chosen, at the first."""
IN_GRAPH = 20
"""Calls of one graph, at least."""
LANES = 3
"""Up, compute, down."""
SETS = 64
"""Sets of operands, at most."""


def rotation(nbytes: int, cache: int) -> int:
    """How many sets of operands take turns, so that a set is driven out of the last cache before its turn comes again.

    >>> rotation(12 << 20, 50 << 20), rotation(1 << 30, 50 << 20), rotation(12, 50 << 20), rotation(12, 0)
    (10, 2, 64, 2)
    """
    return max(2, min(SETS, 1 + -(-2 * cache // max(1, nbytes))))


def kernel_seconds(machine: Machine, calls: Sequence[Call], blocks: int = BLOCKS) -> tuple[float, ...]:
    """Seconds a call of each block, between two events of the device around calls on sets that take turns.

    Calls that are asked for more slowly than they are computed leave gaps, which count: see ``graph_seconds``.

    Args:
        machine: The device.
        calls: The same call on each set of operands.
        blocks: How many.

    Raises:
        UnavailableError: The device has no events with times.
    """
    first, last = machine.event(), machine.event()
    for call in calls:
        for _ in range(WARM):
            call()
    turns = cycle(calls)

    def block(count: int) -> float:
        machine.wait()
        machine.mark(first)
        for call in islice(turns, count):
            call()
        machine.mark(last)
        machine.wait()
        return machine.between(first, last)

    alone = block(1)
    count = max(1, min(MOST, int(BLOCK / alone))) if alone > 0 else MOST
    return tuple(block(count) / count for _ in range(blocks))


def graph_seconds(machine: Machine, calls: Sequence[Call], blocks: int = BLOCKS) -> tuple[float, ...]:
    """Seconds a call where many are one graph: asked for once, so that next to nothing lies between them.

    Raises:
        UnavailableError: The device has no graphs, or cannot capture these calls.
    """
    for call in calls:
        for _ in range(WARM):
            call()
    machine.wait()
    count = max(IN_GRAPH, len(calls))  # all sets, or the last cache would hold them
    replay = machine.graph(partial(_all, tuple(islice(cycle(calls), count))))
    return tuple(seconds / count for seconds in kernel_seconds(machine, [replay], blocks))


def _all(calls: Sequence[Call]) -> None:
    for call in calls:
        call()


def until_done(machine: Machine, *calls: Call) -> Callable[[], None]:
    """One call that asks for all of these and waits until the device has done them: its seconds are a latency."""

    def run() -> None:
        for call in calls:
            call()
        machine.wait()

    return run


def overlapped_seconds(machine: Machine, trips: Sequence[Trip], read: Read, blocks: int = 5) -> tuple[float, ...]:
    """Seconds a trip of each block, where one's upload, another's call and a third's download run beside each other.

    A set's next upload waits until its download is done. By the clock on the wall, the device idle at both ends.

    Raises:
        UnavailableError: The device has one stream only, or there are fewer sets than streams.
    """
    if len(trips) < LANES:
        raise UnavailableError(f"{LANES} sets of operands are needed to overlap; got {len(trips)}")
    up, compute, down = (machine.lane() for _ in range(LANES))
    done: dict[int, object] = {}

    def block(count: int) -> float:
        machine.wait()
        before = read()
        for number in range(count):
            place = number % len(trips)
            trip, earlier = trips[place], done.get(place)
            there = up.run(trip.upload, after=() if earlier is None else (earlier,))
            computed = compute.run(trip.call, after=(there,))
            done[place] = down.run(trip.download, after=(computed,))
        machine.wait()
        return read().wall - before.wall

    block(len(trips))
    count = 4 * len(trips)
    return tuple(block(count) / count for _ in range(blocks))
