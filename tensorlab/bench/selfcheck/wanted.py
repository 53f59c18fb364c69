"""Which doubts about variables matter to what is measured: only their penalties are measured, which takes seconds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.bench.doubts import BLAS_GROUPS, makes_pages
from tensorlab.bench.record import Case
from tensorlab.bench.selfcheck.penalties import penalty
from tensorlab.bench.selfcheck.variables import with_penalty
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Skipped
    from tensorlab.bench.selfcheck.variables import Ask

PRODUCTS = "OPENBLAS_CORETYPE"
"""What this variable costs is told in rows of NumPy's products."""
HUGE = "THP_MEM_ALLOC_ENABLE"
"""With it torch asks for huge pages, where the system gives them to those who ask."""
WORTH = 1.1
"""Times as long, from where on it is told."""


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


def small_pages(
    cases: Iterable[Case], setting: str | None, environment: Mapping[str, str] = os.environ, ask: Ask = penalty
) -> tuple[Doubt, ...]:
    """What pages of 4 kB cost torch's large results where it could have huge ones: measured, which takes seconds.

    Args:
        cases: What is to be measured.
        setting: Of the system for huge pages: "madvise" gives them to those who ask.
        environment: Variables that are set.
        ask: Measures a penalty; it starts processes.
    """
    if not any(map(makes_pages, cases)) or setting != "madvise" or environment.get(HUGE, "") not in {"", "0"}:
        return ()
    times = ask("torch-add", {HUGE: "1"})
    if times is None or times < WORTH:
        return ()
    text = f"huge pages are given to those who ask, and torch does not: a large new result takes {times:.2f}x as long"
    return (Doubt("huge-pages", text, f"set {HUGE}=1", times),)
