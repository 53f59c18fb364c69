"""What is computed, one cell of the table, and what the clock said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensorlab.bench.host.record import Host
from tensorlab.bench.stats import require_seconds
from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import DType
from tensorlab.memory.record import Doubt, Operand

Group = Literal["elementwise", "reduction", "matmul", "network"]
Profile = Literal["quick", "full"]
Cause = Literal["device", "dtype", "backend", "cost", "memory", "wrong", "failed"]
Prepare: TypeAlias = Callable[[str, DType], Callable[..., object]]
"""Device and dtype to a function of the placed operands; what it sets up (weights, for one) is not timed."""


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
    """"list", "numpy", "torch"."""
    device: str
    """"cpu", "cuda", "cuda:1"."""
    dtype: str
    threads: int
    reads: int
    """Bytes, from the operands' layouts."""
    writes: int
    """Bytes."""
    flops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A case that was measured.

    Raises:
        LayoutError: A block without calls, or seconds that no clock can have said.
    """

    case: Case
    host: str
    """Fingerprint of the machine and its libraries."""
    loops: int
    """Calls in a block."""
    wall: tuple[float, ...]
    """Seconds a block, every one."""
    first: float
    """Seconds of the first call, apart: lazy imports, allocation, compilation."""
    error: float
    """Largest error against the float64 reference, relative to its largest value."""
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        if self.loops < 1:
            raise LayoutError(f"a block holds 1 call or more; got {self.loops}")
        require_seconds(self.wall, "wall")
        require_seconds((self.first,), "first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A case that has no time, and why: a row, never a gap."""

    case: Case
    reason: str
    cause: Cause
    named: bool
    """Whether what is missing was asked for by name: then a missing device ends with exit code 3."""


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
