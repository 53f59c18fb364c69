from __future__ import annotations

import json

import pytest
from support.probe import run_command
from typer.testing import CliRunner

from tensorlab.api import slowness
from tensorlab.bench.slowness.record import WhySlow
from tensorlab.cli.bench import bench_app
from tensorlab.codec import decode
from tensorlab.errors import UnsupportedError

RUN = WhySlow(name="add", given=("float32 (2,)",), seconds=1e-6, clock="cpu", threads=1, overhead=0.75)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Every workload that would have been looked at."""
    found: list[tuple[object, ...]] = []

    def fake(name: str, size: int | None, *, backend: str, dtype: str, threads: str) -> WhySlow:
        found.append((name, size, backend, dtype, threads))
        return RUN

    monkeypatch.setattr(slowness, "why_workload", fake)
    return found


def test_the_picture_and_its_json(asked: list[tuple[object, ...]]) -> None:
    told = CliRunner().invoke(bench_app, ["why", "add", "--ascii"])
    assert (told.exit_code, told.output.isascii()) == (0, True)
    assert "overhead-bound: 75% of the call is dispatch overhead" in told.output
    assert decode(WhySlow, json.loads(CliRunner().invoke(bench_app, ["why", "add", "--json"]).output)) == RUN
    assert asked == [("add", None, "torch", "float32", "1")] * 2


def test_what_is_asked_for(asked: list[tuple[object, ...]]) -> None:
    words = ["why", "mul", "--size", "1e6", "--backend", "numpy", "--dtype", "float64", "--threads", "all"]
    assert CliRunner().invoke(bench_app, words).exit_code == 0
    assert asked == [("mul", 1_000_000, "numpy", "float64", "all")]


def test_a_size_that_is_none(asked: list[tuple[object, ...]]) -> None:
    told = CliRunner().invoke(bench_app, ["why", "add", "--size", "many"])
    assert isinstance(told.exception, UnsupportedError)
    assert asked == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ad"], "ad"),
        (["add", "--backend", "lists"], "lists"),
        (["add", "--size", "1.5"], "a size is a whole number; got '1.5'"),
        (["add", "--threads", "0"], "0"),
    ],
)
def test_what_cannot_be_ends_with_2(words: list[str], told: str) -> None:
    ended = run_command("bench", "why", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr
