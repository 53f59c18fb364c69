"""Files of pytest-benchmark: ours come back as they were, others keep every raw time and nothing is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.laboratory import header, run
from support.suite_files import MACHINE, row, written

from tensorlab.bench.foreign.pytest_json import BACKEND, HEADER, ROUNDS, RUN, read_suite
from tensorlab.bench.record import UNTOLD
from tensorlab.codec import encode
from tensorlab.errors import StoreError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_foreign_benchmark_is_a_named_case_with_its_raw_times(tmp_path: Path) -> None:
    suite = read_suite(written(tmp_path / "a.json", row()))
    (found,) = suite.rows
    assert found.case.workload == "tests/test_sort.py::test_sort[100]"
    assert (found.case.backend, found.case.device, found.case.dtype) == (BACKEND, UNTOLD, UNTOLD)
    assert (found.case.threads, found.case.reads, found.case.writes, found.case.flops) == (0, 0, 0, 0)
    assert found.loops == 10
    assert found.wall == pytest.approx((1e-5, 2e-5, 3e-5))
    assert (found.clock, found.cpu, found.together, found.first) == ("wall", (), "", 0.0)
    assert found.doubts == (ROUNDS,)
    assert found.host == suite.header.fingerprint
    assert suite.left == ()


def test_the_machine_is_told_as_far_as_the_file_does_and_without_its_name(tmp_path: Path) -> None:
    told = read_suite(written(tmp_path / "a.json", row())).header
    assert told.created == "2026-01-31T12:00:00Z"
    assert (told.host.cpu, told.host.logical) == ("Some CPU", 8)
    assert (told.host.system, told.host.python) == ("Linux 6.1.0 x86_64", "CPython 3.12.1")
    assert "a-host-name" not in json.dumps(encode(told))
    bare = read_suite(written(tmp_path / "b.json", row(), machine_info=None)).header
    assert (bare.host.cpu, bare.host.logical, bare.host.system) == ("unknown", 0, "")
    assert bare.fingerprint != told.fingerprint


@pytest.mark.parametrize("machine", [{"cpu": None}, {"cpu": {"count": "8"}}, {"cpu": {"count": -1}}, []])
def test_odd_machines_are_read(tmp_path: Path, machine: object) -> None:
    assert read_suite(written(tmp_path / "a.json", row(), machine_info=machine)).header.host.logical == 0


@pytest.mark.parametrize("timer", ["process_time", "thread_time"])
def test_a_timer_of_the_processor_is_its_clock(tmp_path: Path, timer: str) -> None:
    (found,) = read_suite(written(tmp_path / "a.json", row(options={"timer": timer}))).rows
    assert found.clock == "cpu"
    assert found.cpu == found.wall


def ours() -> dict[str, Any]:
    kept = encode(header())
    assert isinstance(kept, dict)
    return {HEADER: {key: value for key, value in kept.items() if key not in {"created", "asked", "ceilings"}}}


def test_ours_come_back_as_they_were_measured(tmp_path: Path) -> None:
    one = replace(run(), process=0, together="s.0.1", clock="cpu", cpu=run().wall, repeat=(0, 0, 1, 1, 2))
    suite = read_suite(
        written(tmp_path / "a.json", row(extra_info={RUN: encode(one)}), row(), machine_info={**MACHINE, **ours()})
    )
    assert suite.rows[0] == one
    assert suite.rows[1].case.backend == BACKEND
    assert suite.header == replace(header(), created="2026-01-31T12:00:00Z", asked=None)


def test_each_of_several_files_is_a_process(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", row())
    assert [read_suite(path, number).rows[0].process for number in range(3)] == [0, 1, 2]


def test_benchmarks_without_raw_times_are_left_out_and_named(tmp_path: Path) -> None:
    bare = row(fullname="t.py::bare", stats={"median": 1.0, "iterations": 1})
    suite = read_suite(written(tmp_path / "a.json", bare, row()))
    assert len(suite.rows) == 1
    assert suite.left == ("t.py::bare",)
    with pytest.raises(StoreError, match="holds no raw times: 1 benchmark with summaries alone") as told:
        read_suite(written(tmp_path / "b.json", bare))
    assert told.value.hint == "save it with --benchmark-json=FILE, or with --benchmark-save-data"


STATS = {"iterations": 10, "data": [1e-6]}


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (7, "benchmark 2: a benchmark is an object; got int"),
        (row(stats=None), "benchmark 2: stats is an object; got NoneType"),
        ({"stats": STATS}, "benchmark 2: 'fullname' is missing"),
        ({"fullname": "a"}, "benchmark 2: 'stats' is missing"),
        (row(fullname=3), "benchmark 2: a benchmark's full name is a word; got int"),
        (row(extra_info=None), "benchmark 2: extra_info is an object; got NoneType"),
        (row(stats={"data": [1.0]}), "benchmark 2: 'iterations' is missing"),
        (row(stats={**STATS, "iterations": "many"}), "benchmark 2: iterations are a whole number; got 'many'"),
        (row(stats={**STATS, "iterations": 0}), "benchmark 2: a block holds 1 call or more; got 0"),
        (row(stats={**STATS, "data": [-1.0]}), "benchmark 2: wall is one or more finite numbers"),
        (row(stats={**STATS, "data": [float("nan")]}), "benchmark 2: wall is one or more finite numbers"),
        (row(stats={**STATS, "data": "soon"}), "benchmark 2: "),
        (row(extra_info={RUN: {"loops": 1}}), "benchmark 2: "),
        (row(extra_info={RUN: 5}), "benchmark 2: tensorlab-run is an object; got int"),
    ],
)
def test_a_damaged_benchmark_is_named_by_its_number(tmp_path: Path, damaged: Any, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read_suite(written(tmp_path / "a.json", row(), damaged))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[1]", "is no file of pytest-benchmark: it has no list of benchmarks"),
        ('{"benchmarks": 1}', "is no file of pytest-benchmark"),
        ('{"kind": "header"}\n{"kind": "run"}\n', "is not JSON"),
        ('{"benchmarks": [], "datetime": "2026-01-31T12:00:00"}', "holds no benchmark"),
        ('{"benchmarks": []}', "does not say when it was written: None"),
        ('{"benchmarks": [], "datetime": "today"}', "does not say when it was written: 'today'"),
        ("[" * 100_000, "cannot be read|is not JSON"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        read_suite(tmp_path / "a.json")


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        read_suite(tmp_path / "a.json")
    (tmp_path / "a.json").write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match="cannot be read: it is no text"):
        read_suite(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("kept", "message"),
    [({"schema": 99}, "has schema 99"), ({"schema": "2"}, "has schema '2'"), ({"schema": 2}, "machine_info: ")],
)
def test_a_first_line_of_ours_that_is_damaged_is_told(tmp_path: Path, kept: object, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read_suite(written(tmp_path / "a.json", row(), machine_info={HEADER: kept}))
