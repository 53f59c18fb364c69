from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tensorlab
from tensorlab.api import own_workloads
from tensorlab.api.measurement import benchmark
from tensorlab.api.own_workloads import with_own, workload
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Catalogue, Skipped
from tensorlab.bench.store import load
from tensorlab.errors import LayoutError, UnavailableError, UnsupportedError

SMOOTH = """
import tensorlab

def plain():
    return sum(range(100))

def sized(size):
    items = list(range(size))
    return lambda: sum(items)

@tensorlab.workload("halves", inputs=lambda size: [1.0] * size, reference=lambda x: [v / 2 for v in x], sizes=8)
def halve(x):
    return [v / 2 for v in x]

@tensorlab.workload("halves", backend="times", inputs=lambda size: [1.0] * size, reference=lambda x: [v / 2 for v in x])
def wrong(x):
    return [v * 0.4 for v in x]
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1), "full": Effort(0.0, 1, 1)})
    monkeypatch.setattr(own_workloads, "_REGISTERED", {})
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A file of workloads; each test has one of its own name, since a module is imported once."""
    path = tmp_path / f"mine_{tmp_path.name.replace('-', '_')}.py"
    path.write_text(SMOOTH, encoding="utf-8")
    return path.name


def test_a_registered_function_is_measured_by_its_name_and_stays_what_it_was() -> None:
    @workload
    def nothing() -> None:
        """Do nothing."""

    assert nothing.__doc__ == "Do nothing."
    (run,) = benchmark("nothing").runs
    assert (run.case.workload, run.case.backend, run.case.unit) == ("nothing", "own", "calls")


def test_brackets_names_libraries_and_sizes() -> None:
    @workload("words", backend="mine", inputs=lambda size: "x" * size, sizes=(3, 5))
    def length(word: str) -> int:
        return len(word)

    assert length("abc") == 3
    assert [(run.case.backend, run.case.size) for run in benchmark("words").runs] == [("mine", 3), ("mine", 5)]
    assert [run.case.size for run in benchmark("words", sizes=7).runs] == [7]


def test_the_face_has_the_decorator() -> None:
    assert tensorlab.workload is workload


def test_a_wrong_result_is_a_row_without_a_time_and_the_other_keeps_its_own(mine: str) -> None:
    session = benchmark(f"{mine}:halve", sizes=8)
    assert [run.case.backend for run in session.runs] == ["own"]
    (row,) = session.skipped
    assert (row.case.backend, row.cause) == ("times", "wrong")
    assert row.case.workload == f"{mine}:halve"


@pytest.mark.parametrize(("function", "unit", "size"), [("plain", "calls", 1), ("sized", "size", 1000)])
def test_a_function_of_a_file_needs_no_decorator(mine: str, function: str, unit: str, size: int) -> None:
    session = benchmark(f"{mine}:{function}")
    assert {run.case.unit for run in session.runs} == {unit}
    assert session.runs[0].case.size == size
    assert load(Path(session.path)).rows == session.rows


def test_a_run_of_one_s_own_is_gone_on_with_by_what_its_file_says(mine: str) -> None:
    first = benchmark(f"{mine}:plain", output="a.jsonl")
    again = benchmark(resume="a.jsonl")
    assert again.rows == first.rows


def test_own_and_others_stand_in_one_run(mine: str) -> None:
    session = benchmark("add", f"{mine}:plain", sizes=8, devices="cpu")
    assert {run.case.workload for run in session.runs} == {"add", f"{mine}:plain"}


def test_several_processes_measure_it_too(mine: str) -> None:
    session = benchmark(f"{mine}:plain", processes=2, output="a.jsonl")
    assert [run.process for run in session.runs] == [0, 1]
    assert session.notes == ()


def test_a_name_that_is_taken_is_refused() -> None:
    workload("add")(lambda: None)
    with pytest.raises(UnsupportedError, match="a workload is called 'add' already"):
        benchmark("add", sizes=8)


def test_a_library_of_one_s_own_called_like_one_that_is_there_is_told_apart() -> None:
    workload("nothing", backend="numpy")(lambda: None)
    (run,) = benchmark("nothing").runs
    assert run.case.backend == "own numpy"


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.py:f", "there is no file 'nowhere.py'"), ("json:walk", "json has no 'walk'")],
)
def test_what_is_not_there_is_one_sentence(name: str, message: str) -> None:
    with pytest.raises(UnavailableError, match=message):
        with_own(Catalogue((), {}), {}, (name,))


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"sizes": 0}, LayoutError, "sizes are whole numbers of 1 or more"),
        ({"sizes": [1.5]}, LayoutError, "sizes are whole numbers of 1 or more"),
        ({"tolerance": float("nan")}, LayoutError, "a tolerance is a number from 0 to below 1; got nan"),
        ({"inputs": 3}, UnsupportedError, "inputs is a function; got int"),
        ({"backend": " "}, UnsupportedError, "a backend has a name of one letter or more"),
    ],
)
def test_a_bad_registration_is_one_sentence(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        workload("mine", **options)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="a workload is a function; got int"):
        workload("mine")(3)  # type: ignore[type-var]  # that is the test


def test_a_function_that_raises_is_a_row() -> None:
    @workload
    def failing() -> None:
        raise RuntimeError("no")

    (row,) = benchmark("failing").rows
    assert isinstance(row, Skipped)
    assert (row.cause, row.reason) == ("failed", "RuntimeError: no")
