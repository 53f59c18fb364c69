from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS, kept_in
from support.probe import run_command
from typer.testing import CliRunner

from tensorlab.api import machine_limits
from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.cli.main import app
from tensorlab.codec import decode

if TYPE_CHECKING:
    from pathlib import Path


def test_kept_ceilings_are_drawn_and_nothing_is_measured(tmp_path: Path) -> None:
    kept = kept_in(tmp_path)
    done = run_command("ceilings", "--ascii", env={"TENSORLAB_CACHE": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("tensorlab ceilings\n")
    assert done.stdout.isascii()
    assert f"kept since {kept.created}" in done.stdout
    assert "L1     32 KiB  1 thread" in done.stdout


def test_json_is_the_record(tmp_path: Path) -> None:
    kept = kept_in(tmp_path)
    done = run_command("ceilings", "--json", env={"TENSORLAB_CACHE": str(tmp_path)})
    assert decode(Ceilings, json.loads(done.stdout)).figures == kept.figures


def test_the_picture_can_be_saved(tmp_path: Path) -> None:
    kept_in(tmp_path)
    done = run_command("ceilings", "-o", str(tmp_path / "out.svg"), env={"TENSORLAB_CACHE": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "<svg" in (tmp_path / "out.svg").read_text()


@pytest.mark.slow
def test_a_damaged_file_is_measured_anew_and_kept(tmp_path: Path) -> None:
    kept_in(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_text("{")
    done = run_command("ceilings", env={"TENSORLAB_CACHE": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert re.search(r"measured now in \d+ s: the kept ceilings are damaged", done.stdout)
    assert decode(Ceilings, json.loads(path.read_text())).find("compute")


def test_an_interrupted_measuring_is_printed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    first = tuple(one for one in CEILINGS.figures if one.kind == "dispatch")
    notes = ("interrupted: what was measured until then; it is not kept",)
    found = replace(CEILINGS, figures=first, notes=notes, interrupted=True)
    monkeypatch.setattr(machine_limits, "ceilings_so_far", lambda **_options: found)
    told = CliRunner().invoke(app, ["ceilings"])
    assert told.exit_code == 130
    assert "a call, before it computes anything" in told.stdout
    assert notes[0] in told.stdout
