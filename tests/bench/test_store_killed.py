"""What is left of a file whose writer was killed, at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run
from support.probe import ROOT

from tensorlab.api.measurement import benchmark
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Run
from tensorlab.bench.store import Store, load

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.record import Case, Skipped

WRITING = """
import sys
sys.path[:0] = sys.argv[1:3]
from itertools import count
from dataclasses import replace
from pathlib import Path
from support.laboratory import header, run
from tensorlab.bench.store import Store
with Store(Path("a.jsonl"), header()) as store:
    for number in count(1):
        store.append(replace(run(), loops=number))
        print(number, flush=True)
"""
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends processes otherwise")


@pytest.mark.parametrize("moment", [1, 2, 5, 17])
def test_kill_9_loses_at_most_the_row_that_was_being_written(tmp_path: Path, moment: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITING, str(ROOT), str(ROOT / "tests")],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    for _ in range(moment):
        writer.stdout.readline()
    writer.kill()
    rest = writer.stdout.read().split()
    writer.communicate()
    said = int(rest[-1]) if rest else moment
    rows = load(tmp_path / "a.jsonl").rows
    assert said <= len(rows) <= said + 1  # a row may be on disk that nobody was told of
    assert [row.loops for row in rows if isinstance(row, Run)] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("cut", [0, 1, 40, 10**6])
def test_a_file_that_was_cut_anywhere_in_its_last_row_is_gone_on_with(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.jsonl"
    with Store(path, header()) as store:
        store.append(run())
        before = path.stat().st_size
        store.append(run(2e-6))
    whole = path.read_bytes()
    path.write_bytes(whole[: max(before, len(whole) - cut)])
    kept = (run(), run(2e-6)) if cut == 0 else (run(),)
    with Store(path, header(), resume=True) as store:
        assert load(path).rows == kept
        store.append(run(3e-6))
    assert load(path) == (header(), (*kept, run(3e-6)), False)


def cases(path: Path) -> list[Case]:
    return [row.case for row in load(path).rows]


@pytest.mark.parametrize("lines", [0, 1, 2, 4])
def test_a_rerun_measures_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int) -> None:
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1)})
    path = tmp_path / "a.jsonl"
    asked = {"sizes": [8, 16], "devices": ["cpu"], "backends": ["numpy", "torch"]}
    whole = benchmark("add", output=path, **asked)  # type: ignore[arg-type]  # each is what it takes
    kept = path.read_bytes().splitlines(keepends=True)[: 2 + lines]  # a header and the ceilings stand before the rows
    path.write_bytes(b"".join(kept))
    measured: list[Case] = []
    monkeypatch.setattr("tensorlab.bench.store.Store.append", _counting(measured))
    again = benchmark(resume=path)
    assert measured == cases_of(whole.rows)[lines:]
    assert cases(path) == cases_of(again.rows) == cases_of(whole.rows)
    assert path.read_bytes().startswith(b"".join(kept))
    assert benchmark(resume=path).rows == again.rows
    assert len(measured) == 4 - lines


def cases_of(rows: tuple[Run | Skipped, ...]) -> list[Case]:
    return [row.case for row in rows]


def _counting(measured: list[Case]) -> object:
    append = Store.append

    def counted(store: Store, row: Run | Skipped) -> None:
        measured.append(row.case)
        append(store, row)

    return counted


@pytest.mark.slow
def test_a_command_that_was_killed_is_gone_on_with_to_the_same_table(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tensorlab", "bench", "add", "mul", "sum", "--size", "100,1000", "--device", "cpu"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    path = tmp_path / "a.jsonl"
    first = subprocess.Popen([*words, "--output", "a.jsonl"], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    while first.poll() is None and not (path.exists() and path.read_bytes().count(b"\n") >= 3):
        time.sleep(0.01)
    first.kill()
    first.wait()
    kept = load(path).rows
    done = subprocess.run(
        [sys.executable, "-m", "tensorlab", "bench", "--resume", "a.jsonl"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = load(path).rows
    assert rows[: len(kept)] == kept
    assert len({row.case for row in rows}) == len(rows) == 3 * 2 * 4
    assert all(f"{name}, 1 thread" in done.stdout for name in ("add", "mul", "sum"))
