"""A whole run: every group of cases in turn, each row kept as soon as it is there, whatever happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import getpid
from typing import TYPE_CHECKING, TypeAlias

from tensorlab.bench.backends.precision import ieee_float32
from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.budget import apart
from tensorlab.bench.cases import groups
from tensorlab.bench.clock import EFFORTS
from tensorlab.bench.host.environment import advice
from tensorlab.bench.host.fingerprint import fingerprint, host_facts
from tensorlab.bench.laboratory import Laboratory
from tensorlab.bench.offload.torch_machine import present
from tensorlab.bench.pairing.counters import read
from tensorlab.bench.pairing.overhead import overhead
from tensorlab.bench.record import Case, Header, Run, Skipped
from tensorlab.bench.resuming import kept_rows, limited, missing_cells
from tensorlab.bench.runner import measure_group
from tensorlab.bench.schema import SCHEMA
from tensorlab.bench.selfcheck.wanted import penalized, small_pages
from tensorlab.bench.store import load, open_store
from tensorlab.bench.threads import blas_is_controlled, equal_threads
from tensorlab.errors import StoreError
from tensorlab.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.cases import Selection
    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Catalogue
    from tensorlab.bench.store import Store
    from tensorlab.memory.record import Doubt

Watch: TypeAlias = Callable[[Progress], None]
Child: TypeAlias = Callable[["Path", int], str]
"""Measures what a file lacks for the process of that number, in a process of its own; "" or why it could not."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the rows go, and who measures."""

    output: Path | None = None
    resume: bool = False
    """Whether to go on with the file: only what it lacks is measured."""
    process: int = 0
    """Which of several processes this is; only the first of them starts others, and tells what cannot be measured."""
    child: Child | None = None
    ceilings: Callable[[], Ceilings] | None = None
    """Gives those of this machine, which stand in the file; asked only where something is to be measured. None: no row
    is judged."""


@dataclass(slots=True)
class Progression:
    """How far a session is; a recording, no record."""

    rows: list[Run | Skipped]
    total: int
    watch: Watch
    failure: str = ""
    done: int = field(default=0)


def run_session(
    catalogue: Catalogue,
    selection: Selection,
    *,
    place: Place | None = None,
    watch: Watch | None = None,
    backends: Mapping[str, Backend] = BACKENDS,
) -> Session:
    """Measure everything that was asked for; of a file that is gone on with, what it lacks.

    Ctrl-C ends the measuring and keeps what was measured; the session says so.

    Raises:
        UnknownNameError: No workload, device or dtype of that name.
        StoreError: The output cannot be written, or gone on with.
    """
    place = place or Place()
    cells = groups(catalogue, selection, backends)
    header, laboratory = furnished(catalogue, selection, backends, place)
    header, kept = kept_rows(place, header)
    missing = missing_cells(cells, kept, place.process)
    header = limited(header, missing, place)
    laboratory.host, laboratory.ceilings = header.fingerprint, header.ceilings
    store, note = open_store(place.output, header, resume=place.resume)
    others = range(1, selection.processes) if place.child else ()
    every = [missing, *(missing_cells(cells, kept, process) for process in others)]
    total = sum(isinstance(cell, Case) for groups_of_one in every for group in groups_of_one for cell in group)
    state = Progression(list(kept), total, _quietly(watch))
    laboratory.warnings = _checked(missing, laboratory, header)
    with store:
        interrupted = _measure(missing, selection.threads, laboratory, store, state)
    if interrupted:
        state.rows = _written(store.path, state.rows)
    notes = [note, state.failure]
    if not interrupted and not state.failure and place.child:
        interrupted, told = _others(store.path, selection.processes, place.child, state)
        notes += told
    return Session(
        header=header,
        rows=tuple(state.rows),
        path=str(store.path),
        interrupted=interrupted,
        notes=tuple(text for text in notes if text),
        stored=not state.failure,
    )


def _checked(
    missing: tuple[tuple[Case | Skipped, ...], ...], laboratory: Laboratory, header: Header
) -> tuple[Doubt, ...]:
    """The warnings with their penalties; another process was measured with the same settings by the first."""
    warnings = penalized(laboratory.warnings, missing, laboratory)
    if laboratory.process:
        return warnings
    cases = (cell for group in missing for cell in group if isinstance(cell, Case))
    return (*warnings, *small_pages(cases, header.host.huge_pages))


def furnished(
    catalogue: Catalogue, selection: Selection, backends: Mapping[str, Backend], place: Place
) -> tuple[Header, Laboratory]:
    """What the file says first, and where cases are measured."""
    host, cost = host_facts(), overhead(read)
    created = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    header = Header(
        schema=SCHEMA,
        created=created,
        profile=selection.profile,
        threads=selection.threads,
        fingerprint=fingerprint(host),
        host=host,
        asked=selection.asked(),
        empty=cost.empty,
        reading=cost.reading,
    )
    laboratory = Laboratory(
        catalogue=catalogue,
        backends=backends,
        effort=EFFORTS[selection.profile],
        host=header.fingerprint,
        usable=host.usable,
        controlled=blas_is_controlled(),
        warnings=advice(host),
        process=place.process,
        name=f"{created}-{getpid()}",
        cache=max((size for _, size in host.caches), default=2**25),
        machine=present,
    )
    return header, laboratory


def _measure(
    cells: tuple[tuple[Case | Skipped, ...], ...],
    threads: int,
    laboratory: Laboratory,
    store: Store,
    state: Progression,
) -> bool:
    """Measure group after group; whether Ctrl-C ended it."""
    try:
        with equal_threads(threads), ieee_float32():
            for group in cells:
                if cases := [cell for cell in group if isinstance(cell, Case)]:
                    state.watch(Progress(_label(cases[0]), state.done, state.total))
                for row in _rows(group, laboratory):
                    state.failure = state.failure or _keep(row, store)
                    state.rows.append(row)  # after the file has it: Ctrl-C in between leaves no row that the file lacks
                    state.done += row.case in cases
        if state.done == state.total:
            state.watch(Progress("done", state.done, state.total))
    except KeyboardInterrupt:
        return True
    return False


def _rows(group: tuple[Case | Skipped, ...], laboratory: Laboratory) -> tuple[Run | Skipped, ...]:
    """In the order of the table; cases that memory does not hold beside one another are measured one after another."""
    found: dict[Case, Run | Skipped] = {cell.case: cell for cell in group if isinstance(cell, Skipped)}
    cases = tuple(cell for cell in group if isinstance(cell, Case))
    for together in apart(cases, laboratory.backends):
        found |= {row.case: row for row in measure_group(together, laboratory)}
    return tuple(found[cell.case if isinstance(cell, Skipped) else cell] for cell in group)


def _written(path: Path, rows: list[Run | Skipped]) -> list[Run | Skipped]:
    """The rows of the file: Ctrl-C may come between writing one and remembering it."""
    try:
        return list(load(path).rows)
    except StoreError:  # a device, a pipe
        return rows


def _others(path: Path, processes: int, child: Child, state: Progression) -> tuple[bool, list[str]]:
    """Let other processes measure the same, one after another; whether Ctrl-C ended it, and what went wrong."""
    notes = []
    first, before = len(state.rows), state.done
    try:
        for process in range(1, processes):
            state.watch(Progress(f"process {process + 1} of {processes}", state.done, state.total))
            notes.append(child(path, process))
            state.rows = list(load(path).rows)
            state.done = before + len(state.rows) - first
    except KeyboardInterrupt:
        state.rows = list(load(path).rows)
        return True, notes
    return False, notes


def _keep(row: Run | Skipped, store: Store) -> str:
    try:
        store.append(row)
    except StoreError as error:
        return f"{error.message}; it ends before the row {_label(row)}"
    return ""


def _label(cell: Case | Run | Skipped) -> str:
    case = cell.case if isinstance(cell, (Run, Skipped)) else cell
    return f"{case.workload} {case.size} {case.backend} {case.device} {case.dtype}"


def _quietly(watch: Watch | None) -> Watch:
    return watch or (lambda progress: None)  # noqa: ARG005 - nobody watches
