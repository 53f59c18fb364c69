"""Blocks in random turns on a device whose clock is watched: what was measured while it was held back is dropped."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.pairing.interleave import interleaved
from tensorlab.memory.record import Doubt
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from tensorlab.bench.ceilings.plan import Call
    from tensorlab.bench.offload.machine import Machine
    from tensorlab.bench.offload.record import Clocks
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Effort
    from tensorlab.bench.pairing.record import Blocks

    Clock = Callable[[], Clocks | None]

TRIES = 3
"""Times that a repeat is measured anew before the device counts as one that is always held back."""
LOAD = 0.2
"""Seconds of work in which a clock is read, about: asking for it takes a tenth of a second."""
MOST = 1000
"""Calls that are asked for at once, at most: a queue holds not many more."""


class Steady(NamedTuple):
    """Blocks of each contender, and what became of the others."""

    blocks: tuple[Blocks, ...]
    discarded: int
    """Blocks that were thrown away."""
    doubts: tuple[Doubt, ...]


class Watched(NamedTuple):
    """A device and how its clock is read."""

    name: str
    wait: Callable[[], None]
    clocks: Clock


def under_load(machine: Machine, call: Call, read: Read) -> Watched:
    """The device's clock in the midst of work: one that is idle is never held back.

    Args:
        machine: The device.
        call: Asks for work, and does not wait.
        read: Clocks of the host.
    """
    call()
    machine.wait()
    before = read().wall
    call()
    machine.wait()
    seconds = read().wall - before
    count = max(1, min(MOST, int(LOAD / seconds))) if seconds > 0 else MOST

    def clocks() -> Clocks | None:
        for _ in range(count):
            call()
        found = machine.clocks()
        machine.wait()
        return found

    return Watched(machine.name, machine.wait, clocks)


def steadily(
    prepare: Mapping[str, Callable[[], Callable[[], object]]],
    effort: Effort,
    *,
    read: Read,
    random: Random,
    device: Watched,
) -> Steady:
    """As ``interleaved``, repeat by repeat; the device's clock is read around each, and nothing of it is set.

    A repeat at whose beginning or end the device was held back (by heat, by power) is thrown away and measured anew. A
    device that is always held back keeps its last repeats, with a doubt that says so.
    """
    kept: list[tuple[Blocks, ...]] = []
    discarded = 0
    held: tuple[str, ...] = ()
    one = effort._replace(repeats=1, seconds=effort.seconds / effort.repeats)
    for _ in range(effort.repeats):
        for attempt in range(TRIES):
            before = device.clocks()
            blocks = interleaved(prepare, one, read=read, random=random, wait=device.wait)
            words = _held(before, device.clocks())
            if not words:
                break
            if attempt < TRIES - 1:
                discarded += sum(len(column.wall) for column in blocks)
            else:
                held = words
        kept.append(blocks)
    unknown = () if device.clocks() is not None else _unknown(device.name)
    doubts = (*_thrown(device.name, discarded), *held_back(device.name, held), *unknown)
    return Steady(joined(kept), discarded, doubts)


def undisturbed(
    clocks: Clock, measure: Callable[[], tuple[float, ...]]
) -> tuple[tuple[float, ...], int, tuple[str, ...]]:
    """What is said of a device that is not held back, how many values were thrown away, what always holds it back."""
    discarded = 0
    found: tuple[float, ...] = ()
    held: tuple[str, ...] = ()
    for _ in range(TRIES):
        discarded += len(found)
        before = clocks()
        found = measure()
        held = _held(before, clocks())
        if not held:
            break
    return found, discarded, held


def _held(*clocks: Clocks | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in clocks if one is not None for word in one.slowed_by))


def _thrown(name: str, discarded: int) -> tuple[Doubt, ...]:
    if not discarded:
        return ()
    text = f"{counted(discarded, 'block')} thrown away: {name} was held back while they were measured"
    return (Doubt("thrown-away", text, "let it cool, or give it more power"),)


def _unknown(name: str) -> tuple[Doubt, ...]:
    text = f"nobody tells the clock of {name}: what was measured while it was held back is not thrown away"
    return (Doubt("clock-unknown", text, "for NVIDIA's, nvidia-smi must be there"),)


def held_back(name: str, held: tuple[str, ...]) -> tuple[Doubt, ...]:
    """What to think of a device that these hold back all the time."""
    if not held:
        return ()
    text = f"{name} was held back all the time: {', '.join(held)}; its times are those of a slower device"
    return (Doubt("throttled", text, "let it cool, or give it more power; this tool sets no clocks"),)


def joined(repeats: list[tuple[Blocks, ...]]) -> tuple[Blocks, ...]:
    """Repeats that were measured one by one, as if they had been measured together.

    Seconds are of blocks, so a repeat with another number of calls a block is scaled to the first's.
    """
    turns = _starts([column.turn for column in repeat] for repeat in repeats)
    rounds = _starts([column.round for column in repeat] for repeat in repeats)
    return tuple(_one(parts, turns, rounds) for parts in zip(*repeats, strict=True))


def _starts(repeats: Iterable[list[tuple[int, ...]]]) -> list[int]:
    """Where the numbers of each repeat begin, so that none occurs twice."""
    counts = [1 + max(max(column) for column in columns) for columns in repeats]
    return [0, *accumulate(counts)][:-1]


def _one(parts: tuple[Blocks, ...], turns: list[int], rounds: list[int]) -> Blocks:
    first = parts[0]
    scales = [first.loops / part.loops for part in parts]

    def seconds(column: Callable[[Blocks], tuple[float, ...]]) -> tuple[float, ...]:
        return tuple(value * scale for part, scale in zip(parts, scales, strict=True) for value in column(part))

    def numbers(column: Callable[[Blocks], tuple[int, ...]], starts: list[int] | None = None) -> tuple[int, ...]:
        begins = starts or [0] * len(parts)
        return tuple(value + begin for part, begin in zip(parts, begins, strict=True) for value in column(part))

    return replace(
        first,
        wall=seconds(lambda part: part.wall),
        cpu=seconds(lambda part: part.cpu),
        process=seconds(lambda part: part.process),
        turn=numbers(lambda part: part.turn, turns),
        round=numbers(lambda part: part.round, rounds),
        repeat=numbers(lambda part: (0,) * len(part.wall), list(range(len(parts)))),
        switches=numbers(lambda part: part.switches),
        faults=numbers(lambda part: part.faults),
        waits=numbers(lambda part: part.waits),
    )
