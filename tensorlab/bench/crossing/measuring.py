"""Both sides at the sizes that a search asks for: the CPU measured, the device measured or projected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.chasing.search import search
from tensorlab.bench.crossing.bounds import bounds_of
from tensorlab.bench.crossing.checked import WrongResultError, checked, host_dtype
from tensorlab.bench.crossing.middle import middle
from tensorlab.bench.crossing.projecting import Work, project
from tensorlab.bench.crossing.record import Crossing, Crossings, Sample
from tensorlab.bench.crossing.timed import timed
from tensorlab.bench.host.environment import advice
from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.pairing.counters import read as read_now
from tensorlab.bench.pairing.interleave import Effort, interleaved
from tensorlab.bench.threads import equal_threads
from tensorlab.errors import TensorlabError
from tensorlab.layout.shapes import numel
from tensorlab.memory.record import Doubt
from tensorlab.progress import Progress
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.crossing.checked import Checked
    from tensorlab.bench.crossing.record import Aspect, DeviceModel, Transfer
    from tensorlab.bench.offload.machine import Machine
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import ClockName
    from tensorlab.bench.record import Catalogue, Workload

SEED = 7
PAGE = 4096
PAGES_OF_A_RESULT = 256
"""From where on new pages are worth a word."""
MOST_BYTES = 192 << 20
"""Of operands and result together."""
SLOW = 20e-3
"""Seconds of a call from which on few of them are enough."""


class Extent(NamedTuple):
    """How much is measured."""

    flops: float
    """Of the largest size."""
    effort: Effort


QUICK = Extent(3e9, Effort(0.03, 3, 3))
FULL = Extent(4e10, Effort(0.15, 5, 5))


class Means(NamedTuple):
    """What is measured with; a test gives clocks of its own."""

    read: Read = read_now
    threads: int = 1
    extent: Extent = QUICK
    watch: Callable[[Progress], None] | None = None
    limits: Ceilings | None = None
    """That both sides are judged by; None: they are not."""


class Other(NamedTuple):
    """The side that the CPU is compared with: a device that is here, or a model of one that is not."""

    name: str
    machine: Machine | None
    model: DeviceModel | None


@dataclass(slots=True)
class Bench:
    """What was measured of one workload and dtype so far; a recording, no record."""

    workload: Workload
    dtype: str
    catalogue: Catalogue
    other: Other
    means: Means
    samples: dict[int, Sample] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    faults: dict[int, float] = field(default_factory=dict)
    """Sizes at which each call of the CPU makes its result anew, and page faults a call."""

    @property
    def new_pages(self) -> tuple[Doubt, ...]:
        """That the CPU pays for new pages and the device does not."""
        if not self.faults:
            return ()
        size = min(self.faults)
        text = f"{self.workload.name} {self.dtype}: from {size:,} on the CPU makes its result anew in each call, "
        text += f"{counted(round(self.faults[size]), 'page fault')}; a device keeps its memory"
        return (Doubt("page-faults", text, f"tensorlab bench why {self.workload.name} says what out= brings"),)

    def sample(self, size: int) -> Sample:
        """Both sides at that size, once."""
        if size not in self.samples:
            ready = checked(self.catalogue, self.workload, self.dtype, size)
            random = Random(SEED)  # noqa: S311 - an order of turns, no secret
            effort = self._effort(ready)
            if self.other.machine is not None:
                found, doubts = timed(ready, self.other.machine, effort, read=self.means.read, random=random)
                self.doubts += [one for one in doubts if one not in self.doubts]
            else:
                found = self._projected(ready, effort, random)
            self.samples[size] = self._judged(found, ready)
        return self.samples[size]

    def _judged(self, sample: Sample, ready: Checked) -> Sample:
        limits, device = self.means.limits, self.other.name if self.other.machine is not None else ""
        if limits is None:
            return sample
        bounds = bounds_of(sample, ready, limits, threads=self.means.threads, device=device)
        return replace(sample, bounds=tuple(bounds))

    def _effort(self, ready: Checked) -> Effort:
        before = self.means.read()
        ready.call()
        seconds = self.means.read().wall - before.wall
        effort = self.means.extent.effort
        return effort._replace(rounds=1) if seconds >= SLOW else effort

    def _projected(self, ready: Checked, effort: Effort, random: Random) -> Sample:
        assert self.other.model is not None
        blocks = interleaved({"cpu": lambda: ready.call}, effort, read=self.means.read, random=random)[0]
        faults = median(blocks.faults) / blocks.loops
        if ready.writes >= PAGES_OF_A_RESULT * PAGE and faults * PAGE >= ready.writes / 2:
            self.faults[ready.size] = faults
        clock: ClockName = "cpu" if self.means.threads == 1 and any(blocks.cpu) else "wall"
        cpu = middle(blocks.seconds(clock))
        work = Work(ready.reads, ready.writes, ready.flops, self.dtype, self.workload.group == "matmul")
        told = project(self.other.model, work)
        ways: list[tuple[Transfer, Aspect | None]] = [
            ("none", told.latency),
            ("page-locked", told.locked),
            ("pageable", told.pageable),
        ]
        return Sample(
            workload=self.workload.name,
            dtype=self.dtype,
            size=ready.size,
            cpu=cpu,
            kernel=None,  # at data sheet rates a small kernel would take picoseconds
            latency=told.latency,
            locked=told.locked,
            pageable=told.pageable,
            trials=tuple((way, _against(ready.size, one, cpu)) for way, one in ways if one is not None),
            errors=(("cpu", ready.error),),
        )


def _against(size: int, device: Aspect, cpu: Aspect) -> Trial:
    """From the device at its best beside the CPU at its slowest to the other way round."""
    ratio = device.seconds / cpu.seconds
    return Trial(size=size, ratio=ratio, low=device.low / cpu.high, high=device.high / cpu.low)


def crossed(
    catalogue: Catalogue, asked: Sequence[tuple[Workload, str]], other: Other, means: Means | None = None
) -> Crossings:
    """Search for the size at which the device overtakes the CPU, for each workload and dtype.

    Ctrl-C keeps the sizes that were measured and the searches that came to an end.

    Args:
        catalogue: Implementations and references.
        asked: Workloads, each with a dtype of the device.
        other: The device.
        means: Clocks, threads, how much.
    """
    means = means or Means()
    found: list[Crossing] = []
    samples: list[Sample] = []
    missing: list[str] = []
    wrong: list[str] = []
    interrupted = False
    host = host_facts()
    doubts = [one for one in advice(host) if not one.code.startswith("OPENBLAS")]  # torch does not use it
    with equal_threads(means.threads):
        for number, (workload, dtype) in enumerate(asked):
            bench = Bench(workload, dtype, catalogue, other, means)
            tell = _telling(means, f"{workload.name} {dtype}", number, len(asked))
            try:
                found.extend(_ways(bench, tell))
            except WrongResultError as error:
                wrong.append(f"{workload.name} {dtype}: {error}")
            except TensorlabError as error:
                missing.append(f"{workload.name} {dtype}: {error.message}")
            except KeyboardInterrupt:
                interrupted = True
            samples += [bench.samples[size] for size in sorted(bench.samples)]
            doubts += [one for one in (*bench.doubts, *bench.new_pages) if one not in doubts]
            if interrupted:
                break
    return Crossings(
        machine=f"{host.cpu}, {counted(host.usable, 'usable processor')}",
        device=other.name,
        threads=means.threads,
        model=other.model if other.machine is None else None,
        crossings=tuple(found),
        samples=tuple(samples),
        missing=tuple(missing),
        wrong=tuple(wrong),
        doubts=tuple(doubts),
        interrupted=interrupted,
    )


def _telling(means: Means, label: str, number: int, total: int) -> Callable[[int], None]:
    def tell(size: int) -> None:
        if means.watch is not None:
            means.watch(Progress(f"{label}, {size:,}", number, total))

    return tell


def _ways(bench: Bench, tell: Callable[[int], None]) -> Iterator[Crossing]:
    """One search for each kind of transfer; sizes that were measured once are not measured again."""
    least, most = sizes(bench.workload, bench.dtype, bench.means.extent.flops)
    tell(least)
    ways = [way for way, _ in bench.sample(least).trials]
    for way in ways:
        yield _search(bench, way, (least, most), tell)


def _search(bench: Bench, way: Transfer, limits: tuple[int, int], tell: Callable[[int], None]) -> Crossing:
    def trial(size: int) -> Trial:
        tell(size)
        return dict(bench.sample(size).trials)[way]

    least, most = limits
    found = search(trial, least, most)
    return Crossing(
        workload=bench.workload.name,
        unit=bench.workload.unit,
        dtype=bench.dtype,
        device=bench.other.name,
        transfer=way,
        projected=bench.other.machine is None,
        size=found.size,
        low=found.low,
        high=found.high,
        least=least,
        most=most,
        trials=found.trials,
    )


def sizes(workload: Workload, dtype: str, flops: float) -> tuple[int, int]:
    """The smallest size, and the largest power of two whose operands and operations are not too many.

    >>> from tensorlab.bench.workloads.elementwise import WORKLOADS
    >>> sizes(WORKLOADS[0], "float32", 3e9)
    (16, 16777216)
    """
    kind = host_dtype(dtype)

    def fits(size: int) -> bool:
        nbytes = sum(numel(one.layout.shape) * one.dtype.itemsize for one in workload.operands(size, kind))
        return nbytes + workload.writes(size, kind) <= MOST_BYTES and workload.flops(size) <= flops

    size = 16
    while fits(2 * size):
        size *= 2
    return 16, size
