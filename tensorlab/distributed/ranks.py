"""What one rank does from beginning to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.distributed.rows.collectives import transfers
from tensorlab.distributed.rows.products import products
from tensorlab.distributed.rows.replicas import replicas
from tensorlab.distributed.team import met

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.distributed.record import Crew, Part, Plan
    from tensorlab.distributed.rows.record import Row
    from tensorlab.distributed.team import Team


def measured(plan: Plan, note: Callable[[str], None]) -> Iterator[tuple[int, Row | Crew]]:
    """Who met, then each row, with this rank's number; every rank has to go on to the end, since all work at once.

    Args:
        plan: The same on all ranks.
        note: Called with what comes now.
    """
    parts: dict[Part, Callable[[Plan, Team], Iterator[Row]]]
    parts = {"collectives": transfers, "products": products, "alexnet": replicas}
    with met(plan, note) as team:
        yield team.rank, team.crew(plan.threads)
        for part in plan.parts:
            for row in parts[part](plan, team):
                yield team.rank, row
