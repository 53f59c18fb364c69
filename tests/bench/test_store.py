from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS
from support.laboratory import header, run, skipped
from support.probe import ROOT, run_python

from tensorlab.bench.schema import SCHEMA
from tensorlab.bench.store import Store, default_path, load, new_file, open_store
from tensorlab.errors import StoreError, UnavailableError
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from tensorlab.bench.record import Run, Skipped

ROWS: tuple[Run | Skipped, ...] = (run(), skipped("device", "no cuda here", named=True, device="cuda"), run(2e-6))


def written(path: Path) -> Path:
    with Store(path, header()) as store:
        for row in ROWS:
            store.append(row)
    return path


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert load(written(tmp_path / "new" / "runs.jsonl")) == (header(), ROWS, False)


def test_doubts_survive(tmp_path: Path) -> None:
    doubtful = replace(run(), doubts=(Doubt("blas-kernels", "capped", "unset it"),))
    with Store(tmp_path / "a.jsonl", header()) as store:
        store.append(doubtful)
    assert load(tmp_path / "a.jsonl").rows == (doubtful,)


def test_each_row_is_on_disk_when_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    path = tmp_path / "runs.jsonl"
    with Store(path, header()) as store:
        for count, row in enumerate(ROWS, start=1):
            store.append(row)
            assert len(load(path).rows) == count
            assert len(synced) == count + 1


def test_every_line_is_json_that_says_what_it_is(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in written(tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["header", "run", "skipped", "run"]
    assert lines[0]["schema"] == SCHEMA == 2


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "a.jsonl")
    whole = path.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    path.write_bytes(whole[: -min(cut, last - 1)])
    assert load(path) == (header(), ROWS[:-1], True)


def test_the_file_of_schema_1_that_is_kept_still_loads() -> None:
    kept = load(Path(__file__).parents[1] / "data" / "bench" / "v1.jsonl")
    assert kept.header == replace(header(), schema=1, asked=None)
    assert kept.rows == ROWS
    assert all(row.case.cache == "warm" and row.case.allocates for row in kept.rows)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no file of runs: it has no header"),
        ('{"kind": "header"', "is no file of runs: it has no header"),
        ("hello\n", "line 1: not JSON"),
        ("[1]\n", "line 1: expected an object, got list"),
        ('{"machine_info": {}}\n', "its first line is no header"),
        ('{"kind": "header", "schema": 99}\n', "has schema 99; this version reads 1"),
        ('{"kind": "header", "schema": 1}\n', "line 1: .*created"),
    ],
)
def test_a_foreign_file_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "foreign"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"kind": "walk"}', "line 5: neither a run nor a skipped case"),
        ("{", "line 5: not JSON"),
        ('{"kind": "run"}', "line 5: .*case"),
    ],
)
def test_a_foreign_line_is_refused_with_its_number(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path / "a.jsonl")
    path.write_text(f"{path.read_text('utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        load(path)


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        load(tmp_path / "missing")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match="cannot be read: it is no text"):
        load(tmp_path / "binary")


def test_measured_data_is_never_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl")
    with pytest.raises(StoreError, match="exists already"):
        Store(path, header())
    assert len(load(path).rows) == len(ROWS)


def test_an_empty_file_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    assert load(written(tmp_path / "a.jsonl")).rows == ROWS


def test_a_path_that_was_given_and_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "a.jsonl"):
        with pytest.raises(StoreError, match=re.escape(f"{path} cannot be written")):
            open_store(path, header())


def test_a_device_may_be_the_output() -> None:
    assert written(Path(os.devnull)) == Path(os.devnull)


def test_the_usual_place_is_a_new_file_under_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store, note = open_store(None, header())
    with store:
        assert store.path == Path("runs") / f"bench-20260131T120000Z-{os.getpid()}.jsonl"
    assert note == ""


def test_where_the_usual_place_cannot_be_written_the_temporary_folder_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").write_text("a file in the way")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    store, note = open_store(None, header())
    with store:
        assert store.path.parent == tmp_path / "temporary"
    assert re.fullmatch(r"runs.bench-.*\.jsonl cannot be written: .*; writing to .*temporary.*", note)


def test_a_disk_that_fills_up_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with Store(tmp_path / "a.jsonl", header()) as store:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="cannot be written: No space left on device"):
            store.append(run())


def test_default_names_are_in_utc() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert default_path(Path("x"), noon).name == f"bench-20260131T120000Z-{os.getpid()}.jsonl"


def test_a_reason_with_a_line_separator_stays_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = skipped("failed", "one\u2028two\x85three")
    with Store(path, header()) as store:
        store.append(row)
    assert load(path).rows == (row,)


def test_runs_of_the_same_second_get_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = []
    for _ in range(4):
        store, note = open_store(None, header())
        with store:
            store.append(ROWS[0])
        assert note == ""
        paths.append(store.path)
    usual = f"bench-20260131T120000Z-{os.getpid()}"
    assert paths == [Path("runs") / f"{usual}{last}.jsonl" for last in ("", "-2", "-3", "-4")]
    assert [load(path).rows for path in paths] == [ROWS[:1]] * 4


def test_a_file_that_appears_in_between_is_not_taken(tmp_path: Path) -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    default_path(tmp_path, noon).touch()
    assert new_file(tmp_path, noon) == default_path(tmp_path, noon, 2)
    assert new_file(tmp_path, noon) == default_path(tmp_path, noon, 3)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a" * 300, "File name too long"), ("a" * 300 + "/b", "File name too long"), ("a\0b", "embedded null")],
)
def test_a_name_that_no_file_can_have_is_one_sentence(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(StoreError, match=f"cannot be written: {reason}"):
        Store(tmp_path / name, header())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_reader_that_has_left_is_one_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with Store(pipe, header()) as store:
        os.close(reader)
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot be written: Broken pipe"):
                store.append(run())


FULL = """
import resource, signal, sys
from pathlib import Path
from support.laboratory import header, run
from tensorlab.bench.store import Store
from tensorlab.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    with Store(Path("a.jsonl"), header()) as store:
        for _ in range(100):
            store.append(run())
except StoreError as error:
    print(error.message)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.parametrize("limit", [100, 4096])
def test_a_file_that_may_not_grow_is_one_sentence_and_loads_up_to_there(tmp_path: Path, limit: int) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = run_python(FULL, str(limit), cwd=tmp_path, env={"PYTHONPATH": path})
    assert (done.stdout, done.stderr) == ("a.jsonl cannot be written: File too large\n", "")
    assert (tmp_path / "a.jsonl").stat().st_size == limit
    if limit > 1000:
        kept = load(tmp_path / "a.jsonl")
        assert kept.truncated
        assert set(kept.rows) == {run()}


def test_the_ceilings_stand_before_the_first_row_and_come_back_in_the_header(tmp_path: Path) -> None:
    told = replace(header(), ceilings=CEILINGS)
    path = tmp_path / "a.jsonl"
    with Store(path, told):
        pass
    assert load(path) == (header(), (), False)
    with Store(path, told, resume=True) as store:
        store.append(run())
    with Store(path, told, resume=True) as store:
        store.append(run())
    kinds = [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()]
    assert kinds == ["header", "ceilings", "run", "run"]
    assert load(path) == (told, (run(), run()), False)
