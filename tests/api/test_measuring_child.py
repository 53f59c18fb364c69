from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run

from tensorlab.api.measurement import benchmark
from tensorlab.api.measuring_child import measure_missing
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.store import Store, load
from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1)})


def test_it_appends_a_row_for_its_process_once(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    benchmark("add", sizes=8, devices="cpu", backends=["numpy", "torch"], output=path)
    assert measure_missing(path, 1) == 2
    assert measure_missing(path, 1) == 2
    rows = load(path).rows
    assert [(row.case.backend, row.process) for row in rows] == [("numpy", 0), ("torch", 0), ("numpy", 1), ("torch", 1)]
    groups = [getattr(row, "together", "") for row in rows]
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_what_cannot_be_measured_is_told_by_the_first_process_only(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    benchmark("add", sizes=8, devices=["cpu", "xpu"], backends=["torch"], output=path)
    measure_missing(path, 1)
    assert [type(row).__name__ for row in load(path).rows] == ["Run", "Skipped", "Run"]


def test_a_file_that_does_not_say_what_was_asked_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = header()
    with Store(
        path, type(line)(**{**{n: getattr(line, n) for n in line.__dataclass_fields__}, "asked": None})
    ) as store:
        store.append(run())
    with pytest.raises(StoreError, match="does not say what was asked for"):
        measure_missing(path, 1)
