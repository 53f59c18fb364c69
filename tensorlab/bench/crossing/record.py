"""The CPU beside a device, size by size, and the size from which on the device wins."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

from tensorlab.bench.chasing.record import Trial
from tensorlab.errors import LayoutError
from tensorlab.memory.record import Doubt

Transfer = Literal["none", "page-locked", "pageable"]
WORDS: dict[Transfer, str] = {
    "none": "without transfer",
    "page-locked": "with transfer, page-locked",
    "pageable": "with transfer, pageable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceModel:
    """What a device would take for a piece of work, by figures that nobody measured here.

    Raises:
        LayoutError: A rate that is not above 0, or a time below 0.
    """

    name: str
    """"NVIDIA H100 SXM"."""
    kind: str
    """"cuda"."""
    source: str
    """Where the rates come from."""
    assumed: str
    """What the source does not say, and was assumed."""
    bandwidth: float
    """Bytes a second of its own memory."""
    peaks: tuple[tuple[str, float], ...]
    """dtype of a product, and operations a second; "vector" for all that is no product."""
    asking: float
    """Seconds from asking for a call until it is known to be done, beside the work."""
    to_device: float
    """Bytes a second from page-locked memory."""
    from_device: float
    """Bytes a second into page-locked memory."""
    pageable_to: float | None = None
    """From ordinary memory; None where nobody says."""
    pageable_from: float | None = None
    slack: float = 1.0
    """How many times slower than these figures it may be: the far end of the interval."""

    def __post_init__(self) -> None:
        rates = [self.bandwidth, self.to_device, self.from_device, *(rate for _, rate in self.peaks)]
        if not all(0 < rate < inf for rate in rates) or not 0 <= self.asking < inf or not 1 <= self.slack < inf:
            raise LayoutError(f"a device has rates above 0; got {rates}, {self.asking} s a call, slack {self.slack}")

    def peak(self, dtype: str) -> float | None:
        """Operations a second of products in that dtype; None where it has none."""
        return dict(self.peaks).get(dtype)

    def __str__(self) -> str:
        return f"{self.name}: {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One time of one sample: its median with an interval."""

    seconds: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.seconds <= self.high < inf:
            raise LayoutError(f"seconds lie in their interval; got {self.low}, {self.seconds}, {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The same work at one size on the CPU and on the device; the times of the device told apart."""

    workload: str
    dtype: str
    """On the device: "tfloat32" and "float8_e4m3fn" are compared with float32 on the CPU."""
    size: int
    cpu: Aspect
    kernel: Aspect | None
    """What the device itself computes, by its own events; None where it has none, or none was there."""
    latency: Aspect
    """From asking for a call until it is known to be done; operands and result stay on the device."""
    locked: Aspect | None = None
    """The same with the operands' way there and the result's way back, in page-locked memory."""
    pageable: Aspect | None = None
    """The same in ordinary memory."""
    graph: Aspect | None = None
    """A call of many in one CUDA graph: what is left when nobody asks for each."""
    overlapped: Aspect | None = None
    """A call of many whose transfers run beside other calls, in streams of their own."""
    trials: tuple[tuple[Transfer, Trial], ...]
    """Seconds of the device over those of the CPU, of each kind of transfer."""
    errors: tuple[tuple[str, float], ...] = ()
    """Device, and its largest error against the float64 reference."""
    discarded: int = 0
    """Blocks that were thrown away: the device was throttled."""
    bounds: tuple[tuple[str, str, float], ...] = ()
    """What was timed ("CPU", "kernel", "latency", "page-locked"), the ceiling that binds it, and what part of that its
    median reaches: 1 is all of it."""

    def trial(self, transfer: Transfer) -> Trial | None:
        """The ratio of that kind; None where it was not told."""
        return dict(self.trials).get(transfer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """The size from which on the device is faster than the CPU; ``str()`` is a sentence.

    Raises:
        LayoutError: The size is not within its interval.

    >>> print(Crossing(workload="add", unit="elements", dtype="float32", device="cuda", transfer="none",
    ...                projected=True, size=4096, low=2048, high=8192, least=16, most=65536))
    add float32: cuda wins from 4,096 elements on [2,048, 8,192], without transfer (projected)
    """

    workload: str
    unit: str
    """"elements", "rows"."""
    dtype: str
    device: str
    transfer: Transfer
    projected: bool
    """Whether the device's times were computed from figures instead of measured."""
    size: int | None
    """None where it does not win up to ``most``."""
    low: int | None = None
    """The largest size at which the CPU is faster for certain."""
    high: int | None = None
    """The smallest size from which on the device is faster for certain; None where it is nowhere so."""
    least: int
    most: int
    trials: tuple[Trial, ...] = ()

    def __post_init__(self) -> None:
        if self.size is not None and not (self.low or 0) <= self.size <= (self.high or self.size):
            raise LayoutError(f"a size lies in its interval; got {self.size} in {self.low} to {self.high}")

    @property
    def interval(self) -> str:
        """The interval as it is printed; a question mark where nothing is certain."""
        if self.size is None:
            return ""
        return f"[{self.low or self.least:,}, {'?' if self.high is None else f'{self.high:,}'}]"

    def __str__(self) -> str:
        about, label = f"{self.workload} {self.dtype}", " (projected)" if self.projected else ""
        if self.size is None:
            told = f"{self.device} does not win up to {self.most:,} {self.unit}"
        else:
            told = f"{self.device} wins from {self.size:,} {self.unit} on {self.interval}"
        return f"{about}: {told}, {WORDS[self.transfer]}{label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossings:
    """Where a device overtakes the CPU; ``str()`` is a line for each."""

    machine: str
    device: str
    threads: int
    """Of the CPU."""
    model: DeviceModel | None
    """What the device's times were projected from; None where they were measured."""
    crossings: tuple[Crossing, ...]
    samples: tuple[Sample, ...]
    missing: tuple[str, ...] = ()
    """What has no line, and why."""
    wrong: tuple[str, ...] = ()
    """What has no line because a result was not that of the float64 reference."""
    doubts: tuple[Doubt, ...] = ()
    interrupted: bool = False
    """Whether Ctrl-C came before all was measured."""

    @property
    def projected(self) -> bool:
        """Whether no device was there."""
        return self.model is not None

    def __str__(self) -> str:
        doubts = (f"doubt: {one.text}" for one in self.doubts)
        cut = ("interrupted: the rest was not measured",) if self.interrupted else ()
        return "\n".join([*map(str, self.crossings), *self.missing, *self.wrong, *doubts, *cut])
