from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tensorlab.bench.chasing import measuring
from tensorlab.bench.chasing.record import ChaseRun, OrderRow, Overtaking
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.bench.chasing.measuring import Extent
    from tensorlab.progress import Progress

RUN = ChaseRun(
    machine="a machine",
    orders=(
        OrderRow(
            elements=1_000_000, ordered=0.003, shuffled=0.021, ratio=7.0, low=6.9, high=7.2, ordered_lines=375_000,
            shuffled_lines=999_000,
        ),
    ),
    speeds=(),
    overtakings=(
        Overtaking(operation="add", first="list", second="torch", size=28, low=24, high=32, least=1, most=64),
    ),
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Extent]:
    """Every extent that something would have been measured to."""
    found: list[Extent] = []

    def fake(extent: Extent, watch: Callable[[Progress], None] | None) -> ChaseRun:
        assert watch is not None
        found.append(extent)
        return RUN

    monkeypatch.setattr(measuring, "chased", fake)
    return found


@pytest.mark.usefixtures("asked")
def test_the_tables_and_their_json() -> None:
    told = CliRunner().invoke(bench_app, ["chase", "--ascii"])
    assert (told.exit_code, told.stdout.isascii()) == (0, True)
    assert "1,000,000   3.00 ns   21.0 ns  7.00x  [6.90, 7.20]" in told.stdout
    assert "[24, 32]" in told.stdout
    assert decode(ChaseRun, json.loads(CliRunner().invoke(bench_app, ["chase", "--json"]).stdout)) == RUN


def test_full_and_a_saved_picture(asked: list[Extent], tmp_path: Path) -> None:
    told = CliRunner().invoke(bench_app, ["chase", "--full", "-o", str(tmp_path / "chase.html")])
    assert told.stdout == f"{tmp_path / 'chase.html'}: {RUN}\n"
    assert "<svg" in (tmp_path / "chase.html").read_text()
    assert asked == [measuring.FULL]


def test_an_interrupted_run_is_printed_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measuring, "chased", lambda *_given: replace(RUN, interrupted=True))
    told = CliRunner().invoke(bench_app, ["chase"])
    assert told.exit_code == 130
    assert "interrupted: what was measured until then" in told.stdout
    assert "[24, 32]" in told.stdout
    told = CliRunner().invoke(bench_app, ["chase", "-o", str(tmp_path / "chase.svg")])
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (130, "interrupted: the rest was not measured")
