"""One case: place its operands, call once, check the result; after the timing, check that it still does the same."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tensorlab.bench.agreement import REFERENCE
from tensorlab.bench.backends.ndarray import digest, largest_error
from tensorlab.bench.record import Skipped
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Case

COLD = 4
"""Operands that take turns are so many times the largest cache together."""
MOST_SETS = 4096
"""Sets of operands that take turns, at most: a few bytes each never leave the caches."""


class Prepared(NamedTuple):
    """A case that is ready to be timed: placed, run once, found right."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    first: float
    """Seconds of the first call, by the clock on the wall."""
    first_faults: int
    """Page faults in it."""
    error: float
    """Against the float64 reference, relative to its largest value."""
    expected: NDArray[Any] | None
    """The float64 reference; None where nobody knows what is right."""
    digests: tuple[bytes, ...]
    """Of the operands' values before the first call."""


def prepare(case: Case, laboratory: Laboratory) -> Prepared | Skipped:
    """Place the operands, call once, and check the result: a wrong one is a row without a time."""
    backend = laboratory.backends[case.backend]
    arguments = place(case, laboratory)
    function = _function(case, arguments, laboratory)
    inputs = [np.require(backend.values(argument), requirements="O") for argument in arguments]
    digests = tuple(map(digest, inputs))
    expected = _expected(case, arguments, inputs, laboratory)
    backend.synchronize(case.device)
    before = laboratory.read()
    result = function(*arguments)
    backend.synchronize(case.device)
    after = laboratory.read()
    found = backend.values(result)
    error = nan if expected is None else largest_error(found, expected)
    if expected is not None and not error <= laboratory.workload(case.workload).tolerance[case.dtype]:
        return wrong(case, f"{_difference(case, error, laboratory)}{_against(case, laboratory)}", laboratory)
    seconds, faults = after.wall - before.wall, after.faults - before.faults
    return Prepared(function, arguments, seconds, faults, 0.0 if expected is None else error, expected, digests)


def place(case: Case, laboratory: Laboratory) -> tuple[object, ...]:
    """Operands at addresses of their own, of the same values each time."""
    workload, kind = laboratory.workload(case.workload), dtype(case.dtype)
    backend = laboratory.backends[case.backend]
    return tuple(
        backend.place(operand, case.device, seed) for seed, operand in enumerate(workload.operands(case.size, kind))
    )


def _function(case: Case, arguments: tuple[object, ...], laboratory: Laboratory) -> Callable[..., object]:
    """What is timed; where the result is there already, a function that writes into it."""
    function = laboratory.catalogue.implementations[case.backend, case.workload](case.device, dtype(case.dtype))
    return function if case.allocates else partial(function, out=function(*arguments))


def bound(case: Case, ready: Prepared, laboratory: Laboratory, *, anew: bool) -> Callable[[], object]:
    """The call that is timed, without arguments.

    Args:
        case: What is measured.
        ready: It, prepared.
        laboratory: Where.
        anew: Whether operands and result are placed once more, at other addresses.
    """
    arguments = place(case, laboratory) if anew else ready.arguments
    function = _function(case, arguments, laboratory) if anew and not case.allocates else ready.function
    if case.cache == "cold":
        following = cycle([arguments, *(place(case, laboratory) for _ in range(sets(case, laboratory.cache) - 1))])
        return lambda: function(*next(following))
    return partial(function, *arguments)


def sets(case: Case, cache: int) -> int:
    """How many sets of operands take turns, so that each was driven out of the cache when its turn comes.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=1000, unit="elements", backend="numpy", device="cpu", dtype="float32",
    ...             threads=1, reads=8_000, writes=4_000, flops=1000, cache="cold")
    >>> sets(case, 2**20)
    525
    """
    return max(2, min(MOST_SETS, -(-COLD * cache // max(1, case.reads))))


def objection(case: Case, ready: Prepared, laboratory: Laboratory) -> str:
    """What is wrong with a case after it was timed: one more call, and the operands as they are now; "" where nothing.

    A first result that is right says little of the calls that are timed: an implementation may work once only, or in
    place, on numbers that each call changes.
    """
    values = laboratory.backends[case.backend].values
    result = ready.function(*ready.arguments)
    laboratory.backends[case.backend].synchronize(case.device)
    for number, (argument, before) in enumerate(zip(ready.arguments, ready.digests, strict=True), start=1):
        if digest(values(argument)) != before:
            return f"its calls change operand {number}: each must find what the first one found"
    if ready.expected is None:
        return ""
    error = largest_error(values(result), ready.expected)
    if not error <= laboratory.workload(case.workload).tolerance[case.dtype]:
        return f"its first result is right; one after the timing {_difference(case, error, laboratory)}"
    return ""


def wrong(case: Case, reason: str, laboratory: Laboratory) -> Skipped:
    """The row of a case whose result is not what it should be."""
    return Skipped(case=case, reason=reason, cause="wrong", named=False, process=laboratory.process)


def _difference(case: Case, error: float, laboratory: Laboratory) -> str:
    workload = laboratory.workload(case.workload)
    told = "what is expected" if workload.expected else "the float64 reference"
    return f"differs from {told} by {error:.3g}; {workload.tolerance[case.dtype]:.3g} is allowed"


def _against(case: Case, laboratory: Laboratory) -> str:
    """Who says so, where it is not NumPy as usual."""
    if laboratory.workload(case.workload).expected:
        return ""
    judge = laboratory.judge(case.workload)
    if judge == REFERENCE:
        return ""
    others = "lists and torch agree" if judge == "torch" else "plain Python floats speak"
    return f"; the reference is not NumPy's, which is wrong: {others} against it"


def _expected(
    case: Case, arguments: tuple[object, ...], inputs: list[NDArray[Any]], laboratory: Laboratory
) -> NDArray[Any] | None:
    """What is right: what float64 makes of the inputs, after they were rounded to the case's dtype; once a dtype."""
    workload = laboratory.workload(case.workload)
    if workload.expected is not None:
        answer = workload.expected(arguments)
        return None if answer is None else laboratory.backends[case.backend].values(answer)
    key = (case.workload, case.size, case.dtype)
    if key not in laboratory.references:
        if any(known[:2] != key[:2] for known in laboratory.references):
            laboratory.references.clear()
        judge = laboratory.judge(case.workload)
        function = laboratory.catalogue.implementations[judge, case.workload]("cpu", dtype("float64"))
        backend = laboratory.backends[judge]
        laboratory.references[key] = backend.values(function(*map(backend.adopt, inputs)))
    return laboratory.references[key]
