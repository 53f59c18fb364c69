from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.probe import ROOT, run_command
from support.teams import FAILURE, RUN
from typer.testing import CliRunner

from tensorlab.api import distributed_runs
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode
from tensorlab.distributed.record import DistributedRun

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ("--nproc", "2", "--size", "4096,65536", "--side", "63", "--batch", "1")


def test_two_ranks_measure_everything() -> None:
    ran = run_command("bench", "distributed", *SMALL, "--json")
    assert ran.returncode == 0, ran.stderr
    assert all(" done" in line for line in ran.stderr.splitlines()), "progress alone"
    run = decode(DistributedRun, json.loads(ran.stdout))
    assert (run.rows, run.failure, run.wrong) == (12, None, ())
    assert run.crew is not None
    assert (run.crew.ranks, run.crew.backend) == (2, "gloo")
    inner = run.products[2]
    assert inner.collectives == (("all_reduce", 1),)
    assert [str(one.sharding.placements[0]) for one in inner.matrices] == [
        "Shard(1)",
        "Shard(0)",
        "Partial(sum)",
        "Replicate",
    ]
    assert [piece.shape for piece in inner.matrices[0].pieces] == [(63, 32), (63, 31)]
    assert run.replicas[1].reduced == 244_403_360
    assert all(row.agree and row.error < 1e-4 for row in run.replicas)


def test_a_rank_of_torchrun_prints_where_it_is_the_first(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
        "-m",
        "tensorlab",
    ]
    command += ["bench", "distributed", "collectives", "--size", "4096", "--json"]
    ran = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    run = decode(DistributedRun, json.loads(ran.stdout))
    assert (run.rows, run.asked) == (3, 2)


def test_ranks_that_are_not_started() -> None:
    ran = run_command("bench", "distributed", "--fake", "--nproc", "1024", "--side", "4096")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("1,024 ranks that are not started: torch's fake process group\n")
    assert max(map(len, ran.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("colectives",), 2, "no part of a distributed run is called 'colectives'\nhint: did you mean 'collectives'?"),
        (("--nproc", "0"), 2, "ranks are 1 to 256 on one machine; got 0"),
        (("--size", "-1"), 2, "a size is from 1 to 1,099,511,627,776; got -1"),
        (("--timeout", "nan"), 2, "a time limit in seconds is from 1 to 1,000,000; got nan"),
        (("--limit", "0"), 2, "a time limit in seconds is 1 or more; got 0"),
        (("--port", "70000"), 3, "ranks cannot meet at port 70000"),
        (("--port", "-1"), 3, "ranks cannot meet at port -1"),
        (("--fake", "alexnet"), 2, "--fake draws the products alone; got parts or sizes beside it"),
        (("--device", "toaster"), 2, "'toaster' is not one of 'cpu', 'cuda'"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], code: int, words: str) -> None:
    ran = run_command("bench", "distributed", *arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({}, 0, ""),
        ({"failure": FAILURE}, 1, "error: rank 1 was ended by SIGKILL, in all_reduce of 4,096 B\n"),
        (
            {"failure": replace(FAILURE, cause="hangs")},
            1,
            "hint: a slow machine gets more with --timeout and",
        ),
        ({"replicas": (replace(RUN.replicas[0], agree=False),)}, 1, "wrong: training step: ranks do not hold the same"),
        ({"interrupted": True}, 130, ""),
    ],
)
def test_exit_codes(changes: dict[str, Any], code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed_runs, "distributed_run", lambda *arguments, **others: replace(RUN, **changes))  # noqa: ARG005 - as it is called
    ran = CliRunner().invoke(bench_app, ["distributed"])
    assert (ran.exit_code, words in ran.stderr) == (code, True)
    assert ran.stdout.startswith("2 ranks on 1 host over gloo")


def test_a_picture_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed_runs, "distributed_run", lambda *arguments, **others: RUN)  # noqa: ARG005 - as it is called
    ran = CliRunner().invoke(bench_app, ["distributed", "-o", str(tmp_path / "run.svg")])
    assert ran.stdout == f"{tmp_path / 'run.svg'}: {RUN}\n"
    assert (tmp_path / "run.svg").read_text().startswith("<svg")


def test_a_rank_that_is_not_the_first_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed_runs, "is_rank", lambda: True)
    monkeypatch.setattr(distributed_runs, "run_as_rank", lambda plan: None)  # noqa: ARG005 - as it is called
    ran = CliRunner().invoke(bench_app, ["distributed"])
    assert (ran.exit_code, ran.output) == (0, "")
