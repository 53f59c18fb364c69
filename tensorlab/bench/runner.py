"""One case: place its operands, check its first result, time it, then check that it still does the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.bench.agreement import REFERENCE, trusted
from tensorlab.bench.backends.ndarray import digest, largest_error
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


class Prepared(NamedTuple):
    """A case that is ready to be timed: placed, run once, found right."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    clock: Clock
    first: float
    """Seconds of the first call."""
    error: float
    """Against the float64 reference, relative to its largest value."""
    expected: NDArray[Any]
    """The float64 reference."""
    digests: tuple[bytes, ...]
    """Of the operands' values before the first call."""


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


def measure_case(case: Case, laboratory: Laboratory) -> Run | Skipped:
    """Measure a case. What goes wrong inside it is a row that says so, and the next case can follow."""
    try:
        ready = prepare(case, laboratory)
        return ready if isinstance(ready, Skipped) else _timed(case, ready, laboratory)
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
    inputs = [np.require(backend.values(argument), requirements="O") for argument in arguments]
    digests = tuple(map(digest, inputs))
    expected = _reference(case, inputs, laboratory)
    first = first_call(function, arguments, clock)
    error = largest_error(backend.values(first.result), expected)
    if not error <= workload.tolerance[case.dtype]:
        return _wrong(case, f"{_difference(case, error, laboratory)}{_against(case, laboratory)}")
    return Prepared(function, arguments, clock, first.seconds, error, expected, digests)


def objection(case: Case, ready: Prepared, laboratory: Laboratory) -> str:
    """What is wrong with a case after it was timed: one more call, and the operands as they are now; "" where nothing.

    A first result that is right says little of the calls that are timed: an implementation may work once only, or in
    place, on numbers that each call changes.
    """
    values = laboratory.backends[case.backend].values
    result = first_call(ready.function, ready.arguments, ready.clock).result
    for number, (argument, before) in enumerate(zip(ready.arguments, ready.digests, strict=True), start=1):
        if digest(values(argument)) != before:
            return f"its calls change operand {number}: each must find what the first one found"
    error = largest_error(values(result), ready.expected)
    if not error <= laboratory.workload(case.workload).tolerance[case.dtype]:
        return f"its first result is right; one after the timing {_difference(case, error, laboratory)}"
    return ""


def _wrong(case: Case, reason: str) -> Skipped:
    return Skipped(case=case, reason=reason, cause="wrong", named=False)


def _difference(case: Case, error: float, laboratory: Laboratory) -> str:
    allowed = laboratory.workload(case.workload).tolerance[case.dtype]
    return f"differs from the float64 reference by {error:.3g}; {allowed:.3g} is allowed"


def _against(case: Case, laboratory: Laboratory) -> str:
    """Who says so, where it is not NumPy as usual."""
    judge = laboratory.judge(case.workload)
    if judge == REFERENCE:
        return ""
    others = "lists and torch agree" if judge == "torch" else "plain Python floats speak"
    return f"; the reference is not NumPy's, which is wrong: {others} against it"


def _reference(case: Case, inputs: list[NDArray[Any]], laboratory: Laboratory) -> NDArray[Any]:
    """What float64 makes of the inputs, after they were rounded to the case's dtype. Computed once a dtype."""
    key = (case.workload, case.size, case.dtype)
    if key not in laboratory.references:
        if any(known[:2] != key[:2] for known in laboratory.references):
            laboratory.references.clear()
        judge = laboratory.judge(case.workload)
        function = laboratory.catalogue.implementations[judge, case.workload]("cpu", dtype("float64"))
        backend = laboratory.backends[judge]
        laboratory.references[key] = backend.values(function(*map(backend.adopt, inputs)))
    return laboratory.references[key]


def _timed(case: Case, ready: Prepared, laboratory: Laboratory) -> Run | Skipped:
    timing = timed_blocks(ready.function, ready.arguments, ready.clock, laboratory.effort, case.threads)
    wrong = objection(case, ready, laboratory)
    if wrong:
        return _wrong(case, wrong)
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
