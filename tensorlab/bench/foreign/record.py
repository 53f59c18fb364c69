"""What was read from files of another program, and where it is now."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.bench.record import Header, Run
from tensorlab.quantity import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Runs of pytest-benchmark as a file of runs. ``str()`` is a sentence."""

    files: tuple[str, ...]
    path: str
    """Where they are now."""
    header: Header
    rows: tuple[Run, ...]
    notes: tuple[str, ...] = ()
    """What was left out, and what is not known of the rest."""

    def __str__(self) -> str:
        cases = counted(len({run.case for run in self.rows}), "case")
        return f"{cases} of {counted(len(self.files), 'file')} written to {self.path}"
