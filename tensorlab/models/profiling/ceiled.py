"""What part of the machine's limits each row reaches. Imports neither torch nor NumPy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.judging import MOST, Share, share
from tensorlab.bench.ceilings.record import CODE
from tensorlab.memory.record import Doubt
from tensorlab.quantity import listed

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.models.profiling.record import Profile, Row

_MOST_NAMED = 3


def beside_ceilings(profile: Profile, ceilings: Ceilings) -> Profile:
    """The profile, each row with the ceiling that binds it and what part of that its median reaches.

    A row of views has none: there is nothing to be done. A row above its ceiling is a doubt: the ceiling was measured
    too low, or its bytes lie nearer than they are taken to.
    """
    rows = tuple(_judged(row, profile, ceilings) for row in profile.rows)
    above = [f"{row.label} ({100 * row.part:.0f}% of {row.ceiling})" for row in rows if row.part > MOST]
    doubts = profile.doubts
    if above:
        text = f"ceiling doubtful, measured too low: {listed(above, _MOST_NAMED)}"
        doubts = (*doubts, Doubt(CODE, text, "measure the ceilings again: tensorlab ceilings --again"))
    return replace(profile, rows=rows, doubts=doubts)


def _judged(row: Row, profile: Profile, ceilings: Ceilings) -> Row:
    found = Share("", 0.0)
    if row.moved and row.seconds:
        device = ceilings.named(profile.device)
        bound = ceilings.binding(
            row.reads, row.writes, 2 * row.macs, row.dtype or "float32", profile.threads, None, "torch", device=device
        )
        found = share(bound, row.time)
    return replace(row, ceiling=found.ceiling, part=found.part)
