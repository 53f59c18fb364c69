from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from support.ceilings import CEILINGS
from support.probe import ROOT, run_python

from tensorlab.bench.ceilings.keeping import (
    DAYS,
    cache_folder,
    file_of,
    load,
    measured_alone,
    own_folder,
    save,
    today,
)
from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.codec import decode

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
WORD, LIBRARIES = CEILINGS.fingerprint, CEILINGS.libraries


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    assert save(tmp_path / "new", replace(CEILINGS, notes=("measured now",))) == ""
    assert load(tmp_path / "new", WORD, LIBRARIES, NOW) == (CEILINGS, "")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["ceilings-0123456789ab.json"]


def test_nothing_kept_is_said(tmp_path: Path) -> None:
    assert load(tmp_path / "none", WORD, LIBRARIES, NOW).reason == "none are kept for this machine"
    save(tmp_path, CEILINGS)
    other = load(tmp_path, "ba9876543210", LIBRARIES, NOW)
    assert other == (None, "none are kept for this machine with these libraries and variables")


@pytest.mark.parametrize(
    ("changed", "now", "reason"),
    [
        ({"fingerprint": "ffff"}, NOW, "those of another machine"),
        ({"libraries": (("torch", "1.0"), ("numpy", "2.0"))}, NOW, "other libraries: now torch 2.0"),
        ({}, NOW + timedelta(days=DAYS), "31 days old"),
        ({}, NOW - timedelta(days=9), "from the future"),
        ({"schema": 0}, NOW, "another version of tensorlab"),
        ({"created": "yesterday"}, NOW, "damaged"),
        ({"created": "2026-01-31"}, NOW, "damaged"),
    ],
)
def test_stale_ceilings_are_not_used(tmp_path: Path, changed: dict[str, object], now: datetime, reason: str) -> None:
    save(tmp_path, replace(CEILINGS, **changed))  # type: ignore[arg-type]  # fields by name
    if "fingerprint" in changed:
        file_of(tmp_path, "ffff").replace(file_of(tmp_path, WORD))
    kept = load(tmp_path, WORD, LIBRARIES, now)
    assert kept.ceilings is None
    assert reason in kept.reason


def test_ceilings_that_can_judge_nothing_are_damaged(tmp_path: Path) -> None:
    kept = CEILINGS.figures
    lacking = [tuple(one for one in kept if one.kind != kind) for kind in ("copy", "compute", "dispatch")]
    for figures in ((), kept[:1], *lacking, tuple(replace(one, device="cuda:0") for one in kept)):
        save(tmp_path, replace(CEILINGS, figures=figures))
        assert load(tmp_path, WORD, LIBRARIES, NOW) == (None, "the kept ceilings are damaged")
    save(tmp_path, replace(CEILINGS, threads=0))
    assert load(tmp_path, WORD, LIBRARIES, NOW).ceilings is None


def test_a_number_that_no_float_holds_is_damage(tmp_path: Path) -> None:
    save(tmp_path, CEILINGS)
    path = file_of(tmp_path, WORD)
    data = json.loads(path.read_text())
    data["figures"][0]["amount"] = 10**400
    path.write_text(json.dumps(data))
    assert load(tmp_path, WORD, LIBRARIES, NOW) == (None, "the kept ceilings are damaged")


def test_one_process_measures_and_another_waits(tmp_path: Path) -> None:
    order: list[str] = []
    inside = Event()

    def other() -> None:
        inside.wait(10)
        with measured_alone(tmp_path, WORD):
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        with measured_alone(tmp_path, WORD):
            inside.set()
            assert wait([waiting], timeout=0.2).not_done == {waiting}
            order.append("first")
        waiting.result(10)
    assert order == ["first", "second"]


def test_a_folder_that_cannot_be_written_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with measured_alone(tmp_path / "file" / "folder", WORD):
        assert not (tmp_path / "file").is_dir()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", '{"schema": 1}', "\x00" * 100, "[" * 100_000, '{"schema": 1, "figures": 3}']
)
def test_a_damaged_file_is_measured_anew(tmp_path: Path, text: str) -> None:
    file_of(tmp_path, WORD).write_text(text)
    assert load(tmp_path, WORD, LIBRARIES, NOW) == (None, "the kept ceilings are damaged")


def test_a_file_cut_off_anywhere_is_damaged(tmp_path: Path) -> None:
    save(tmp_path, CEILINGS)
    path = file_of(tmp_path, WORD)
    whole = path.read_bytes()
    for end in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:end])
        assert load(tmp_path, WORD, LIBRARIES, NOW).reason == "the kept ceilings are damaged"
    path.write_bytes(b"\xff\xfe" + whole)
    assert load(tmp_path, WORD, LIBRARIES, NOW).reason == "the kept ceilings are damaged"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert save(tmp_path / "file", CEILINGS).startswith("they cannot be kept: ")
    assert load(tmp_path / "file", WORD, LIBRARIES, NOW).ceilings is None


def test_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    written = [replace(CEILINGS, created=f"2026-01-{day:02}T12:00:00Z") for day in range(10, 30)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda one: save(tmp_path, one), written)) == {""}
        found = list(pool.map(lambda _: load(tmp_path, WORD, LIBRARIES, NOW).ceilings, range(20)))
    assert all(one in written for one in found)
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path, WORD).name]


def test_two_processes_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); from pathlib import Path; from support.ceilings import kept_in\n"
        f"for _ in range(20): kept_in(Path({str(tmp_path)!r}))"
    )
    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(lambda _: run_python(code, cwd=ROOT), range(2)))
    assert [one.returncode for one in ran] == [0, 0], ran[0].stderr
    (path,) = tmp_path.iterdir()
    assert decode(Ceilings, json.loads(path.read_text())).figures == CEILINGS.figures


def test_the_folder_is_where_the_variables_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path))
    assert own_folder() == tmp_path
    assert cache_folder({"TENSORLAB_CACHE": ""}, Path("home")) == Path("home", ".cache", "tensorlab")
    assert today().tzinfo is UTC
    assert os.environ["TENSORLAB_CACHE"] == str(tmp_path)
