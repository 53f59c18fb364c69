"""Which doubts about variables and pages matter to what is measured: only their penalties are measured."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorlab.bench.doubts import concerns, makes_pages
from tensorlab.bench.host.environment import advice
from tensorlab.bench.record import Case
from tensorlab.bench.selfcheck.penalties import penalty
from tensorlab.bench.selfcheck.variables import concern, with_penalty
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tensorlab.bench.host.record import Host
    from tensorlab.bench.laboratory import Laboratory
    from tensorlab.bench.record import Skipped
    from tensorlab.bench.selfcheck.variables import Ask

HUGE = "THP_MEM_ALLOC_ENABLE"
"""With it torch asks for huge pages, where the system gives them to those who ask."""
WORTH = 1.1
"""Times as long, from where on it is told."""


def penalized(
    warnings: tuple[Doubt, ...],
    cells: tuple[tuple[Case | Skipped, ...], ...],
    laboratory: Laboratory,
    ask: Ask = penalty,
) -> tuple[Doubt, ...]:
    """The warnings; one that concerns what is to be measured has its penalty, measured in a second or two.

    Args:
        warnings: About variables that are set.
        cells: What is to be measured.
        laboratory: Where.
        ask: Measures a penalty; it starts processes.
    """
    if laboratory.process:
        return warnings
    cases = [cell for group in cells for cell in group if isinstance(cell, Case)]

    def matters(warning: Doubt) -> bool:
        return any(concerns(warning, case, laboratory.workload(case.workload).group) for case in cases)

    return tuple(with_penalty(one, ask) if matters(one) else one for one in warnings)


def slow_libraries(libraries: frozenset[str], host: Host, ask: Ask = penalty) -> tuple[Doubt, ...]:
    """What is wrong with variables that concern some libraries, each with its penalty.

    Args:
        libraries: As benchmarks name them: "list", "numpy", "torch".
        host: Which variables are set, on which machine.
        ask: Measures a penalty; it starts processes.
    """
    known = [(one, concern(one)) for one in advice(host)]
    return tuple(with_penalty(one, ask) for one, found in known if found and found.libraries & libraries)


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
    return pages_doubt(setting, environment, ask) if any(map(makes_pages, cases)) else ()


def pages_doubt(
    setting: str | None, environment: Mapping[str, str] = os.environ, ask: Ask = penalty
) -> tuple[Doubt, ...]:
    """The same of results that are known to be made of many pages.

    Args:
        setting: Of the system for huge pages.
        environment: Variables that are set.
        ask: Measures a penalty; it starts processes.
    """
    if setting != "madvise" or environment.get(HUGE, "") not in {"", "0"}:
        return ()
    times = ask("torch-add", {HUGE: "1"})
    if times is None or times < WORTH:
        return ()
    text = (
        f"huge pages are given to those who ask, and torch does not: a large new result, measured, takes {times:.2f}x"
    )
    return (Doubt("huge-pages", f"{text} as long", f"set {HUGE}=1", times),)
