from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.ceilings import CEILINGS, limits
from support.laboratory import backend, double, workload

from tensorlab.bench.backends.constant import always
from tensorlab.bench.cases import Selection
from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Catalogue, Run
from tensorlab.bench.session import Place, run_session
from tensorlab.bench.store import Store, load
from tensorlab.errors import StoreError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Skipped
    from tensorlab.progress import Progress

BACKENDS = {name: backend(name) for name in ("numpy", "torch")}


def catalogue(function: Callable[..., object] = double) -> Catalogue:
    return Catalogue((workload(),), {("numpy", "double"): always(double), ("torch", "double"): always(function)})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.session.penalized", lambda warnings, *_: warnings)
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1)})


def test_rows_progress_and_file_agree(tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = tmp_path / "a.jsonl"
    session = run_session(catalogue(), Selection(), place=Place(output=path), watch=seen.append, backends=BACKENDS)
    assert [row.case.size for row in session.runs] == [4, 4, 8, 8]
    assert load(path) == (session.header, session.rows, False)
    assert [progress.done for progress in seen] == [0, 2, 4]
    assert seen[0].label == "double 4 numpy cpu float32"
    assert str(session) == f"4 cases measured, 0 not; written to {path}"
    assert repr(session) == f"<Session: {session}>"
    assert session.stored
    assert session.header.fingerprint == session.runs[0].host


def test_an_interrupt_keeps_what_was_measured_and_says_so(tmp_path: Path) -> None:
    def interrupting(values: Any) -> Any:
        if len(values) == 8:
            raise KeyboardInterrupt
        return values * 2

    path = tmp_path / "a.jsonl"
    session = run_session(catalogue(interrupting), Selection(), place=Place(output=path), backends=BACKENDS)
    assert session.interrupted
    assert [(row.case.size, row.case.backend) for row in session.runs] == [(4, "numpy"), (4, "torch")]
    assert load(path).rows == session.rows
    assert str(session).startswith("interrupted: 2 cases measured")


def test_an_interrupt_between_two_cases_is_caught_too(tmp_path: Path) -> None:
    def watch(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    path = tmp_path / "a.jsonl"
    session = run_session(catalogue(), Selection(), place=Place(output=path), watch=watch, backends=BACKENDS)
    assert session.interrupted
    assert len(session.runs) == len(load(path).rows) == 2


def test_a_failure_in_one_case_lets_the_next_one_run(tmp_path: Path) -> None:
    def failing(values: Any) -> Any:
        if len(values) == 4:
            raise RuntimeError("out of memory")
        return values * 2

    session = run_session(catalogue(failing), Selection(), place=Place(output=tmp_path / "a.jsonl"), backends=BACKENDS)
    assert [type(row) is Run for row in session.rows] == [True, False, True, True]
    assert session.skipped[0].reason == "RuntimeError: out of memory"


def test_a_disk_that_fills_up_loses_the_file_but_not_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("no space left")

    monkeypatch.setattr("tensorlab.bench.store.Store.append", full)
    session = run_session(catalogue(), Selection(), place=Place(output=tmp_path / "a.jsonl"), backends=BACKENDS)
    assert len(session.runs) == 4
    assert not session.stored
    assert session.notes == ("no space left; it ends before the row double 4 numpy cpu float32",)


def test_ctrl_c_while_a_row_is_written_leaves_no_row_that_the_file_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Store.append

    def interrupted(store: Store, row: Run | Skipped) -> None:
        if row.case.size == 8:
            raise KeyboardInterrupt
        append(store, row)

    monkeypatch.setattr(Store, "append", interrupted)
    path = tmp_path / "a.jsonl"
    session = run_session(catalogue(), Selection(), place=Place(output=path), backends=BACKENDS)
    assert session.interrupted
    assert session.stored
    assert load(path).rows == session.rows
    assert len(session.rows) == 2


def test_nothing_is_written_where_the_question_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'double'"):
        run_session(
            catalogue(), Selection(names=("duble",)), place=Place(output=tmp_path / "a.jsonl"), backends=BACKENDS
        )
    assert not list(tmp_path.iterdir())


def test_threads_are_set_while_it_measures_and_restored(tmp_path: Path) -> None:
    counts = []

    def counting(values: Any) -> Any:
        counts.append(torch.get_num_threads())
        return values * 2

    before = torch.get_num_threads()
    run_session(catalogue(counting), Selection(threads=1), place=Place(output=tmp_path / "a.jsonl"), backends=BACKENDS)
    assert set(counts) == {1}
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("name", [workload.name for workload in CATALOGUE.workloads])
def test_every_library_agrees_with_float64(tmp_path: Path, name: str) -> None:
    dtypes = ("float64", "float32", "float16", "bfloat16")
    libraries = ("list", "array", "numpy", "torch")
    selection = Selection(names=(name,), sizes=(37,), dtypes=dtypes, devices=("cpu",), backends=libraries)
    session = run_session(CATALOGUE, selection, place=Place(output=tmp_path / "a.jsonl"))
    lists = [("list", "float64")] if ("list", name) in CATALOGUE.implementations else []
    arrays = ("float64", "float32") if ("array", name) in CATALOGUE.implementations else ()
    assert sorted((row.case.backend, row.case.dtype) for row in session.runs) == sorted(
        [
            *lists,
            *(("array", kind) for kind in arrays),
            *(("numpy", kind) for kind in dtypes[:3]),
            *(("torch", kind) for kind in dtypes),
        ]
    )
    assert {row.cause for row in session.skipped} <= {"dtype", "backend"}
    assert "NumPy has no dtype bfloat16" in {row.reason for row in session.skipped}


@pytest.mark.parametrize("name", ["add", "chain3", "softmax_axis0", "matmul"])
def test_a_compiled_function_agrees_too(tmp_path: Path, name: str) -> None:
    selection = Selection(names=(name,), sizes=(37,), devices=("cpu",), backends=("torch.compile",))
    session = run_session(CATALOGUE, selection, place=Place(output=tmp_path / "a.jsonl"))
    (row,) = session.rows
    assert isinstance(row, Run) or row.cause == "absent"


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no NVIDIA GPU")
def test_every_workload_runs_on_a_gpu(tmp_path: Path) -> None:
    session = run_session(
        CATALOGUE, Selection(sizes=(64,), devices=("cuda",)), place=Place(output=tmp_path / "a.jsonl")
    )
    assert not session.skipped
    assert {row.case.device for row in session.runs} == {"cuda"}


def never() -> Ceilings:
    raise AssertionError("nobody may ask for the ceilings")


def test_the_file_holds_the_ceilings_and_each_row_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    place = Place(output=path, ceilings=lambda: limits(faster=1e6))
    session = run_session(catalogue(), Selection(), place=place, backends=BACKENDS)
    assert session.header.ceilings == limits(faster=1e6)
    assert load(path) == (session.header, session.rows, False)
    assert {run.ceiling for run in session.runs} == {"dispatch"}


def test_ceilings_are_not_asked_for_where_the_file_is_there_already(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine\n")
    with pytest.raises(StoreError, match="exists already"):
        run_session(catalogue(), Selection(), place=Place(output=path, ceilings=never), backends=BACKENDS)


def test_ceilings_are_not_asked_for_where_nothing_is_measured(tmp_path: Path) -> None:
    slow = {name: backend(name, pace=always(1e9)) for name in BACKENDS}
    place = Place(output=tmp_path / "a.jsonl", ceilings=never)
    session = run_session(catalogue(), Selection(), place=place, backends=slow)
    assert session.runs == ()
    assert session.header.ceilings is None


def test_who_goes_on_with_a_file_takes_its_ceilings(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    first = run_session(
        catalogue(), Selection(), place=Place(output=path, ceilings=lambda: CEILINGS), backends=BACKENDS
    )
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    place = Place(output=path, resume=True, ceilings=never)
    session = run_session(catalogue(), Selection(), place=place, backends=BACKENDS)
    assert session.header.ceilings == first.header.ceilings == CEILINGS
    assert [run.ceiling for run in session.runs] == ["dispatch"] * 4
