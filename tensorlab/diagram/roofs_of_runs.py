"""The rooflines of a run: one for each device, number format and count of threads that something was computed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.ceilings.judging import Share
from tensorlab.bench.record import Figures
from tensorlab.diagram.roofline import placed, roofline_scene
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Case, Skipped
    from tensorlab.diagram.roofline import Placed

BOXES = "list"
"""Computes in a number format of its own: it stands below the first roofline."""
NOTHING = "no roofline: nothing that computes was measured"


def rooflines(rows: Iterable[Figures | Skipped], ceilings: Ceilings) -> Group:
    """The roofs of this machine with the rows of a run below them.

    Args:
        rows: What ``bench.comparison.told_rows`` makes of a session's.
        ceilings: Those that the rows were judged by; its device names are those of the cases, or begin like them.
    """
    found: dict[tuple[str, str, int], list[Placed]] = {}
    lists: list[Placed] = []
    for row in rows:
        place = _placed(row) if isinstance(row, Figures) else None
        if place is None or not isinstance(row, Figures):
            continue
        case = row.run.case
        (lists if case.backend == BOXES else found.setdefault(_key(case), [])).append(place)
    if not found and not lists:
        return without_roofs()
    first = next(iter(found), ("float64", "cpu", 1))
    found[first] = [*found.get(first, ()), *lists]
    return Group(
        tuple(
            roofline_scene(ceilings, tuple(below), dtype=dtype, threads=threads, device=ceilings.named(device))
            for (dtype, device, threads), below in found.items()
        )
    )


def _key(case: Case) -> tuple[str, str, int]:
    return case.dtype, case.device, case.threads


def _placed(row: Figures) -> Placed | None:
    return placed(row.run.case, row.time.value, str(Share(row.ceiling, row.part)))


def without_roofs() -> Group:
    """What stands there where nothing was measured that could stand below a roof."""
    return Group((Text((Span(NOTHING, "unknown"),)),), title="roofline")
