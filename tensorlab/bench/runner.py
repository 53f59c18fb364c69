"""One case: place its operands, check its first result, then time it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.bench.clock import Clock, first_call, timed_blocks
from tensorlab.bench.doubts import doubts
from tensorlab.bench.record import Run, Skipped
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.clock import Effort
    from tensorlab.bench.record import Case, Catalogue, Workload
    from tensorlab.memory.record import Doubt

REFERENCE = "numpy"
"""The library whose float64 result is what is right."""


class Prepared(NamedTuple):
    """A case that is ready to be timed: placed, run once, found right."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    clock: Clock
    first: float
    """Seconds of the first call."""
    error: float
    """Against the float64 reference, relative to its largest value."""


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
    references: dict[tuple[str, int, str], NDArray[Any]] = field(default_factory=dict)

    def workload(self, name: str) -> Workload:
        """The workload of that name."""
        return next(workload for workload in self.catalogue.workloads if workload.name == name)


def measure_case(case: Case, laboratory: Laboratory) -> Run | Skipped:
    """Measure a case. What goes wrong inside it is a row that says so, and the next case can follow."""
    try:
        ready = prepare(case, laboratory)
        return ready if isinstance(ready, Skipped) else _run(case, ready, laboratory)
    except Exception as error:  # noqa: BLE001 - libraries raise what they like, and the other cases must go on
        return Skipped(case=case, reason=_one_line(error), cause="failed", named=False)


def prepare(case: Case, laboratory: Laboratory) -> Prepared | Skipped:
    """Place the operands, call once, and check the result: a wrong one is a row without a time."""
    workload, kind = laboratory.workload(case.workload), dtype(case.dtype)
    backend = laboratory.backends[case.backend]
    function = laboratory.catalogue.implementations[case.backend, case.workload](case.device, kind)
    arguments = tuple(
        backend.place(operand, case.device, seed) for seed, operand in enumerate(workload.operands(case.size, kind))
    )
    clock = Clock(synchronize=lambda: backend.synchronize(case.device))
    expected = _reference(case, [backend.values(argument) for argument in arguments], laboratory)
    first = first_call(function, arguments, clock)
    error = largest_error(backend.values(first.result), expected)
    if not error <= workload.tolerance[case.dtype]:
        allowed = workload.tolerance[case.dtype]
        told = f"differs from the float64 reference by {error:.3g}; {allowed:.3g} is allowed"
        return Skipped(case=case, reason=told, cause="wrong", named=False)
    return Prepared(function, arguments, clock, first.seconds, error)


def largest_error(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """The largest difference, relative to the largest value expected; infinite where the shapes or NaNs differ.

    >>> largest_error(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
    0.25
    >>> largest_error(np.array([1.0]), np.array(1.0)), largest_error(np.array(np.nan), np.array(1.0))
    (inf, inf)
    """
    if found.shape != expected.shape:
        return np.inf
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    if np.all(same):
        return 0.0
    with np.errstate(invalid="ignore"):
        difference = float(np.max(np.abs(np.where(same, 0, found - expected))))
    scale = float(np.max(np.abs(expected), where=np.isfinite(expected), initial=0.0)) or 1.0
    return difference / scale if np.isfinite(difference) else np.inf


def _reference(case: Case, inputs: list[NDArray[Any]], laboratory: Laboratory) -> NDArray[Any]:
    """What float64 makes of the inputs, after they were rounded to the case's dtype. Computed once a dtype."""
    key = (case.workload, case.size, case.dtype)
    if key not in laboratory.references:
        if any(known[:2] != key[:2] for known in laboratory.references):
            laboratory.references.clear()
        function = laboratory.catalogue.implementations[REFERENCE, case.workload]("cpu", dtype("float64"))
        laboratory.references[key] = laboratory.backends[REFERENCE].values(function(*inputs))
    return laboratory.references[key]


def _run(case: Case, ready: Prepared, laboratory: Laboratory) -> Run:
    timing = timed_blocks(ready.function, ready.arguments, ready.clock, laboratory.effort, case.threads)
    return Run(
        case=case,
        host=laboratory.host,
        loops=timing.loops,
        wall=timing.wall,
        first=ready.first,
        error=ready.error,
        doubts=doubts(
            case,
            laboratory.workload(case.workload).group,
            usable=laboratory.usable,
            controlled=laboratory.controlled,
            warnings=laboratory.warnings,
        ),
    )


def _one_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    told = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return told if len(told) <= 300 else f"{told[:299]}…"
