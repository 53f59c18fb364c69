"""A whole run: every case in turn, each row kept as soon as it is there, whatever happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.cases import plan
from tensorlab.bench.clock import EFFORTS
from tensorlab.bench.host.environment import advice
from tensorlab.bench.host.fingerprint import fingerprint, host_facts
from tensorlab.bench.record import Header, Run, Skipped
from tensorlab.bench.runner import Laboratory, measure_case
from tensorlab.bench.store import SCHEMA, open_store
from tensorlab.bench.threads import blas_is_controlled, equal_threads
from tensorlab.errors import StoreError
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.cases import Selection
    from tensorlab.bench.record import Case, Catalogue
    from tensorlab.bench.store import Store

Watch: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Session:
    """What a run measured, and where it is written. A prompt shows the sentence, not every raw time."""

    header: Header
    rows: tuple[Run | Skipped, ...]
    path: str
    interrupted: bool = False
    """Whether Ctrl-C ended it: then cases are missing at the end."""
    notes: tuple[str, ...] = ()
    """What did not go as usual with the file."""
    stored: bool = True
    """Whether every row is in the file."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """The cases that were measured."""
        return tuple(row for row in self.rows if isinstance(row, Run))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The cases that have no time, and why."""
        return tuple(row for row in self.rows if isinstance(row, Skipped))

    def __str__(self) -> str:
        counted = f"{len(self.runs)} cases measured, {len(self.skipped)} not"
        return f"{'interrupted: ' if self.interrupted else ''}{counted}; written to {self.path}"

    def __repr__(self) -> str:
        return f"<Session: {self}>"


def run_session(
    catalogue: Catalogue,
    selection: Selection,
    *,
    output: Path | None = None,
    watch: Watch | None = None,
    backends: Mapping[str, Backend] = BACKENDS,
) -> Session:
    """Measure everything that was asked for.

    Ctrl-C ends the measuring and keeps what was measured; the session says so.

    Raises:
        UnknownNameError: No workload, device or dtype of that name.
        StoreError: The output cannot be written.
    """
    cells = plan(catalogue, selection, backends)
    host = host_facts()
    header = Header(
        schema=SCHEMA,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        profile=selection.profile,
        threads=selection.threads,
        fingerprint=fingerprint(host),
        host=host,
    )
    laboratory = Laboratory(
        catalogue=catalogue,
        backends=backends,
        effort=EFFORTS[selection.profile],
        host=header.fingerprint,
        usable=host.usable,
        controlled=blas_is_controlled(),
        warnings=advice(host),
    )
    store, note = open_store(output, header)
    with store:
        rows, interrupted, failure = _measure(cells, selection.threads, laboratory, store, watch or _ignore)
    return Session(
        header=header,
        rows=tuple(rows),
        path=str(store.path),
        interrupted=interrupted,
        notes=tuple(text for text in (note, failure) if text),
        stored=not failure,
    )


def _measure(
    cells: tuple[Case | Skipped, ...], threads: int, laboratory: Laboratory, store: Store, watch: Watch
) -> tuple[list[Run | Skipped], bool, str]:
    """The rows, whether Ctrl-C ended it, and why the file lacks some of them."""
    rows: list[Run | Skipped] = []
    failure = ""
    try:
        with equal_threads(threads):
            for done, cell in enumerate(cells):
                watch(Progress(_label(cell), done, len(cells)))
                row = cell if isinstance(cell, Skipped) else measure_case(cell, laboratory)
                failure = failure or _keep(row, store)
                rows.append(row)  # after the file has it: Ctrl-C in between leaves no row that the file lacks
        watch(Progress("done", len(cells), len(cells)))
    except KeyboardInterrupt:
        return rows, True, failure
    return rows, False, failure


def _keep(row: Run | Skipped, store: Store) -> str:
    try:
        store.append(row)
    except StoreError as error:
        return f"{error.message}; it ends before the row {_label(row)}"
    return ""


def _label(cell: Case | Run | Skipped) -> str:
    case = cell.case if isinstance(cell, (Run, Skipped)) else cell
    return f"{case.workload} {case.size} {case.backend} {case.device} {case.dtype}"


def _ignore(progress: Progress) -> None:
    """Nobody watches."""
