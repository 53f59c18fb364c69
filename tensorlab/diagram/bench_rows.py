"""Which rows of a run stand in one table, and what its title says of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.record import Figures, Skipped

if TYPE_CHECKING:
    from tensorlab.bench.record import Case


def case_of(row: Figures | Skipped) -> Case:
    """What was measured, or could not be."""
    return row.case if isinstance(row, Skipped) else row.run.case


def by_device_and_dtype(rows: list[Figures | Skipped]) -> list[list[Figures | Skipped]]:
    """Rows beside ceilings need the room of two columns: a table for each device and dtype, which its title says.

    What was measured nowhere stands in the first of them, and so does what a library computes in a dtype of its own.
    """
    if not judged(rows):
        return [rows]
    tables: dict[tuple[str, str], list[Figures | Skipped]] = {
        _place(row.run.case): [] for row in rows if isinstance(row, Figures) and row.run.case.backend != "list"
    }
    first = next(iter(tables), _place(case_of(rows[0])))
    for row in rows:
        tables.setdefault(_place(case_of(row)) if _place(case_of(row)) in tables else first, []).append(row)
    return list(tables.values())


def _place(case: Case) -> tuple[str, str]:
    return case.device, case.dtype


def judged(rows: list[Figures | Skipped]) -> bool:
    """Whether a row stands beside its ceiling."""
    return any(isinstance(row, Figures) and row.ceiling for row in rows)


def said(rows: list[Figures | Skipped]) -> Case:
    """The case that says device and dtype of a table: the first that was measured in a library that has dtypes."""
    measured = [row.run.case for row in rows if isinstance(row, Figures)]
    return next((case for case in measured if case.backend != "list"), (measured or [case_of(rows[0])])[0])
