from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tensorlab.api.measurement import benchmark, every_workload, session_scene
from tensorlab.bench.host.fingerprint import usable_processors
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Skipped
from tensorlab.bench.store import load
from tensorlab.errors import LayoutError, StoreError, UnknownNameError, UnsupportedError
from tensorlab.render.text import text

if TYPE_CHECKING:
    from tensorlab.errors import TensorlabError


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tensorlab.bench.session.penalized", lambda warnings, *_: warnings)
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1), "full": Effort(0.0, 1, 1)})
    monkeypatch.chdir(tmp_path)


def test_a_benchmark_is_a_record_that_is_also_on_disk() -> None:
    session = benchmark("add", sizes=8, devices="cpu")
    assert [run.case.backend for run in session.runs] == ["list", "array", "numpy", "torch"]
    assert str(session).startswith("4 cases measured, 0 not; written to runs")
    assert load(Path(session.path)).rows == session.rows
    assert text(session_scene(session)).count("float32") >= 2


def test_single_values_and_lists_are_taken_alike() -> None:
    one = benchmark("add", sizes=8, devices="cpu", dtypes="float32", output="one.jsonl")
    same = benchmark("add", sizes=[8], devices=["cpu"], dtypes=("float32",), output=Path("same.jsonl"))
    assert [run.case for run in one.runs] == [run.case for run in same.runs]


def test_all_threads_are_those_that_may_be_used() -> None:
    session = benchmark("sum", sizes=8, devices="cpu", threads="all")
    assert {run.case.threads for run in session.runs} == {usable_processors()}


def test_two_benchmarks_of_the_same_second_have_files_of_their_own() -> None:
    sessions = [benchmark("add", sizes=8, devices="cpu") for _ in range(3)]
    assert len({session.path for session in sessions}) == 3
    assert all(Path(session.path).parent == Path("runs") and not session.notes for session in sessions)


def test_the_network_takes_part_without_a_special_case() -> None:
    assert "alexnet" in {workload.name for workload in every_workload().workloads}
    session = benchmark("alexnet", sizes=10**9, devices="cpu")
    assert [(row.case.backend, row.cause) for row in session.skipped] == [
        ("list", "cost"),
        ("numpy", "cost"),
        ("torch", "cost"),
    ]


def test_a_device_that_is_not_there_is_a_row() -> None:
    (row,) = benchmark("add", sizes=8, devices="xpu").rows
    assert isinstance(row, Skipped)
    assert row.named


def test_progress_is_reported() -> None:
    seen: list[Any] = []
    benchmark("add", sizes=8, devices="cpu", progress=seen.append)
    assert [(progress.done, progress.total) for progress in seen] == [(0, 4), (4, 4)]


@pytest.mark.parametrize(
    ("names", "options", "kind", "message"),
    [
        (("ad",), {}, UnknownNameError, "no workload is called 'ad'"),
        ((), {"devices": "cudda"}, UnknownNameError, "did you mean 'cuda'"),
        ((), {"dtypes": "flaot32"}, UnknownNameError, "did you mean 'float32'"),
        ((), {"profile": "ful"}, UnknownNameError, "did you mean 'full'"),
        ((3,), {}, UnsupportedError, "workloads are given by name; got 3"),
        ((), {"devices": [None]}, UnsupportedError, "devices are given by name; got None"),
        ((), {"dtypes": [float]}, UnsupportedError, "dtypes are given by name; got <class 'float'>"),
        ((), {"sizes": [1.5]}, UnsupportedError, "sizes are whole numbers; got 1.5"),
        ((), {"sizes": ["8"]}, UnsupportedError, "sizes are whole numbers; got '8'"),
        ((), {"sizes": True}, UnsupportedError, "sizes are whole numbers; got True"),
        ((), {"sizes": 1.5}, UnsupportedError, "sizes are whole numbers; got 1.5"),
        (("matmul",), {"sizes": 10**200}, LayoutError, r"a size is 10\*\*18 at most; got about 10\*\*200"),
        (("add",), {"sizes": 8, "output": "a" * 300}, StoreError, "cannot be written: File name too long"),
        ((), {"sizes": 0}, LayoutError, "a size is a count of 1 or more; got 0"),
        ((), {"threads": 0}, LayoutError, 'threads are a whole number of 1 or more, or "all"; got 0'),
        ((), {"threads": "some"}, LayoutError, "threads are a whole number .*, or \"all\"; got 'some'"),
        (("add",), {"sizes": 8, "output": "."}, StoreError, "cannot be written: Is a directory"),
    ],
)
def test_a_bad_question_is_one_sentence(
    names: tuple[Any, ...], options: dict[str, Any], kind: type[TensorlabError], message: str
) -> None:
    with pytest.raises(kind, match=message):
        benchmark(*names, **options)
    assert not list(Path("runs").glob("*"))
