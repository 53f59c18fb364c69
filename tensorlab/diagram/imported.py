"""What was read from files of another program, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.bench.two_files.record import told
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.bench.foreign.record import Imported
    from tensorlab.bench.record import Case, Run


def imported_picture(found: Imported) -> Group:
    """A row for each case: its median, and how many processes and blocks it rests on."""
    cases: dict[Case, list[Run]] = {}
    for run in found.rows:
        cases.setdefault(run.case, []).append(run)
    table = Table(("case", "median", "processes", "blocks"), tuple(_row(case, runs) for case, runs in cases.items()))
    notes = (Text((Span(note, "dim"),)) for note in found.notes)
    return Group((Text((Span(str(found)),)), table, *notes))


def _row(case: Case, runs: list[Run]) -> tuple[Cell, ...]:
    blocks = [block / run.loops for run in runs for block in (run.cpu if run.clock == "cpu" else run.wall)]
    numbers = str(Quantity(summary(blocks).median, "s")), str(len(runs)), f"{len(blocks):,}"
    return (Cell(Span(told(case))), *(Cell(Span(number), right=True) for number in numbers))
