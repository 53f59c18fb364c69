"""Two files of runs side by side as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.record import MAKES
from tensorlab.bench.two_files.record import told
from tensorlab.quantity import Quantity, counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.pairing.record import Verdict
    from tensorlab.bench.record import Case
    from tensorlab.bench.two_files.record import Compared, RunComparison
    from tensorlab.scene.record import Role

NAMED = 3
"""Cases of one file only, at most."""
ROLES: Mapping[Verdict, Role] = {"faster": "good", "slower": "bad", "can't tell": "dim"}


def comparison_scene(comparison: RunComparison) -> Group:
    """A row for each case of both; below it what is in one of them only, and what the ratios rest on."""
    head = ("case", "first", "second", "ratio", "interval", "verdict")
    files = f"first {comparison.first}, second {comparison.second}; a ratio above 1: the second is slower"
    return Group(
        (
            Text((Span(files),)),
            *(Text((Span(note, "bad"),)) for note in comparison.notes),
            Table(head, tuple(map(_row, comparison.cases))),
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
        Cell(Span(one.verdict, ROLES[one.verdict]), note="paired" if ratio.paired else "unpaired"),
    )


def _notes(comparison: RunComparison) -> list[str]:
    paired = sum(one.ratio.paired for one in comparison.cases)
    notes = [f"{counted(paired, 'case')} compared block by block: they ran in turns"] if paired else []
    if paired < len(comparison.cases):
        few = any(not one.ratio.paired and one.ratio.makes < MAKES for one in comparison.cases)
        wide = f"; fewer than {MAKES} processes: the interval holds 5% for the moment more" if few else ""
        notes.append(f"{counted(len(comparison.cases) - paired, 'case')} compared by medians of processes{wide}")
    for name, only in ((comparison.first, comparison.only_first), (comparison.second, comparison.only_second)):
        notes += [f"only in {name}: {_some(only)}"] if only else []
    return notes


def _some(cases: tuple[Case, ...]) -> str:
    rest = f", and {counted(len(cases) - NAMED, 'case')} more" if len(cases) > NAMED else ""
    return f"{', '.join(map(told, cases[:NAMED]))}{rest}"
