"""The counterexamples that ``check_layouts`` reports: how small, how soon, and whether their script fails."""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass
from math import prod
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.planted.record import Planted

FEW = 4
"""Elements that the largest argument of a counterexample should have at most, where the bug allows it."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """What was reported of one bug."""

    name: str
    shapes: tuple[tuple[int, ...], ...]
    """Of the arguments; none where nothing was found."""
    seconds: float
    """Of the whole call: the sweep, shrinking, and the script in a process of its own."""
    confirmed: bool

    @property
    def elements(self) -> int:
        """Of the largest argument."""
        return max(map(prod, self.shapes), default=0)


def counterexample(planted: Planted, *, examples: int) -> Counterexample:
    """The first finding of one bug."""
    ours: Any = importlib.import_module("tensorlab.testing")
    start = time.perf_counter()
    report = ours.check_layouts(planted.bug, *planted.specs, contract=planted.contract, examples=examples)
    seconds = time.perf_counter() - start
    if not report.findings:
        return Counterexample(planted.name, (), seconds, confirmed=False)
    first = report.findings[0]
    shapes = tuple(tuple(laid.layout.shape) for laid in first.case.arguments)
    return Counterexample(planted.name, shapes, seconds, first.confirmed)


def summary(found: Sequence[Counterexample]) -> Iterator[str]:
    """Figures of all, then those that are larger or that no script confirms."""
    some = [one for one in found if one.shapes]
    small = sum(one.elements <= FEW for one in some)
    sizes, times = [one.elements for one in some] or [0], [one.seconds for one in some] or [0.0]
    yield f"counterexamples          {len(some)} of {len(found)} bugs"
    yield f"elements                 median {median(sizes):g}, at most {max(sizes)}; {small} have {FEW} or fewer"
    yield f"seconds, script included median {median(times):.1f}, at most {max(times):.1f}, all {sum(times):.0f}"
    yield f"script fails             {sum(one.confirmed for one in some)} of {len(some)}"
    for one in some:
        if one.elements > FEW or not one.confirmed:
            shapes = " and ".join(map(str, one.shapes))
            yield f"  {one.name}: {shapes}{'' if one.confirmed else ', no script that fails'}"
