"""Every probe, side by side with its like, in the blocks and on the clock that workloads are measured with."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.call_probes import allocation_batch, call_batch
from tensorlab.bench.ceilings.device_probes import device_batches
from tensorlab.bench.ceilings.matmul_probes import matmul_batches
from tensorlab.bench.ceilings.memory_probes import memory_batch, working_sets
from tensorlab.bench.ceilings.record import Ceilings, Figure
from tensorlab.bench.ceilings.team import Team
from tensorlab.bench.host.environment import advice
from tensorlab.bench.host.fingerprint import fingerprint
from tensorlab.bench.pairing.counters import read as read_now
from tensorlab.bench.pairing.interleave import BLOCK, Effort, interleaved
from tensorlab.bench.threads import equal_threads
from tensorlab.memory.record import Doubt
from tensorlab.progress import Progress
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tensorlab.bench.ceilings.device import Device
    from tensorlab.bench.ceilings.plan import Batch, Probe
    from tensorlab.bench.host.record import Host
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks, ClockName

SCHEMA = 1
EFFORT = Effort(seconds=0.02, rounds=5, repeats=2)
"""Of each probe."""
SHARE = 0.2
"""Of a call that must be work for the work to be told from the call."""
SEED = 7
EMPTY = " (empty)"


class Means(NamedTuple):
    """What is measured with; a test gives a clock that it moves itself."""

    read: Read = read_now
    random: Random = Random(SEED)  # noqa: S311 - an order of turns, no secret
    effort: Effort = EFFORT


def every_batch(host: Host, devices: Iterable[Device], team: Team) -> Iterator[Batch]:
    """What is measured, in order: calls, memory, products, the devices; with one thread, then with all."""
    yield call_batch()
    yield allocation_batch()
    largest = max((size for _, size, _ in levels(host)), default=32 << 20)
    for threads in sorted({1, host.usable}):
        for size in working_sets(largest, host.memory):
            yield memory_batch(size, threads, team if threads > 1 else None)
        yield from matmul_batches(threads)
    for device in devices:
        yield from device_batches(device)


def measure_all(
    host: Host,
    devices: Iterable[Device],
    *,
    means: Means | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Ceilings:
    """Measure every ceiling; takes about half a minute. Ctrl-C keeps the batches that are done.

    Args:
        host: The machine's facts, from ``bench.host.fingerprint.host_facts``.
        devices: Accelerators.
        means: Clock, order, how long.
        watch: Called before each batch.
    """
    means = means or Means()
    figures: list[Figure] = []
    interrupted = False
    try:
        with Team(max(host.usable, 2)) as team:
            batches = tuple(every_batch(host, devices, team))
            for done, batch in enumerate(batches):
                if watch is not None:
                    watch(Progress(batch.label, done, len(batches)))
                figures += measure(batch, means, levels(host))
    except KeyboardInterrupt:
        interrupted = True
    return Ceilings(
        schema=SCHEMA,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        fingerprint=fingerprint(host),
        libraries=host.libraries,
        levels=levels(host),
        threads=host.usable,
        block=BLOCK,
        figures=tuple(figures),
        doubts=(*advice(host), *busy(figures, host.usable)),
        interrupted=interrupted,
    )


def busy(figures: list[Figure], threads: int) -> tuple[Doubt, ...]:
    """A doubt where all threads together reach less than one: something else computes on the same processors."""
    products = [one for one in figures if one.kind == "compute" and one.device == "cpu"]
    dtypes = sorted({one.dtype for one in products}, key=lambda dtype: dtype != "float32")
    return tuple(doubt for dtype in dtypes for doubt in _busy(products, dtype, threads))[:1]


def _busy(products: list[Figure], dtype: str, threads: int) -> tuple[Doubt, ...]:
    alone, together = (
        max((one.rate for one in products if one.dtype == dtype and one.threads == count), default=0.0)
        for count in (1, threads)
    )
    if threads == 1 or not together or together >= alone:
        return ()
    text = (
        f"{threads} threads together reach {Quantity(together, 'FLOP/s')} in products of {dtype}, "
        f"one alone {Quantity(alone, 'FLOP/s')}: something else computes on these processors"
    )
    cure = "measure again when nothing else runs; until then one thread's figure stands for all"
    return (Doubt("oversubscribed", text, cure, alone / together),)


def measure(batch: Batch, means: Means, caches: tuple[tuple[str, int, bool], ...] = ()) -> list[Figure]:
    """The figures of one batch: its probes in random turns."""
    prepare = {}
    for probe in batch.probes:
        prepare[probe.name] = probe.prepare
        if probe.empty is not None:
            prepare[probe.name + EMPTY] = probe.empty
    with equal_threads(batch.threads):
        blocks = interleaved(prepare, means.effort, read=means.read, random=means.random, wait=batch.wait)
    named = {one.name: one for one in blocks}
    found = (_figure(probe, batch, named, caches) for probe in batch.probes)
    return [one for one in found if one is not None]


def _figure(
    probe: Probe, batch: Batch, named: dict[str, Blocks], caches: tuple[tuple[str, int, bool], ...]
) -> Figure | None:
    clock: ClockName = "wall" if batch.threads > 1 or batch.wait else "cpu"
    blocks = named[probe.name]
    seconds = blocks.seconds(clock)
    if probe.name + EMPTY in named:
        empty = median(named[probe.name + EMPTY].seconds(clock))
        if median(seconds) - empty < SHARE * median(seconds):
            return None  # the call, not the work
        seconds = tuple(max(one - empty, 0.0) for one in seconds)
    if not median(seconds):
        return None  # the clock cannot tell
    return Figure(
        kind=probe.kind,
        probe=probe.name,
        library=probe.library,
        amount=probe.amount,
        unit=probe.unit,
        seconds=seconds,
        loops=blocks.loops,
        clock=clock,
        threads=batch.threads,
        device=batch.device,
        dtype=probe.dtype,
        working_set=probe.working_set,
        level=level_of(caches, probe.working_set, batch.threads) if probe.working_set and not batch.wait else "",
        faults=median(blocks.faults) / blocks.loops,
    )


def levels(host: Host) -> tuple[tuple[str, int, bool], ...]:
    """Caches that hold data: name, bytes, whether the cores share it; the first two belong to a core.

    >>> from dataclasses import replace
    >>> from tensorlab.bench.host.fingerprint import host_facts
    >>> levels(replace(host_facts(), caches=(("L1d", 49152), ("L1i", 32768), ("L2", 1 << 20), ("L3", 1 << 25))))
    (('L1', 49152, False), ('L2', 1048576, False), ('L3', 33554432, True))
    """
    found = {name.rstrip("d"): size for name, size in host.caches if not name.endswith("i")}
    return tuple((name, size, name not in {"L1", "L2"}) for name, size in sorted(found.items(), key=lambda one: one[1]))


def level_of(caches: tuple[tuple[str, int, bool], ...], working_set: int, threads: int) -> str:
    """The smallest cache that holds so many bytes, else "DRAM"."""
    return next((name for name, size, shared in caches if working_set <= size * (1 if shared else threads)), "DRAM")
