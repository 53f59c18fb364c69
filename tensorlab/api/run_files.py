"""Files of runs: read, and held beside one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tensorlab.bench.foreign.record import Imported

if TYPE_CHECKING:
    from tensorlab.bench.two_files.record import RunComparison
    from tensorlab.scene.record import Group


def compare_runs(first: str | Path, second: str | Path) -> RunComparison:
    """How long each case takes in the second file beside the first, with an interval and what may be claimed.

    Blocks that ran in turns are compared pair by pair; otherwise medians of processes, with a wider interval: measure
    with three processes or more, or a difference under 5% cannot be told.

    Raises:
        UnavailableError: There is no such file.
        StoreError: One cannot be read, or holds no runs.
        LayoutError: No case was measured in both.

    >>> import tensorlab, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = tensorlab.benchmark("add", sizes=8, devices="cpu", backends="numpy", output=f"{folder}/a.jsonl").path
    ...     print(compare_runs(path, path))
    add 8 numpy cpu float32: 1 [1, 1]: can't tell
    """
    from tensorlab.bench.store import load
    from tensorlab.bench.two_files.verdicts import compared

    return compared((str(first), load(Path(first))), (str(second), load(Path(second))))


def require_bound(bound: float) -> float:
    """The bound, where a ratio can lie above it.

    Raises:
        LayoutError: It is no finite number above 0.

    >>> require_bound(1.05)
    1.05
    """
    from math import isfinite

    from tensorlab.errors import LayoutError

    if not (isfinite(bound) and bound > 0):
        raise LayoutError(f"a bound is a ratio above 0; got {bound:g}", hint="for 5% more time: 1.05")
    return bound


def run_comparison_scene(comparison: RunComparison) -> Group:
    """The comparison as a table, for a renderer."""
    from tensorlab.diagram.run_comparison import comparison_scene

    return comparison_scene(comparison)


def import_runs(*files: str | Path, output: str | Path | None = None) -> Imported:
    """Files of pytest-benchmark as one file of runs, every raw time kept: what reads runs reads it.

    Rows of our own suite (benchmarks/) come back as they were measured. Of others the full name of the test is the
    workload; device, dtype, threads, bytes and what the first call took are not known and stay so. Each of several
    files is a process of its own, so that three of them show something.

    Args:
        files: What ``pytest --benchmark-json=FILE`` wrote.
        output: File for the JSON lines; None means a new file under ``runs`` in the current folder.

    Raises:
        UnavailableError: There is no such file.
        StoreError: One cannot be read, is damaged, or holds no raw times; they are of different
            machines; the output exists already, or cannot be written.

    >>> import json, tempfile
    >>> row = {"fullname": "test_sort.py::test_sort", "stats": {"iterations": 10, "data": [1e-6, 2e-6, 3e-6]}}
    >>> told = {"datetime": "2026-01-31T12:00:00+00:00", "machine_info": {}, "benchmarks": [row]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.json").write_text(json.dumps(told))
    ...     found = import_runs(f"{folder}/a.json", output=f"{folder}/a.jsonl")
    >>> found.rows[0].case.workload, found.rows[0].loops, len(found.rows[0].wall)
    ('test_sort.py::test_sort', 10, 3)
    """
    from tensorlab.bench.foreign.joining import joined
    from tensorlab.bench.store import open_store

    header, rows, notes = joined(tuple(map(Path, files)))
    store, note = open_store(None if output is None else Path(output), header)
    with store:
        for row in rows:
            store.append(row)
    told = (*notes, note) if note else notes
    return Imported(files=tuple(map(str, files)), path=str(store.path), header=header, rows=rows, notes=told)


def imported_scene(found: Imported) -> Group:
    """What was read, as a table, for a renderer."""
    from tensorlab.diagram.imported import imported_picture

    return imported_picture(found)
