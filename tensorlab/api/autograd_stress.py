"""Deep graphs that are built, captured and freed in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.stress.record import Pattern, Shape, StressTable
    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure

LENGTH = 200_000
"""Steps, where nobody says how many."""


def stress(  # noqa: PLR0913 - what a case is made of
    length: int | None = None,
    *,
    shape: Shape = "chain",
    pattern: Pattern = "plain",
    free: bool = True,
    thread: bool = False,
    watch: Callable[[Progress], None] | None = None,
) -> StressTable:
    """Deep graphs of one shape: one of that length; in a thread without a length, chains of 1,000 to 20,000.

    Raises:
        LayoutError: The length is less than 1.

    >>> print(stress(1000).runs[0])
    nodes=1001 edges=1000 freed=ok
    """
    from tensorlab.autograd.stress.record import StressCase
    from tensorlab.autograd.stress.running import THREAD_LENGTHS, run_cases

    lengths = (length,) if length is not None else THREAD_LENGTHS if thread else (LENGTH,)
    cases = [StressCase(shape=shape, length=steps, pattern=pattern, free=free, thread=thread) for steps in lengths]
    return run_cases(cases, watch)


def stress_all(length: int = LENGTH, *, watch: Callable[[Progress], None] | None = None) -> StressTable:
    """Every shape freed at once and with its middle held, every pattern on a chain, chains in a thread.

    Raises:
        LayoutError: The length is less than 1.
    """
    from tensorlab.autograd.stress.running import all_cases, run_cases

    return run_cases(all_cases(length), watch)


def stress_figure(table: StressTable) -> Figure:
    """Its picture."""
    from tensorlab.diagram.autograd_stress import stress_scene
    from tensorlab.render.figure import Figure

    return Figure(table, stress_scene(table))
