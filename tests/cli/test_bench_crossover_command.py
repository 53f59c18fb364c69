from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import kept_in
from typer.testing import CliRunner

from tensorlab.bench.crossing import measuring
from tensorlab.bench.crossing.measuring import Extent
from tensorlab.bench.crossing.record import Crossings
from tensorlab.bench.offload import torch_machine
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The least effort, on a machine without an accelerator, whose ceilings are kept."""
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "cache"))
    kept_in(tmp_path / "cache")
    monkeypatch.setattr(measuring, "QUICK", Extent(2**12, Effort(0.0, 1, 1)))
    monkeypatch.setattr(torch_machine, "present", lambda device: None)  # noqa: ARG005 - as present is called


def crossover(*words: str) -> Result:
    return CliRunner().invoke(bench_app, ["crossover", *words])


def test_without_a_device_every_line_is_projected() -> None:
    told = crossover("add", "matmul", "--device", "cpu,cuda", "--ascii")
    assert told.exit_code == 0, told.stderr
    assert told.stdout.isascii()
    assert "projected: there is no cuda device here" in told.stdout
    lines = [line for line in told.stdout.splitlines() if line.startswith(("without transfer", "with transfer"))]
    assert len(lines) == 6
    assert all(line.endswith("projected") for line in lines)
    assert "add, float32: where cuda overtakes the CPU" in told.stdout
    assert "add, float32: part of the limit that binds" in told.stdout
    assert "note: no cuda device is here; its times are projected from NVIDIA H100 SXM 80 GB" in told.stderr


def test_json_is_the_record() -> None:
    run = decode(Crossings, json.loads(crossover("add", "--json", "--model", "a100").stdout))
    assert run.projected
    assert run.model is not None
    assert run.model.name == "NVIDIA A100 SXM 80 GB"
    assert {one.workload for one in run.crossings} == {"add"}


def test_a_picture_can_be_saved(tmp_path: Path) -> None:
    told = crossover("add", "-o", str(tmp_path / "out.svg"))
    assert told.stdout.startswith(f"{tmp_path / 'out.svg'}: add float32: ")
    assert "<svg" in (tmp_path / "out.svg").read_text()


def test_a_wrong_result_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    real = measuring.crossed
    monkeypatch.setattr(measuring, "crossed", lambda *given: replace(real(*given), wrong=("add float32: wrong",)))
    assert crossover("add").exit_code == 1


def test_what_is_no_product_has_no_tf32_and_nothing_is_wrong() -> None:
    told = crossover("add", "--dtype", "tfloat32", "--ascii")
    assert told.exit_code == 3
    assert "tfloat32 is a way to compute products; add is none" in " ".join(told.stdout.split())


def test_an_interrupted_run_is_printed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = measuring.crossed
    monkeypatch.setattr(measuring, "crossed", lambda *given: replace(real(*given), interrupted=True))
    told = crossover("add")
    assert told.exit_code == 130
    assert "interrupted: what was measured until then" in told.stdout
    assert "add, float32: where cuda overtakes the CPU" in told.stdout
    assert "add, float32: part of the limit that binds" in told.stdout
