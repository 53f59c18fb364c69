"""Going on with a file: which rows it has, which cells it lacks, and whether this machine may append to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.bench.record import Case, Skipped
from tensorlab.bench.schema import SCHEMA
from tensorlab.bench.store import load, require_new
from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.record import Header, Run
    from tensorlab.bench.session import Place


def limited(header: Header, missing: tuple[tuple[Case | Skipped, ...], ...], place: Place) -> Header:
    """The header with the machine's ceilings: those of the file that is gone on with, else they are asked for.

    Nobody asks for them where nothing is to be measured that says what it moves or computes, as functions of a user's
    own do not, or where the file is there already: it takes long.
    """
    cases = (cell for group in missing for cell in group if isinstance(cell, Case))
    measured = any(case.reads or case.writes or case.flops for case in cases)
    if header.ceilings is not None or place.ceilings is None or not measured:
        return header
    if place.output is not None and not place.resume:
        require_new(place.output)
    return replace(header, ceilings=place.ceilings())


def kept_rows(place: Place, header: Header) -> tuple[Header, tuple[Run | Skipped, ...]]:
    """The header and the rows of the file that is gone on with; nothing where it holds nothing yet.

    Raises:
        StoreError: It was written elsewhere, or in an older schema.
    """
    if not place.resume or place.output is None or _blank(place.output):
        return header, ()
    loaded = load(place.output)
    if loaded.header.schema != SCHEMA:
        told = f"{place.output} has schema {loaded.header.schema}; rows are appended to schema {SCHEMA} only"
        raise StoreError(told, hint="start a new file; this one still loads and compares")
    if loaded.header.fingerprint != header.fingerprint:
        told = f"{place.output} was measured on fingerprint {loaded.header.fingerprint}; this is {header.fingerprint}"
        raise StoreError(told, hint="start a new file: its rows and these would not compare")
    return loaded.header, loaded.rows


def _blank(path: Path) -> bool:
    """Whether there is no whole header: no file, an empty one, or one that ends in its first line."""
    try:
        return not path.exists() or b"\n" not in path.read_bytes()
    except (OSError, ValueError):
        return False  # whoever reads or opens it says why


def missing_cells(
    cells: tuple[tuple[Case | Skipped, ...], ...], kept: tuple[Run | Skipped, ...], process: int
) -> tuple[tuple[Case | Skipped, ...], ...]:
    """What the file has no row of. That a case cannot be measured is told once, by the first process."""
    have = {row.case for row in kept if row.process == process}
    rest = tuple(
        tuple(
            cell
            for cell in group
            if (cell.case not in have and process == 0 if isinstance(cell, Skipped) else cell not in have)
        )
        for group in cells
    )
    return tuple(group for group in rest if group)
