from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run

from tensorlab.bench.store import Store
from tensorlab.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Command = tuple[int, str, str]
CASE = "add 1000 numpy cpu float32"


def stored(path: Path, seconds: float, processes: int) -> None:
    """Steady blocks, and processes that differ by a thousandth."""
    with Store(path, header()) as store:
        for process in range(processes):
            block = 10 * seconds * (1 + process / 1000)
            wall = tuple(block * (1 + n / 10_000) for n in range(24))
            store.append(replace(run(), wall=wall, process=process))


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Command]:
    monkeypatch.chdir(tmp_path)
    stored(tmp_path / "a.jsonl", 1e-6, 3)
    stored(tmp_path / "same.jsonl", 1e-6 * 1.0005, 3)
    stored(tmp_path / "slow.jsonl", 1.2e-6, 3)
    stored(tmp_path / "once.jsonl", 1.2e-6, 1)

    def call(*words: str) -> Command:
        monkeypatch.setattr(sys, "argv", ["tensorlab", "bench", "compare", *words])
        with pytest.raises(SystemExit, match=r"\d*") as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_a_table_with_ratio_interval_and_verdict(command: Callable[..., Command]) -> None:
    code, out, err = command("a.jsonl", "slow.jsonl")
    assert (code, err) == (0, "")
    assert "first a.jsonl, second slow.jsonl" in out
    assert f"{CASE}  1.00 µs  1.20 µs  1.200  1.196..1.204  slower" in out


def test_a_slow_down_fails_when_it_is_asked_for(command: Callable[..., Command]) -> None:
    code, out, err = command("a.jsonl", "slow.jsonl", "--fail-above", "1.05")
    assert code == 1
    assert "slower" in out
    assert err.startswith(f"above 1.05: {CASE}: 1.2 [1.196, 1.204]: slower")
    assert command("a.jsonl", "slow.jsonl", "--fail-above", "1.25")[0] == 0
    assert command("slow.jsonl", "a.jsonl", "--fail-above", "1.05")[0] == 0


def test_the_same_cannot_be_told_and_does_not_fail(command: Callable[..., Command]) -> None:
    code, out, err = command("a.jsonl", "same.jsonl", "--fail-above", "1.05")
    assert (code, err) == (0, "")
    assert "can't tell" in out


@pytest.mark.parametrize("files", [("a.jsonl", "once.jsonl"), ("once.jsonl", "slow.jsonl")])
def test_one_process_never_fails_and_is_told(command: Callable[..., Command], files: tuple[str, str]) -> None:
    code, _, err = command(*files, "--fail-above", "1.0001")
    assert code == 0
    assert "note: 1 case measured in fewer than 3 processes of each file cannot be above 1.0001" in err


def test_json_is_the_record(command: Callable[..., Command]) -> None:
    code, out, err = command("a.jsonl", "slow.jsonl", "--json", "--fail-above", "1.05")
    assert code == 1
    assert err
    (one,) = json.loads(out)["cases"]
    assert one["verdict"] == "slower"
    assert one["ratio"]["low"] < one["ratio"]["value"] < one["ratio"]["high"]
    assert len(one["by_process"]) == 3


def test_ascii(command: Callable[..., Command]) -> None:
    assert command("a.jsonl", "slow.jsonl", "--ascii")[1].isascii()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a.jsonl",), "error: Missing argument 'B'"),
        (("a.jsonl", "slow.jsonl", "--fail-above", "0"), "error: a bound is a ratio above 0; got 0"),
        (("a.jsonl", "slow.jsonl", "--fail-above", "x"), "error: Invalid value for '--fail-above'"),
    ],
)
def test_a_bad_question_is_one_sentence_and_exit_2(
    command: Callable[..., Command], words: tuple[str, ...], message: str
) -> None:
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_file_that_is_not_there_ends_with_3(command: Callable[..., Command]) -> None:
    code, out, err = command("a.jsonl", "gone.jsonl")
    assert (code, out) == (3, "")
    assert err.startswith("error: there is no file 'gone.jsonl'\nhint: ")
