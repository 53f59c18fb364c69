"""The CPU and a device that is here, in turns; then the device's times told apart by its own clock."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.crossing.middle import middle
from tensorlab.bench.crossing.record import Sample
from tensorlab.bench.offload.steady import steadily, undisturbed
from tensorlab.bench.offload.timing import graph_seconds, kernel_seconds, overlapped_seconds, rotation, until_done
from tensorlab.bench.pairing.ratios import ratio
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.crossing.checked import Checked
    from tensorlab.bench.crossing.record import Aspect, Transfer
    from tensorlab.bench.offload.machine import Machine, Trip
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Effort
    from tensorlab.bench.pairing.record import Blocks
    from tensorlab.memory.record import Doubt

SEED = 7


def timed(
    ready: Checked, machine: Machine, effort: Effort, *, read: Read, random: Random
) -> tuple[Sample, tuple[Doubt, ...]]:
    """One sample by the clock on the wall, and what was doubtful about the device.

    Raises:
        UnavailableError: The device cannot compute it in that dtype.
        WrongResultError: The device's result is not that of the reference, before the timing or after it.
    """
    sets = rotation(ready.reads + ready.writes, machine.cache)
    work = machine.work(ready.function(machine.name), ready.operands, ready.dtype, sets=sets)
    error = ready.judge(machine.name, work.result())
    calls: dict[str, Call] = {"cpu": ready.call, "none": _in_turn([until_done(machine, one) for one in work.calls])}
    trips: dict[Transfer, tuple[Trip, ...]] = {"page-locked": work.locked, "pageable": work.pageable}
    calls |= {way: _in_turn([until_done(machine, *one) for one in some]) for way, some in trips.items() if some}
    found = steadily(
        {name: partial(_same, call) for name, call in calls.items()}, effort, read=read, random=random, machine=machine
    )
    blocks = {one.name: one for one in found.blocks}
    kernel, first = _apart(machine, partial(kernel_seconds, machine, work.calls))
    graph, second = _apart(machine, partial(graph_seconds, machine, work.calls))
    overlapped, third = _apart(machine, partial(overlapped_seconds, machine, work.locked, read))
    error = max(error, ready.judge(machine.name, work.result()))
    ways: tuple[Transfer, ...] = ("none", "page-locked", "pageable")
    sample = Sample(
        workload=ready.workload,
        dtype=ready.dtype,
        size=ready.size,
        cpu=middle(blocks["cpu"].seconds("wall")),
        kernel=kernel,
        latency=middle(blocks["none"].seconds("wall")),
        locked=_told(blocks, "page-locked"),
        pageable=_told(blocks, "pageable"),
        graph=graph,
        overlapped=overlapped,
        trials=tuple((way, _trial(ready.size, blocks, way)) for way in ways if way in blocks),
        errors=(("cpu", ready.error), (machine.name, error)),
        discarded=found.discarded + first + second + third,
    )
    return sample, found.doubts


def _same(call: Call) -> Call:
    return call


def _in_turn(calls: Sequence[Callable[[], None]]) -> Call:
    """A call that makes the next of these each time."""
    turns = cycle(calls)

    def run() -> None:
        next(turns)()

    return run


def _apart(machine: Machine, measure: Callable[[], tuple[float, ...]]) -> tuple[Aspect | None, int]:
    """The middle of what was measured while nothing held the device back; None where it has no such clock."""
    try:
        seconds, discarded = undisturbed(machine, measure)
    except UnavailableError:
        return None, 0
    return middle(seconds), discarded


def _told(blocks: dict[str, Blocks], way: str) -> Aspect | None:
    return middle(blocks[way].seconds("wall")) if way in blocks else None


def _trial(size: int, blocks: dict[str, Blocks], way: str) -> Trial:
    told = ratio(blocks[way], blocks["cpu"], "wall", SEED)
    return Trial(size=size, ratio=told.value, low=min(told.low, told.value), high=max(told.high, told.value))
