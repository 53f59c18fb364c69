"""What may be wrong with a figure although the clock was read well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.selfcheck.variables import concern
from tensorlab.memory.record import Doubt
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from tensorlab.bench.record import Case, Group

MAPPED = 2**25
"""Bytes of a result from which on the C library takes it from the system anew, each time."""
BLAS_GROUPS: frozenset[Group] = frozenset({"matmul", "network"})


def doubts(
    case: Case, group: Group, *, usable: int, controlled: bool, warnings: tuple[Doubt, ...]
) -> tuple[Doubt, ...]:
    """Every reason to read the case's figures with care.

    Args:
        case: What is measured.
        group: Of its workload: a product of matrices depends on the BLAS library.
        usable: Processors that this process may run on.
        controlled: Whether the BLAS library lets its threads be set.
        warnings: What is wrong with the variables that are set: ``bench.host.environment.advice``.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="matmul", size=64, unit="rows", backend="numpy", device="cpu", dtype="float32",
    ...             threads=3, reads=32768, writes=16384, flops=524288)
    >>> doubts(case, "matmul", usable=2, controlled=True, warnings=())[0].text
    '3 threads on 2 usable processors'
    """
    found = [warning for warning in warnings if concerns(warning, case, group)]
    if case.backend == "numpy" and group in BLAS_GROUPS and not controlled:
        text = "NumPy's BLAS does not let its threads be set; it may use more than the others"
        found.append(Doubt("blas-threads", text))
    if makes_pages(case):
        found += [warning for warning in warnings if warning.code == "huge-pages"]
    return (*found, *oversubscription(case.threads, usable))


def concerns(warning: Doubt, case: Case, group: Group) -> bool:
    """Whether a warning about a variable is one about this case.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=64, unit="elements", backend="numpy", device="cpu", dtype="float32",
    ...             threads=1, reads=512, writes=256, flops=64)
    >>> warning = Doubt("OPENBLAS_CORETYPE=Haswell", "old kernels")
    >>> concerns(warning, case, "elementwise"), concerns(warning, case, "matmul")
    (False, True)
    """
    found = concern(warning)
    if found is None or case.backend not in found.libraries or case.device != "cpu":
        return False
    return found.products in {None, group in BLAS_GROUPS} and (case.allocates or not found.allocating)


def makes_pages(case: Case) -> bool:
    """Whether torch makes a result in each call that the C library takes from the system anew, page by page."""
    return case.backend == "torch" and case.device == "cpu" and case.allocates and case.writes >= MAPPED


def on_one_thread(case: Case, group: Group) -> bool:
    """Whether the library computes it on one thread, whatever it is asked for: NumPy has threads in products alone.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="add", size=64, unit="elements", backend="numpy", device="cpu", dtype="float32",
    ...             threads=2, reads=512, writes=256, flops=64)
    >>> on_one_thread(case, "elementwise"), on_one_thread(case, "matmul")
    (True, False)
    """
    return case.backend in {"list", "array"} or (case.backend == "numpy" and group not in BLAS_GROUPS)


def oversubscription(threads: int, usable: int) -> tuple[Doubt, ...]:
    """What to think of more threads than processors that this process may run on; nothing where there are enough.

    >>> oversubscription(2, usable=2)
    ()
    >>> oversubscription(2, usable=1)[0].text
    '2 threads on 1 usable processor'
    """
    if threads <= usable:
        return ()
    text = f"{counted(threads, 'thread')} on {counted(usable, 'usable processor')}"
    return (Doubt("oversubscribed", text, f"measure with --threads {usable}{' or fewer' if usable > 1 else ''}"),)
