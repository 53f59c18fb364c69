"""Where cases are measured: libraries, references, clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tensorlab.bench.agreement import trusted
from tensorlab.bench.pairing.counters import read
from tensorlab.bench.selfcheck.surroundings import look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.offload.machine import Machine
    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.interleave import Effort
    from tensorlab.bench.record import Catalogue, Workload
    from tensorlab.bench.selfcheck.surroundings import Signs
    from tensorlab.memory.record import Doubt


def no_machine(device: str) -> Machine | None:
    """The clock of a device that tells none."""
    del device
    return None


@dataclass(slots=True, kw_only=True)
class Laboratory:
    """Where cases are measured. It remembers the references of one workload and size, so it is no record."""

    catalogue: Catalogue
    backends: Mapping[str, Backend]
    effort: Effort
    host: str
    """Fingerprint."""
    usable: int
    """Processors that this process may run on."""
    controlled: bool
    """Whether the BLAS library lets its threads be set."""
    warnings: tuple[Doubt, ...] = ()
    """What is wrong with the variables that are set."""
    process: int = 0
    """Which of several processes this is."""
    name: str = ""
    """Of the session; groups of runs are told by it and by their number."""
    cache: int = 2**25
    """Bytes of the largest cache: operands that take turns are several times as large."""
    ceilings: Ceilings | None = None
    """Of this machine: each row is judged by them."""
    read: Read = read
    """Clocks and counters."""
    machine: Callable[[str], Machine | None] = no_machine
    """Device to its own clock, where it has one: blocks that are measured while it is held back are thrown away."""
    look: Callable[[], Signs] = look
    """What the machine did so far: how long threads waited for a processor, how fast it is."""
    start: Signs | None = None
    """The first look."""
    groups: int = 0
    """How many were measured so far."""
    references: dict[tuple[str, int, str], NDArray[Any]] = field(default_factory=dict)
    judges: dict[str, str] = field(default_factory=dict)
    """Workload to the library whose float64 is its reference."""

    def workload(self, name: str) -> Workload:
        """The workload of that name."""
        return next(workload for workload in self.catalogue.workloads if workload.name == name)

    def judge(self, name: str) -> str:
        """The library whose float64 is the workload's reference; found out once."""
        if name not in self.judges:
            self.judges[name] = trusted(self.workload(name), self.catalogue, self.backends)
        return self.judges[name]
