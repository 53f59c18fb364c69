"""Blocks in random turns on a device whose clock is watched: what was measured while it was held back is dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.pairing.interleave import interleaved
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from tensorlab.bench.offload.machine import Machine
    from tensorlab.bench.offload.record import Clocks
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Effort
    from tensorlab.bench.pairing.record import Blocks

TRIES = 3
"""Times that a repeat is measured anew before the device counts as one that is always held back."""


class Steady(NamedTuple):
    """Blocks of each contender, and what became of the others."""

    blocks: tuple[Blocks, ...]
    discarded: int
    """Blocks that were thrown away."""
    doubts: tuple[Doubt, ...]


def steadily(
    prepare: Mapping[str, Callable[[], Callable[[], object]]],
    effort: Effort,
    *,
    read: Read,
    random: Random,
    machine: Machine,
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
            before = machine.clocks()
            blocks = interleaved(prepare, one, read=read, random=random, wait=machine.wait)
            words = _held(before, machine.clocks())
            if not words:
                break
            if attempt < TRIES - 1:
                discarded += sum(len(column.wall) for column in blocks)
            else:
                held = words
        kept.append(blocks)
    return Steady(joined(kept), discarded, _doubts(machine.name, held))


def undisturbed(machine: Machine, measure: Callable[[], tuple[float, ...]]) -> tuple[tuple[float, ...], int]:
    """What a measuring says of a device that is not held back, and how many values were thrown away until then."""
    discarded = 0
    found: tuple[float, ...] = ()
    for _ in range(TRIES):
        discarded += len(found)
        before = machine.clocks()
        found = measure()
        if not _held(before, machine.clocks()):
            break
    return found, discarded


def _held(*clocks: Clocks | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in clocks if one is not None for word in one.slowed_by))


def _doubts(name: str, held: tuple[str, ...]) -> tuple[Doubt, ...]:
    if not held:
        return ()
    text = f"{name} was held back all the time: {', '.join(held)}; its times are those of a slower device"
    return (Doubt("throttled", text, "let it cool, or give it more power; this tool sets no clocks"),)


def joined(repeats: list[tuple[Blocks, ...]]) -> tuple[Blocks, ...]:
    """Repeats that were measured one by one, as if they had been measured together; calls of the first kind of block.

    Seconds are of blocks, so a repeat with another number of calls a block is scaled to the first's.
    """
    return tuple(_one(parts) for parts in zip(*repeats, strict=True))


def _one(parts: tuple[Blocks, ...]) -> Blocks:
    first = parts[0]
    turns = rounds = 0
    columns: dict[str, list[float]] = {name: [] for name in ("wall", "cpu", "process")}
    counts: dict[str, list[int]] = {name: [] for name in ("turn", "round", "repeat", "switches", "faults", "waits")}
    for number, part in enumerate(parts):
        scale = first.loops / part.loops
        for name, values in columns.items():
            values += [seconds * scale for seconds in getattr(part, name)]
        counts["turn"] += [turn + turns for turn in part.turn]
        counts["round"] += [place + rounds for place in part.round]
        counts["repeat"] += [number] * len(part.wall)
        for name in ("switches", "faults", "waits"):
            counts[name] += getattr(part, name)
        turns += 2 * max(part.turn) + 2
        rounds += max(part.round) + 1
    every = {name: tuple(values) for name, values in (columns | counts).items()}
    return replace(first, **every)  # type: ignore[arg-type]  # columns by name
