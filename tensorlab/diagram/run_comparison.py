"""Two files of runs side by side as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.verdicts import told
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.pairing.record import Verdict
    from tensorlab.bench.verdicts import Compared, RunComparison
    from tensorlab.scene.record import Role

ROLES: Mapping[Verdict, Role] = {"faster": "good", "slower": "bad", "can't tell": "dim"}


def comparison_scene(comparison: RunComparison) -> Group:
    """A row for each case of both; below it what is in one of them only, and what the ratios rest on."""
    head = ("case", "first", "second", "ratio", "95%", "verdict")
    table = Table(head, tuple(map(_row, comparison.cases)))
    return Group(
        (
            Text((Span(f"first {comparison.first}, second {comparison.second}; a ratio above 1: the second is slower"),)),
            table,
            *(Text((Span(note, "dim"),)) for note in _notes(comparison)),
        )
    )


def _row(one: Compared) -> tuple[Cell, ...]:
    ratio = one.ratio
    numbers = (
        str(Quantity(one.first, "s")),
        str(Quantity(one.second, "s")),
        f"{ratio.value:.3f}",
        f"{ratio.low:.3f}..{ratio.high:.3f}",
    )
    return (
        Cell(Span(told(one.case))),
        *(Cell(Span(number), right=True) for number in numbers),
        Cell(Span(ratio.verdict, ROLES[ratio.verdict]), note="paired" if ratio.paired else "unpaired"),
    )


def _notes(comparison: RunComparison) -> list[str]:
    paired = sum(one.ratio.paired for one in comparison.cases)
    notes = [f"{counted(paired, 'case')} compared block by block: they ran in turns"] if paired else []
    if paired < len(comparison.cases):
        few = any(not one.ratio.paired and one.ratio.makes < 3 for one in comparison.cases)
        wide = "; fewer than 3 processes: the interval holds 5% for the moment more" if few else ""
        notes.append(f"{counted(len(comparison.cases) - paired, 'case')} compared by medians of processes{wide}")
    for name, only in ((comparison.first, comparison.only_first), (comparison.second, comparison.only_second)):
        notes += [f"only in {name}: {counted(len(only), 'case')}"] if only else []
    return [*notes, *comparison.notes]
