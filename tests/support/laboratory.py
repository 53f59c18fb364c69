"""A laboratory without a machine: a device that works only while it is waited for, and cases made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.bench.backends.constant import always
from tensorlab.bench.backends.record import Backend
from tensorlab.bench.clock import Clock
from tensorlab.bench.host.record import Host
from tensorlab.bench.laboratory import Laboratory
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Asked, Case, Catalogue, Header, Run, Skipped, Workload
from tensorlab.bench.selfcheck.surroundings import Signs
from tensorlab.bench.workloads.dense import ROUNDED_ONCE, dense, no_parameters
from tensorlab.memory.build import build_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.record import Cause
    from tensorlab.layout.dtype import DType
    from tensorlab.memory.record import Operand


QUIET = Signs(wall=0.0, queued=None, pace=1e-3)
"""A machine on which nothing happens meanwhile: what the real one does is no test's business."""


@dataclass
class FakeDevice:
    """Calls are queued and take no time; ``synchronize`` lets the queued seconds pass."""

    seconds: float = 1e-3
    """That a call takes on the device."""
    queued: float = 0.0
    clock: float = 0.0
    events: list[str] = field(default_factory=list)

    def call(self, *arguments: object) -> object:
        self.events.append("call")
        self.queued += self.seconds
        return arguments[0] if arguments else None

    def synchronize(self) -> None:
        self.events.append("sync")
        self.clock += self.queued
        self.queued = 0.0

    def now(self) -> float:
        self.events.append("read")
        self.clock += 50e-9
        return self.clock

    def watch(self) -> Clock:
        return Clock(synchronize=self.synchronize, now=self.now)


def case(**changes: Any) -> Case:
    """A case of adding 1000 float32 numbers with NumPy, with some fields changed."""
    usual: dict[str, Any] = {
        "workload": "add",
        "size": 1000,
        "unit": "elements",
        "backend": "numpy",
        "device": "cpu",
        "dtype": "float32",
        "threads": 1,
        "reads": 8000,
        "writes": 4000,
        "flops": 1000,
    }
    return Case(**(usual | changes))


def run(seconds: float = 1e-6, **changes: Any) -> Run:
    """A run of five blocks around that many seconds a call, 10 calls a block."""
    wall = tuple(10 * seconds * factor for factor in (0.8, 0.9, 1.0, 1.1, 1.2))
    return Run(case=case(**changes), host="abc", loops=10, wall=wall, first=1e-3, error=0.0)


def skipped(cause: Cause, reason: str, *, named: bool = False, **changes: Any) -> Skipped:
    return Skipped(case=case(**changes), reason=reason, cause=cause, named=named)


def header() -> Header:
    host = Host(
        cpu="Test CPU",
        vector=("avx2",),
        cores=2,
        logical=2,
        usable=2,
        caches=(("L1d", 32768),),
        memory=2**34,
        huge_pages="madvise",
        accelerators=(),
        system="Linux 6.1.0 x86_64",
        python="CPython 3.11.7",
        libraries=(("torch", "2.13.0"), ("numpy", "2.4.6")),
        blas=(),
        environment=(),
    )
    return Header(
        schema=2,
        created="2026-01-31T12:00:00Z",
        profile="quick",
        threads=1,
        fingerprint="0123456789ab",
        host=host,
        asked=Asked(),
    )


def workload(name: str = "double", *, tolerance: Mapping[str, float] = ROUNDED_ONCE) -> Workload:
    """One vector in, one out."""
    return Workload(
        name=name,
        group="elementwise",
        unit="elements",
        operands=_one_vector,
        writes=lambda size, kind: size * kind.itemsize,
        flops=lambda size: size,
        parameters=no_parameters,
        tolerance=tolerance,
        sizes={"quick": (4, 8), "full": (4, 8, 16)},
    )


def _one_vector(size: int, kind: DType) -> tuple[Operand, ...]:
    return (dense((size,), kind),)


def double(values: Any) -> Any:
    return values * 2


def _place(operand: Operand, device: str, seed: int) -> object:
    assert device
    return build_array(operand, seed=seed)


def backend(name: str = "numpy", **changes: Any) -> Backend:
    """NumPy under another name, on a CPU that nobody can fill."""
    usual: dict[str, Any] = {
        "name": name,
        "devices": always(("cpu",)),
        "kinds": ("cpu",),
        "missing": always(""),
        "computes": lambda kind: kind,
        "lacks": always(""),
        "place": _place,
        "adopt": lambda array: array,
        "values": lambda result: np.asarray(result, np.float64),
        "synchronize": always(None),
        "free": always(2**40),
        "box": 0,
        "pace": always(1e-12),
        "implementations": {},
    }
    return Backend(**(usual | changes))


def laboratory(
    functions: Mapping[str, Callable[..., object]], *, backends: Mapping[str, Backend] | None = None
) -> Laboratory:
    """One workload, "double", computed by the function given for each library; NumPy's is right."""
    table = {("numpy", "double"): double} | {(name, "double"): function for name, function in functions.items()}
    return Laboratory(
        catalogue=Catalogue(
            workloads=(workload(),),
            implementations={key: always(function) for key, function in table.items()},
        ),
        backends=backends or {name: backend(name) for name, _ in table},
        effort=Effort(0.0, 1, 1),
        host="abc",
        usable=2,
        controlled=True,
        look=always(QUIET),
    )
