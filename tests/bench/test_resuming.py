from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS
from support.laboratory import case, header, run, skipped

from tensorlab.bench.resuming import kept_rows, limited, missing_cells
from tensorlab.bench.session import Place
from tensorlab.bench.store import Store
from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Ceilings
    from tensorlab.bench.record import Header


def written(path: Path, first: Header) -> Path:
    with Store(path, first) as store:
        store.append(run())
    return path


def test_the_rows_of_the_file_are_kept_with_its_header(tmp_path: Path) -> None:
    first = replace(header(), created="2020-01-01T00:00:00Z")
    path = written(tmp_path / "a.jsonl", first)
    assert kept_rows(Place(output=path, resume=True), header()) == (first, (run(),))
    assert kept_rows(Place(output=path), header()) == (header(), ())


@pytest.mark.parametrize("text", [None, "", '{"kind":"header","sch'])
def test_where_no_header_is_whole_the_run_begins_anew(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "a.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert kept_rows(Place(output=path, resume=True), header()) == (header(), ())


def test_rows_of_another_machine_are_not_mixed_with_these(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", replace(header(), fingerprint="ffff"))
    with pytest.raises(StoreError, match="was measured on fingerprint ffff; this is 0123456789ab"):
        kept_rows(Place(output=path, resume=True), header())


def test_an_older_schema_is_read_but_not_written(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", replace(header(), schema=1))
    with pytest.raises(StoreError, match="has schema 1; rows are appended to schema 2 only"):
        kept_rows(Place(output=path, resume=True), header())


def test_what_the_file_has_of_this_process_is_not_missing() -> None:
    numpy, torch = case(), case(backend="torch")
    gone = skipped("device", "none", backend="torch", device="cuda")
    cells = ((numpy, torch, gone), (replace(numpy, size=8),))
    assert missing_cells(cells, (), 0) == cells
    assert missing_cells(cells, (run(),), 0) == ((torch, gone), cells[1])
    assert missing_cells(cells, (run(), run(backend="torch"), gone), 0) == (cells[1],)
    assert missing_cells(cells, (run(),), 1) == ((numpy, torch), cells[1])


def test_ceilings_are_asked_for_only_where_something_is_measured(tmp_path: Path) -> None:
    asked: list[int] = []

    def measured() -> Ceilings:
        asked.append(1)
        return CEILINGS

    place = Place(output=tmp_path / "a.jsonl", ceilings=measured)
    assert limited(header(), ((skipped("cost", "slow"),),), place) == header()
    assert asked == []
    assert limited(header(), ((case(),),), place).ceilings == CEILINGS
    assert limited(replace(header(), ceilings=CEILINGS), ((case(),),), place).ceilings == CEILINGS
    assert limited(header(), ((case(),),), Place()).ceilings is None
    assert asked == [1]
    written(tmp_path / "a.jsonl", header())
    with pytest.raises(StoreError, match="exists already"):
        limited(header(), ((case(),),), place)
