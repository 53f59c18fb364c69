from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tensorlab.bench.striding import measuring
from tensorlab.bench.striding.record import Costs, Forecast, StrideRow, StrideRun
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.bench.striding.measuring import Extent
    from tensorlab.progress import Progress

EVERY = ((1.0, 1e-9),)
RUN = StrideRun(
    machine="a machine",
    nbytes=4096,
    dtype="float32",
    line=64,
    page=4096,
    costs=Costs(reads=EVERY, writes=EVERY, starts=EVERY, alone=EVERY, walks=EVERY, kernels=()),
    rows=(
        StrideRow(
            pattern="stride 16", stride=16, library="numpy", operation="sum", elements=1000, nbytes=4000, lines=1000,
            pages=16, seconds=1e-6, low=1e-6, high=1e-6,
            forecast=Forecast(call=0.0, elements=0.0, lines=9e-7, pages=0.0),
        ),
    ),
    rounds=3,
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Extent]:
    """Every extent that something would have been measured to."""
    found: list[Extent] = []

    def fake(extent: Extent, watch: Callable[[Progress], None] | None) -> StrideRun:
        assert watch is not None
        found.append(extent)
        return RUN

    monkeypatch.setattr(measuring, "strides", fake)
    return found


@pytest.mark.usefixtures("asked")
def test_the_table_and_its_json() -> None:
    told = CliRunner().invoke(bench_app, ["stride", "--ascii"])
    assert (told.exit_code, told.output.isascii()) == (0, True)
    assert "predicted within 30% of what was measured: sum 1 of 1 strides" in told.output
    assert decode(StrideRun, json.loads(CliRunner().invoke(bench_app, ["stride", "--json"]).output)) == RUN


def test_full_and_a_saved_picture(asked: list[Extent], tmp_path: Path) -> None:
    told = CliRunner().invoke(bench_app, ["stride", "--full", "-o", str(tmp_path / "stride.svg")])
    assert told.output == f"{tmp_path / 'stride.svg'}: {RUN}\n"
    assert "<svg" in (tmp_path / "stride.svg").read_text()
    assert asked == [measuring.FULL]


def test_an_interrupted_run_is_printed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "strides", lambda *_given: replace(RUN, interrupted=True))
    told = CliRunner().invoke(bench_app, ["stride"])
    assert told.exit_code == 130
    assert "sum 1 of 1 strides; interrupted after 3 rounds" in " ".join(told.stdout.split())
