"""Files of runs read and held beside one another; what is damaged is one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.laboratory import header, run
from support.suite_files import row, written

from tensorlab.api.objects import show
from tensorlab.api.run_files import compare_runs, import_runs, imported_scene, require_bound, run_comparison_scene
from tensorlab.bench.store import Store, load
from tensorlab.errors import LayoutError, StoreError, UnavailableError
from tensorlab.render.text import text

OLD = Path(__file__).parents[1] / "data" / "bench" / "v1.jsonl"


def stored(path: Path, seconds: float = 1e-6, processes: int = 3) -> Path:
    with Store(path, header()) as store:
        for process in range(processes):
            store.append(replace(run(seconds * (1 + process / 1000)), process=process))
    return path


def test_two_files(tmp_path: Path) -> None:
    found = compare_runs(stored(tmp_path / "a"), stored(tmp_path / "b", 2e-6))
    assert [one.verdict for one in found.cases] == ["slower"]
    assert found.cases[0].ratio.value == pytest.approx(2)
    assert "slower" in text(run_comparison_scene(found))
    assert show(found).data is found


def test_an_older_file_beside_a_new_one(tmp_path: Path) -> None:
    found = compare_runs(OLD, stored(tmp_path / "b"))
    assert [str(one.case.size) for one in found.cases] == ["1000"]
    assert found.above(0.1) == ()


def test_a_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = stored(tmp_path / "b")
    path.write_bytes(path.read_bytes()[:-20])
    found = compare_runs(stored(tmp_path / "a"), path)
    assert found.notes == (f"the last line of {path} was cut off, and is left out",)
    assert len(found.cases[0].by_process) == 2


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (b"", "is no file of runs: it has no header"),
        (b"\xff\xfe\n", "cannot be read: it is no text"),
        (b"[1]\n", "line 1: expected an object, got list"),
        (b'{"benchmarks": []}\n', "is no file of runs: its first line is no header"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, damage: bytes, message: str) -> None:
    (tmp_path / "b").write_bytes(damage)
    with pytest.raises(StoreError, match=message):
        compare_runs(stored(tmp_path / "a"), tmp_path / "b")


def test_a_line_in_the_middle_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = stored(tmp_path / "b")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"{]\n", *lines[2:]]))
    with pytest.raises(StoreError, match="line 3: not JSON"):
        compare_runs(stored(tmp_path / "a"), path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        compare_runs(stored(tmp_path / "a"), tmp_path / "missing")


@pytest.mark.parametrize("bound", [0.0, -1.0, float("nan"), float("inf")])
def test_a_bound_that_no_ratio_can_pass_is_refused(bound: float) -> None:
    with pytest.raises(LayoutError, match="a bound is a ratio above 0"):
        require_bound(bound)


def test_what_another_program_wrote_is_a_file_of_runs(tmp_path: Path) -> None:
    found = import_runs(written(tmp_path / "a.json", row()), output=tmp_path / "a.jsonl")
    assert load(tmp_path / "a.jsonl").rows == found.rows
    assert "1 case of 1 file" in text(imported_scene(found))
    assert show(found).data is found
    assert compare_runs(tmp_path / "a.jsonl", tmp_path / "a.jsonl").cases[0].verdict == "can't tell"


def test_a_damaged_file_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(StoreError, match="no list of benchmarks"):
        import_runs(tmp_path / "a.json", output=tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()
