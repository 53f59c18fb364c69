"""The suite under benchmarks/ as somebody runs it: in a process of its own, with its own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.ceilings import kept_in
from support.probe import ROOT

from tensorlab.bench.foreign.pytest_json import RUN
from tensorlab.bench.record import Run
from tensorlab.codec import decode

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pytest_benchmark")


@pytest.fixture(autouse=True)
def _ceilings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a made-up machine, so that nothing is measured for half a minute."""
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "cache"))
    kept_in(tmp_path / "cache")


def suite(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    chosen = ("-k", "add-1000- or where-1000-numpy", "--benchmark-max-time=0.01", f"--benchmark-storage={folder}")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "benchmarks/", "--benchmark-only", "-q", *chosen, *words],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_it_runs_saves_and_compares_with_rates_in_extra_info(tmp_path: Path) -> None:
    first = suite(tmp_path, "--benchmark-autosave", f"--benchmark-json={tmp_path / 'out.json'}")
    assert first.returncode == 0, first.stdout + first.stderr
    rows = json.loads((tmp_path / "out.json").read_text("utf-8"))["benchmarks"]
    for row in rows:
        info, seconds = row["extra_info"], row["stats"]["median"]
        workload, _, library, *_ = row["name"].removeprefix("test_workload[").split("-")
        moved = {"list": 24_000}.get(library, {"add": 12_000, "where": 9_000 + 4_000}[workload])
        assert info["GB/s"] == pytest.approx(moved / seconds / 1e9)
        assert info["GFLOP/s"] == pytest.approx((1000 if workload == "add" else 0) / seconds / 1e9)
        assert info["threads"] == 1
        assert info["error"] <= 1e-6
        assert info["ceiling"]
        assert info["% of ceiling"] > 0
        assert info["ratio"] == 1.0 or library != "numpy"
        assert info["verdict"] in {"faster", "slower", "can't tell"}
        run = decode(Run, info[RUN])
        assert row["stats"]["data"] == pytest.approx([block / run.loops for block in run.cpu])
        assert row["stats"]["iterations"] == run.loops
    assert len(rows) == 5
    second = suite(tmp_path, "--benchmark-compare")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "(0001_" in second.stdout
    assert "(NOW)" in second.stdout


def test_switched_off_each_is_run_once_and_checked() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "benchmarks/", "--benchmark-disable", "-q", "-k", "add-1000-"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


def test_threads_that_cannot_be_are_one_sentence(tmp_path: Path) -> None:
    refused = suite(tmp_path, "--threads", "x")
    assert refused.returncode != 0
    assert "threads are a whole number of 1 or more, or \"all\"; got 'x'" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr


def test_what_facts_cost_is_told_beside_others(tmp_path: Path) -> None:
    ran = suite(tmp_path, "-k", "facts", f"--benchmark-json={tmp_path / 'out.json'}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = {row["name"]: row for row in json.loads((tmp_path / "out.json").read_text("utf-8"))["benchmarks"]}
    assert {"test_describe[tensor]", "test_show[meta, 1e12]", "test_beside_others[np.info of an array]"} <= rows.keys()
    assert rows["test_show[expanded, 1e9]"]["extra_info"]["of ten elements"] > 0


def test_what_pictures_cost_is_told_beside_others_in_time_and_bytes(tmp_path: Path) -> None:
    ran = suite(tmp_path, "-k", "pictures", "-rs", f"--benchmark-json={tmp_path / 'out.json'}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = {row["name"]: row for row in json.loads((tmp_path / "out.json").read_text("utf-8"))["benchmarks"]}
    for form, most in (("html", 100_000), ("svg", 64_000), ("text", 100_000)):
        assert 0 < rows[f"test_picture[expanded, 1e9-{form}]"]["extra_info"]["bytes"] < most
    others = {name: row["extra_info"] for name, row in rows.items() if name.startswith("test_beside_others")}
    assert all(info["bytes"] > 0 and info["tensorlab's html takes, times this"] > 0 for info in others.values())
    assert others or "not installed" in ran.stdout
