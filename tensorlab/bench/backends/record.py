"""What the runner must know of a library to measure it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tensorlab.bench.record import Group, Prepare
from tensorlab.layout.dtype import DType
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One library: where it runs, what it holds, how values get in and out."""

    name: str
    """"list", "numpy", "torch"."""
    devices: Callable[[], tuple[str, ...]]
    """Where it runs unasked: "cpu", and accelerators that are there."""
    kinds: tuple[str, ...]
    """Device types that it can run on, there or not."""
    missing: Callable[[str], str]
    """Why a device is not there; "" where it is."""
    computes: Callable[[DType], DType]
    """The dtype it computes in when asked for one: a list always in float64."""
    lacks: Callable[[str, DType], str]
    """Why it cannot hold a dtype on a device; "" where it can."""
    place: Callable[[Operand, str, int], object]
    """Operand, device and seed to what the implementation takes."""
    adopt: Callable[[NDArray[Any]], object]
    """An array on the host to what the implementation takes on the CPU, value by value."""
    values: Callable[[object], NDArray[Any]]
    """A result or a placed operand as an array on the host: floats in float64, the rest as they are."""
    synchronize: Callable[[str], None]
    """Returns when the device has done all that was asked of it."""
    free: Callable[[str], int | None]
    """Bytes free on a device; None where nobody knows."""
    box: int
    """Bytes an element takes beside its value's own: the pointer to a boxed float, and what else its object takes."""
    pace: Callable[[str, DType, Group], float]
    """Device, dtype and group of the workload to seconds an operation: it tells beforehand what would take too long."""
    implementations: Mapping[str, Prepare]
    """Workload to implementation."""
    into: frozenset[str] = frozenset()
    """Workloads whose implementation takes ``out=``: a result that is there already, to write into."""
    quick: frozenset[Group] | None = None
    """Groups of workloads that it takes part in unasked in the quick profile; None means all."""
    where_written: bool = False
    """Whether it takes part unasked only where it has an implementation: then there is no row that says it has none."""
    absent: Callable[[], str] = str
    """Why it cannot be had here at all, a compiler that is missing for one; "" where it can."""
