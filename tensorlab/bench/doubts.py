"""What may be wrong with a figure although the clock was read well."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tensorlab.bench.record import Case, Group

CORE_TYPE = "OPENBLAS_CORETYPE"
BLAS_GROUPS: frozenset[Group] = frozenset({"matmul", "network"})


def doubts(
    case: Case, group: Group, *, usable: int, controlled: bool, environment: Mapping[str, str] = os.environ
) -> tuple[Doubt, ...]:
    """Every reason to read the case's figures with care.

    Args:
        case: What is measured.
        group: Of its workload: a product of matrices depends on the BLAS library.
        usable: Processors that this process may run on.
        controlled: Whether the BLAS library lets its threads be set.
        environment: The variables that are set.

    >>> from tensorlab.bench.record import Case
    >>> case = Case(workload="matmul", size=64, unit="rows", backend="numpy", device="cpu", dtype="float32",
    ...             threads=1, reads=32768, writes=16384, flops=524288)
    >>> for doubt in doubts(case, "matmul", usable=2, controlled=True, environment={"OPENBLAS_CORETYPE": "Haswell"}):
    ...     print(doubt.text, doubt.cure, sep="; ")
    OPENBLAS_CORETYPE=Haswell is set: it caps NumPy's BLAS kernels; run `unset OPENBLAS_CORETYPE` first
    """
    return tuple(_doubts(case, group, usable, controlled, environment))


def _doubts(case: Case, group: Group, usable: int, controlled: bool, environment: Mapping[str, str]) -> Iterator[Doubt]:  # noqa: FBT001 - only called above
    blas = case.backend == "numpy" and group in BLAS_GROUPS
    if blas and environment.get(CORE_TYPE):
        told = f"{CORE_TYPE}={environment[CORE_TYPE]} is set: it caps NumPy's BLAS kernels"
        yield Doubt("blas-kernels", told, f"run `unset {CORE_TYPE}` first")
    if blas and not controlled:
        yield Doubt("blas-threads", "NumPy's BLAS does not let its threads be set; it may use more than the others")
    if case.threads > usable:
        told = f"{case.threads} threads on {usable} usable processors"
        yield Doubt("oversubscribed", told, f"measure with --threads {usable} or fewer")
