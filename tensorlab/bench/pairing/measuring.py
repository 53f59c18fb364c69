"""Contenders to one record: blocks, the clock that fits them, ratios, and what is to be doubted."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.pairing.clocks import chosen_clock
from tensorlab.bench.pairing.counters import read, read_all
from tensorlab.bench.pairing.interleave import Effort, interleaved
from tensorlab.bench.pairing.overhead import overhead
from tensorlab.bench.pairing.ratios import MAKES, SMALL, ratios
from tensorlab.bench.pairing.record import Measured
from tensorlab.bench.selfcheck.one_thread import crowded_doubts
from tensorlab.bench.selfcheck.surroundings import crowding, slowed
from tensorlab.bench.selfcheck.surroundings import look as signs
from tensorlab.bench.selfcheck.taken import taken_doubt
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.pairing.counters import Read
    from tensorlab.bench.pairing.record import Blocks, Ratio

REPEATS = 8
"""Makes of the buffers: with 8, intervals of 27 comparisons of a product with itself all held 1; with 3, 79 of 81."""
ROUNDS = 9


class Plan(NamedTuple):
    """How contenders are measured."""

    seconds: float
    """For each of them, about."""
    threads: int = 1
    fresh: bool = False
    """Whether calls are asked for anew in each repeat."""
    seed: int = 0
    read: Read | None = None
    """Clocks and counters; those of the system where None."""

    def effort(self) -> Effort:
        """Rounds and repeats."""
        return Effort(self.seconds, 2, REPEATS) if self.fresh else Effort(self.seconds, ROUNDS, 1)


def measured(prepare: Mapping[str, Callable[[], Callable[[], object]]], plan: Plan) -> Measured:
    """Measure contenders side by side; the number of threads is the caller's to set.

    Args:
        prepare: Name to a function that makes the call.
        plan: How.

    Raises:
        ExpressionError: A contender raised something.

    >>> from tensorlab.bench.pairing.measuring import measured, Plan
    >>> found = measured({"sum": lambda: lambda: sum(range(99)), "max": lambda: lambda: max(range(99))}, Plan(0.01))
    >>> found.threads, [(one.of, one.to) for one in found.ratios]
    (1, [('max', 'sum')])
    """
    look = plan.read or (read if plan.threads == 1 else read_all)
    cost, before = overhead(look), signs()
    blocks = interleaved(prepare, plan.effort(), read=look, random=Random(plan.seed))  # noqa: S311 - an order of turns
    clock, doubts = chosen_clock(blocks, plan.threads)
    after = signs()
    crowded = crowded_doubts(blocks, prepare, crowding(before, after), look) if plan.threads > 1 else {}
    taken = tuple(_named(one.name, doubt) for one in blocks for doubt in taken_doubt(one, clock))
    told = ratios(blocks, clock, plan.seed)
    return Measured(
        blocks=blocks,
        ratios=told,
        clock=clock,
        threads=plan.threads,
        seed=plan.seed,
        empty=cost.empty,
        reading=cost.reading,
        fresh=plan.fresh,
        doubts=(
            *doubts,
            *(_named(*one) for one in crowded.items()),
            *taken,
            *slowed(before, after),
            *_one_make(told, blocks),
        ),
    )


def _named(name: str, doubt: Doubt) -> Doubt:
    return replace(doubt, text=f"{name}: {doubt.text}")


def _one_make(told: tuple[Ratio, ...], blocks: tuple[Blocks, ...]) -> tuple[Doubt, ...]:
    """What is not claimed, and why: a small difference between calls whose buffers were made once."""
    if len(set(blocks[0].repeat)) >= MAKES:
        return ()
    small = [f"{one.of} / {one.to}" for one in told if abs(one.value - 1) < SMALL and not one.low <= 1 <= one.high]
    if not small:
        return ()
    text = f"{', '.join(small)}: a difference under 5% may come from where the buffers happen to lie"
    return (Doubt("one-make", text, "give functions that make the calls, with fresh=True"),)
