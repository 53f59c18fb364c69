from __future__ import annotations

from dataclasses import replace

from support.laboratory import header, run

from tensorlab.bench.foreign.record import Imported


def test_cases_are_counted_once() -> None:
    rows = (run(), replace(run(), process=1), run(size=8))
    found = Imported(files=("1.json", "2.json"), path="a.jsonl", header=header(), rows=rows)
    assert str(found) == "2 cases of 2 files written to a.jsonl"
