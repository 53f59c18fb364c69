from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.laboratory import header, run, skipped

from tensorlab.bench.schema import SCHEMA, upgraded
from tensorlab.codec import decode, encode

if TYPE_CHECKING:
    from tensorlab.bench.record import Header, Run, Skipped

NEW_IN_2 = {"cpu", "process", "together", "clock", "turn", "round", "repeat", "switches", "faults", "computed"}


def older(kind: str, line: dict[str, Any]) -> dict[str, Any]:
    """A line as schema 1 wrote it."""
    new = NEW_IN_2 | {"waits", "first_faults", "asked", "empty", "reading", "ceilings"}
    inner = (
        {"case": {k: v for k, v in line["case"].items() if k not in {"cache", "allocates"}}} if kind != "header" else {}
    )
    return {name: value for name, value in line.items() if name not in new} | inner


@pytest.mark.parametrize(
    ("kind", "record"), [("run", run()), ("skipped", skipped("device", "none")), ("header", header())]
)
def test_a_line_of_schema_1_becomes_todays_record(kind: str, record: Run | Skipped | Header) -> None:
    line = encode(record)
    assert isinstance(line, dict)
    old = older(kind, line)
    assert old != line
    found = decode(type(record), upgraded(kind, old, 1))
    assert type(found) is type(record)


def test_a_line_of_today_stays_as_it_is() -> None:
    line = encode(run())
    assert isinstance(line, dict)
    assert upgraded("run", line, SCHEMA) == line


def test_a_header_of_schema_2_may_leave_out_what_was_added_while_it_was_young() -> None:
    assert upgraded("header", {}, 2) == {"empty": 0.0, "reading": 0.0, "ceilings": None}
    assert upgraded("header", {"empty": 1.0}, 2)["empty"] == 1.0


def test_an_unknown_line_is_left_for_the_reader_to_refuse() -> None:
    assert upgraded("walk", {"far": 1}, 1) == {"far": 1}
