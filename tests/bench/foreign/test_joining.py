from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.suite_files import MACHINE, row, written

from tensorlab.bench.foreign.joining import joined
from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def test_three_files_are_three_processes(tmp_path: Path) -> None:
    header, rows, notes = joined(tuple(written(tmp_path / f"{n}.json", row()) for n in range(3)))
    assert [one.process for one in rows] == [0, 1, 2]
    assert len({one.case for one in rows}) == 1
    assert header.created == "2026-01-31T12:00:00Z"
    assert notes == ("1 case of another suite: device, dtype, threads and bytes are not known",)


def test_what_has_no_raw_times_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", row(), row(fullname="t.py::bare", stats={"iterations": 1}))
    _, rows, notes = joined((path,))
    assert len(rows) == 1
    assert notes[0] == f"{path}: 1 benchmark left out, without raw times: t.py::bare"


def test_files_of_two_machines_are_not_joined(tmp_path: Path) -> None:
    other = written(tmp_path / "b.json", row(), machine_info={**MACHINE, "cpu": {"brand_raw": "Another"}})
    with pytest.raises(StoreError, match="were measured on different machines or libraries: fingerprints"):
        joined((written(tmp_path / "a.json", row()), other))


def test_no_file_is_refused() -> None:
    with pytest.raises(StoreError, match="there is no file to import"):
        joined(())
