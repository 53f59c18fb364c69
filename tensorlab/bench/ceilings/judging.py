"""How near a measured time comes to the ceiling that binds it, and what to think of one that is above."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.record import CODE, Figure
from tensorlab.bench.record import Run
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.record import Bound, Ceilings
    from tensorlab.bench.record import Case, Skipped

MOST = 1.05
"""Of a ceiling: a row above it is measured again, then doubted."""


class Share(NamedTuple):
    """What part of the binding ceiling a row reaches."""

    ceiling: str
    """"dispatch", "L1", "L2", "L3", "DRAM", "compute", "transfer"; "" where none is known."""
    part: float
    """1.0 is the ceiling; 0.0 where none is known."""

    @property
    def doubtful(self) -> bool:
        """Whether it is above what the machine was seen to do."""
        return self.part > MOST

    def __str__(self) -> str:
        return f"{100 * self.part:.0f}% of {self.ceiling}" if self.ceiling else "-"


def bound_of(ceilings: Ceilings, case: Case, *, working_set: int | None = None) -> Bound:
    """The ceiling that binds a case.

    Args:
        ceilings: Of this machine.
        case: A cell of the table.
        working_set: Bytes that its calls read in turn, where buffers are rotated; None where they are not.
    """
    device = ceilings.named(case.device)
    library = "torch" if case.backend.startswith("torch") else case.backend
    return ceilings.binding(
        case.reads,
        case.writes,
        case.flops,
        case.dtype,
        case.threads,
        working_set,
        library,
        device=device,
    )


def share(bound: Bound, seconds: float) -> Share:
    """What part of its ceiling a call reaches that takes so long.

    >>> from tensorlab.bench.ceilings.record import Bound
    >>> str(share(Bound("DRAM", 0.9), 1.0)), share(Bound("L1", 1.2), 1.0).doubtful
    ('90% of DRAM', True)
    """
    if not bound.ceiling or seconds <= 0:
        return Share("", 0.0)
    return Share(bound.ceiling, bound.seconds / seconds)


def doubt(found: Share) -> Doubt | None:
    """What is wrong with a row above its ceiling; None where nothing is."""
    if not found.doubtful:
        return None
    text = f"ceiling doubtful: {found}, so the ceiling was measured too low, or the row does less than it says"
    return Doubt(CODE, text, "measure the ceilings again: tensorlab ceilings --again", found.part)


def beside(run: Run, ceilings: Ceilings, working_set: int | None = None) -> Run:
    """The run with the ceiling that binds it, and what part of that it reaches by its median."""
    blocks = run.cpu if run.clock == "cpu" else run.wall
    found = share(bound_of(ceilings, run.case, working_set=working_set), median(blocks) / run.loops)
    return replace(run, ceiling=found.ceiling, part=found.part)


def above(row: Run | Skipped) -> bool:
    """Whether a row is so far above its ceiling that one of the two cannot be true."""
    return isinstance(row, Run) and row.part > MOST


def doubted(run: Run) -> bool:
    """Whether it is marked: above its ceiling, also when it was measured again."""
    return any(one.code == CODE for one in run.doubts)


def marked(run: Run) -> Run:
    """The run, with a doubt where it is above its ceiling: to be asked once it was measured again."""
    told = doubt(Share(run.ceiling, run.part))
    return run if told is None else replace(run, doubts=(*run.doubts, told))


def with_product(ceilings: Ceilings, case: Case, loops: int, seconds: tuple[float, ...], probe: str) -> Ceilings:
    """The ceilings, the peak raised to a product of matrices that was seen to be faster than every probe.

    Args:
        ceilings: Of this machine.
        case: The product.
        loops: Calls in a block.
        seconds: A call, of each block, on the clock that the ceilings were measured with.
        probe: What it was: "bench matmul, 512 rows".
    """
    if not case.flops:
        return ceilings
    device = ceilings.named(case.device)
    seen = Figure(
        kind="compute",
        probe=probe,
        library=case.backend,
        amount=float(case.flops),
        unit="FLOP",
        seconds=seconds,
        loops=loops,
        clock="wall" if case.threads > 1 or device != "cpu" else "cpu",
        threads=case.threads,
        device=device,
        dtype=case.dtype,
    )
    known = ceilings.peak(case.dtype, case.threads, device)
    if known is not None and seen.rate <= known.rate:
        return ceilings
    return replace(ceilings, figures=(*ceilings.figures, seen))
