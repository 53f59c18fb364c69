"""The CPU and a device that is here, in turns; then the device's times told apart by its own clock."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.crossing.middle import middle
from tensorlab.bench.crossing.record import Sample
from tensorlab.bench.offload.steady import held_back, steadily, under_load, undisturbed
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
    from tensorlab.bench.offload.steady import Clock
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Effort
    from tensorlab.bench.pairing.record import Blocks
    from tensorlab.memory.record import Doubt

SEED = 7


class Apart(NamedTuple):
    """One time of the device by its own clock."""

    middle: Aspect | None
    discarded: int
    held: tuple[str, ...]
    """What held it back all the time."""


def timed(
    ready: Checked, machine: Machine, effort: Effort, *, read: Read, random: Random
) -> tuple[Sample, tuple[Doubt, ...]]:
    """One sample by the clock on the wall, and what was doubtful about the device.

    Raises:
        UnavailableError: The device cannot compute it in that dtype.
        WrongResultError: The device's result is not that of the reference, before the timing or after it.
    """
    with machine.rounding(ready.dtype):
        return _timed(ready, machine, effort, read=read, random=random)


def _timed(
    ready: Checked, machine: Machine, effort: Effort, *, read: Read, random: Random
) -> tuple[Sample, tuple[Doubt, ...]]:
    sets = rotation(ready.reads + ready.writes, machine.cache)
    work = machine.work(ready.function(machine.name), ready.operands, ready.dtype, sets=sets)
    error = ready.judge(machine.name, work.result())
    calls: dict[str, Call] = {"cpu": ready.call, "none": _in_turn([until_done(machine, one) for one in work.calls])}
    trips: dict[Transfer, tuple[Trip, ...]] = {"page-locked": work.locked, "pageable": work.pageable}
    calls |= {way: _in_turn([until_done(machine, *one) for one in some]) for way, some in trips.items() if some}
    device = under_load(machine, work.calls[0], read)
    made = {name: partial(_same, call) for name, call in calls.items()}
    found = steadily(made, effort, read=read, random=random, device=device)
    blocks = {one.name: one for one in found.blocks}
    kernel = _apart(device.clocks, partial(kernel_seconds, machine, work.calls))
    graph = _apart(device.clocks, partial(graph_seconds, machine, work.calls))
    overlapped = _apart(device.clocks, partial(overlapped_seconds, machine, work.locked, read))
    apart = (kernel, graph, overlapped)
    held = held_back(machine.name, tuple(dict.fromkeys(word for one in apart for word in one.held)))
    error = max(error, ready.judge(machine.name, work.result()))
    ways: tuple[Transfer, ...] = ("none", "page-locked", "pageable")
    sample = Sample(
        workload=ready.workload,
        dtype=ready.dtype,
        size=ready.size,
        cpu=middle(blocks["cpu"].seconds("wall")),
        kernel=kernel.middle,
        latency=middle(blocks["none"].seconds("wall")),
        locked=_told(blocks, "page-locked"),
        pageable=_told(blocks, "pageable"),
        graph=graph.middle,
        overlapped=overlapped.middle,
        trials=tuple((way, _trial(ready.size, blocks, way)) for way in ways if way in blocks),
        errors=(("cpu", ready.error), (machine.name, error)),
        discarded=found.discarded + sum(one.discarded for one in apart),
    )
    return sample, tuple(dict.fromkeys((*found.doubts, *held)))


def _same(call: Call) -> Call:
    return call


def _in_turn(calls: Sequence[Callable[[], None]]) -> Call:
    """A call that makes the next of these each time."""
    turns = cycle(calls)

    def run() -> None:
        next(turns)()

    return run


def _apart(clocks: Clock, measure: Callable[[], tuple[float, ...]]) -> Apart:
    """The middle of what was measured while nothing held the device back; None where it has no such clock."""
    try:
        seconds, discarded, held = undisturbed(clocks, measure)
    except UnavailableError:
        return Apart(None, 0, ())
    return Apart(middle(seconds), discarded, held)


def _told(blocks: dict[str, Blocks], way: str) -> Aspect | None:
    return middle(blocks[way].seconds("wall")) if way in blocks else None


def _trial(size: int, blocks: dict[str, Blocks], way: str) -> Trial:
    told = ratio(blocks[way], blocks["cpu"], "wall", SEED)
    return Trial(size=size, ratio=told.value, low=min(told.low, told.value), high=max(told.high, told.value))
