"""What is computed, one cell of the table, and what the clock said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.bench.host.record import Host
from tensorlab.bench.pairing.record import ClockName, Verdict
from tensorlab.bench.stats import require_seconds
from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DType
from tensorlab.memory.record import Doubt, Operand
from tensorlab.quantity import Quantity

Group = Literal["elementwise", "fused", "reduction", "matmul", "movement", "network", "own"]
Profile = Literal["quick", "full"]
Cache = Literal["warm", "cold"]
Cause = Literal["device", "dtype", "backend", "absent", "cost", "memory", "wrong", "failed"]
Prepare: TypeAlias = Callable[[str, DType], Callable[..., object]]
"""Device and dtype to a function of the placed operands; what it sets up (weights, for one) is not timed."""
SMALL = 0.05
"""A difference under it may come from where buffers happen to lie, or from the moment: few makes show nothing of it."""
UNTOLD = "-"
"""Stands for a device and a dtype of a run from elsewhere that nobody wrote down."""
MAKES = 3
"""So many processes, or makes of the buffers in turns, show something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What is computed, and what it costs by arithmetic alone."""

    name: str
    group: Group
    unit: str
    """What a size counts: "elements", "rows", "images"."""
    operands: Callable[[int, DType], tuple[Operand, ...]]
    """Size and dtype to the inputs."""
    writes: Callable[[int, DType], int]
    """Size and dtype to the bytes of the result."""
    flops: Callable[[int], int]
    """Size to floating-point operations, 2 a multiply-add; 0 where nothing is computed."""
    parameters: Callable[[DType], int]
    """Bytes read beside the operands: a network's weights; 0 for an operation."""
    tolerance: Mapping[str, float]
    """dtype to the largest error against the float64 reference, relative to its largest value."""
    sizes: Mapping[Profile, tuple[int, ...]]
    expected: Callable[[tuple[object, ...]], object] | None = None
    """The placed operands to the result that is right, where that is not the reference run in float64; it gives None
    where nobody knows."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Workloads with their implementations; the api adds up those of several floors."""

    workloads: tuple[Workload, ...]
    implementations: Mapping[tuple[str, str], Prepare]
    """Backend and workload to the implementation. The NumPy one, run in float64, is the reference."""

    def __add__(self, other: Catalogue) -> Catalogue:
        return Catalogue(self.workloads + other.workloads, {**self.implementations, **other.implementations})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One cell of the table; its fields are its identity."""

    workload: str
    size: int
    unit: str
    """What the size counts: "elements", "rows", "images"."""
    backend: str
    """"list", "array", "numpy", "torch", "torch.compile"."""
    device: str
    """"cpu", "cuda", "cuda:1"."""
    dtype: str
    threads: int
    reads: int
    """Bytes, from the operands' layouts."""
    writes: int
    """Bytes."""
    flops: int
    cache: Cache = "warm"
    """"warm": each call finds the same operands, in the caches if they fit; "cold": operands take turns, so that none
    is found there."""
    allocates: bool = True
    """Whether each call makes its result; otherwise it writes into one that is there (``out=``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A case that was measured, with every raw value.

    Raises:
        LayoutError: A block without calls, columns of different lengths, or seconds that no clock can have said.
    """

    case: Case
    host: str
    """Fingerprint of the machine and its libraries."""
    process: int = 0
    """Which of several processes measured it."""
    together: str = ""
    """Equal for runs that were measured in turns with one another: their blocks of a round are pairs. "": alone."""
    clock: ClockName = "wall"
    """Which of the two its figures are of: the processor's where one thread computes."""
    loops: int
    """Calls in a block."""
    wall: tuple[float, ...]
    """Seconds a block, every one."""
    cpu: tuple[float, ...] = ()
    """Seconds that the calling thread computed in it; empty, as each column below, where nobody counted."""
    turn: tuple[int, ...] = ()
    """Place among the blocks of all that were measured together."""
    round: tuple[int, ...] = ()
    """In a round each of them has one block."""
    repeat: tuple[int, ...] = ()
    """In a repeat the operands were placed anew."""
    switches: tuple[int, ...] = ()
    """Involuntary context switches in a block."""
    faults: tuple[int, ...] = ()
    """Page faults in a block."""
    computed: tuple[float, ...] = ()
    """Seconds that all threads of the process computed in a block."""
    waits: tuple[int, ...] = ()
    """How often the calling thread gave the processor away itself."""
    first: float
    """Seconds of the first call, apart: lazy imports, allocation, compilation."""
    first_faults: int = 0
    """Page faults in it."""
    error: float
    """Largest error against the float64 reference, relative to its largest value."""
    ceiling: str = ""
    """What binds it: "dispatch", "L1", "L2", "L3", "DRAM", "compute", "transfer"; "" where no ceilings were at hand."""
    part: float = 0.0
    """Of that ceiling, by the median: 1.0 is all of it; 0.0 where none is known."""
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        if self.loops < 1:
            raise LayoutError(f"a block holds 1 call or more; got {self.loops}")
        require_seconds(self.wall, "wall")
        require_seconds((self.first,), "first")
        if self.cpu:
            require_seconds(self.cpu, "cpu")
        counts = self.turn, self.round, self.repeat, self.switches, self.faults, self.waits
        lengths = {len(column) for column in (self.cpu, self.computed, *counts) if column}
        if lengths - {len(self.wall)}:
            raise LayoutError(f"each of {len(self.wall)} blocks has one value in each column; got other counts")
        if self.clock == "cpu" and not self.cpu:
            raise LayoutError("figures of the processor's clock need its seconds; got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A case that has no time, and why: a row, never a gap."""

    case: Case
    reason: str
    cause: Cause
    named: bool
    """Whether what is missing was asked for by name: then a missing device ends with exit code 3."""
    process: int = 0
    """Which of several processes found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How long one takes beside another: the ratio of their seconds a call, with its interval of 95%."""

    value: float
    """Below 1 is faster."""
    low: float
    high: float
    paired: bool
    """Whether blocks that ran in turns were compared, pair by pair; otherwise the interval is wider."""
    pairs: int
    """Of blocks, or of processes where they did not run in turns."""
    makes: int
    """In how many processes, or makes of the buffers, it was seen."""

    @property
    def verdict(self) -> Verdict:
        """What may be claimed: the interval excludes 1, and a difference under 5% was seen in three makes or more."""
        if self.low <= 1 <= self.high or (abs(self.value - 1) < SMALL and self.makes < MAKES):
            return "can't tell"
        return "faster" if self.high < 1 else "slower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a row of the table says of a case that was measured."""

    run: Run
    """The first, where several processes measured the case."""
    time: Quantity
    """Median seconds a call, over the blocks of all processes."""
    least: Quantity
    """The 10th percentile beside it: what the machine does when little disturbs it."""
    spread: float
    """Half the distance between the quartiles, relative to the median."""
    bandwidth: Quantity | None
    """Bytes of operands and result, over the median; None where that is 0."""
    rate: Quantity | None
    """Floating-point operations a second; None where nothing is computed, or the median is 0."""
    standing: Standing | None
    """Its time over NumPy's, with the interval; None where NumPy was not measured, or one of the two is 0."""
    base: str
    """The dtype of the NumPy run that it is compared with; "" where there is none."""
    ceiling: str = ""
    """What binds it; "" where no ceilings were at hand."""
    part: float = 0.0
    """Of that ceiling: 1.0 is all of it."""

    @property
    def speedup(self) -> float | None:
        """NumPy's time over this one, so above 1 is faster than NumPy."""
        return 1 / self.standing.value if self.standing else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for, as it was written; empty where the profile decides."""

    names: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    dtypes: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    caches: tuple[Cache, ...] = ()
    allocations: tuple[bool, ...] = ()
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line: where and how the rows below it were measured."""

    schema: int
    created: str
    """UTC: "2026-01-31T12:00:00Z"."""
    profile: Profile
    threads: int
    fingerprint: str
    """A short word for ``host``; equal where two files may be compared."""
    host: Host
    asked: Asked | None = None
    """For whoever goes on with the run; None in files of schema 1."""
    empty: float = 0.0
    """Seconds that an empty function takes in the place of a call: what measuring costs, not taken off; 0.0 where that
    was not measured."""
    reading: float = 0.0
    """Seconds that reading clocks and counters takes, once a block; not taken off."""
    ceilings: Ceilings | None = None
    """Of this machine, as they were when the run began; None where nobody measured them."""
