"""Which doubts about variables matter to what is measured: only their penalties are measured, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.doubts import BLAS_GROUPS
from tensorlab.bench.record import Case
from tensorlab.bench.selfcheck.variables import with_penalty

if TYPE_CHECKING:
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Skipped
    from tensorlab.bench.selfcheck.variables import Ask
    from tensorlab.memory.record import Doubt

PRODUCTS = "OPENBLAS_CORETYPE"
"""What this variable costs is told in rows of NumPy's products."""


def penalized(
    warnings: tuple[Doubt, ...],
    cells: tuple[tuple[Case | Skipped, ...], ...],
    laboratory: Laboratory,
    ask: Ask | None = None,
) -> tuple[Doubt, ...]:
    """The warnings; one about the kernels of products has its measured penalty, where NumPy multiplies matrices.

    Args:
        warnings: About variables that are set.
        cells: What is to be measured.
        laboratory: Where.
        ask: Measures a penalty; it starts processes.
    """
    cases = [cell for group in cells for cell in group if isinstance(cell, Case)]
    matters = any(one.backend == "numpy" and laboratory.workload(one.workload).group in BLAS_GROUPS for one in cases)
    if laboratory.process or not matters:
        return warnings
    options = () if ask is None else (ask,)
    return tuple(with_penalty(one, *options) if one.code.startswith(PRODUCTS) else one for one in warnings)
