from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.timing import ratio
from typer.testing import CliRunner

from tensorlab.api import honesty_check
from tensorlab.bench.honesty.record import Gate, Honesty, Trial
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable

GATE = Gate(name="quiet A/A", asked="0.99..1.01", seen="1.0000..1.0010", passed=True)
GOOD = Honesty(
    trials=(Trial(kind="quiet", workload="add", seed=0, ratio=ratio(1.001, 0.999, 1.002)),),
    gates=(GATE,),
    busy=3,
    seconds=1.0,
)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[[Honesty], None]:
    """What the check says."""

    def says(answer: Honesty) -> None:
        monkeypatch.setattr(honesty_check, "check_honesty", lambda **_options: answer)

    return says


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (GOOD, 0, "1 of 1 gate passed"),
        (replace(GOOD, gates=(replace(GATE, passed=False),)), 1, "FAILED"),
        (replace(GOOD, interrupted=True), 130, "interrupted after 1 comparison"),
    ],
)
def test_the_table_and_the_exit_code(found: Callable[[Honesty], None], answer: Honesty, code: int, words: str) -> None:
    found(answer)
    told = CliRunner().invoke(bench_app, ["aa", "--ascii"])
    assert (told.exit_code, told.output.isascii()) == (code, True)
    assert words in told.output


def test_json_is_the_record(found: Callable[[Honesty], None]) -> None:
    found(GOOD)
    assert decode(Honesty, json.loads(CliRunner().invoke(bench_app, ["aa", "--json"]).output)) == GOOD
