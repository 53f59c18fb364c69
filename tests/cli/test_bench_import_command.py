from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from support.suite_files import row, written

from tensorlab.bench.store import load
from tensorlab.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Command = tuple[int, str, str]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Command]:
    monkeypatch.chdir(tmp_path)
    for name, factor in (("1", 1.0), ("2", 1.001), ("3", 0.999)):
        for word, slower in (("", 1.0), ("slow", 1.5)):
            seconds = [1e-6 * factor * slower * (1 + n / 10_000) for n in range(24)]
            stats = {"iterations": 10, "data": seconds}
            written(tmp_path / f"{word}{name}.json", row(stats=stats))

    def call(*words: str) -> Command:
        monkeypatch.setattr(sys, "argv", ["tensorlab", "bench", *words])
        with pytest.raises(SystemExit, match=r"\d*") as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_a_file_of_runs_that_compare_reads(command: Callable[..., Command], tmp_path: Path) -> None:
    code, out, err = command("import", "1.json", "2.json", "3.json", "-o", "a.jsonl")
    assert (code, err) == (0, "")
    assert out.startswith("1 case of 3 files written to a.jsonl")
    assert len(load(tmp_path / "a.jsonl").rows) == 3
    assert command("import", "slow1.json", "slow2.json", "slow3.json", "-o", "b.jsonl")[0] == 0
    code, out, err = command("compare", "a.jsonl", "b.jsonl", "--fail-above", "1.05")
    assert code == 1
    assert "tests/test_sort.py::test_sort[10" in out
    assert "slower" in out
    assert err.startswith("above 1.05: tests/test_sort.py::test_sort[100]: 1.5 [")


def test_without_a_name_it_is_a_new_file_under_runs(command: Callable[..., Command]) -> None:
    code, out, _ = command("import", "1.json", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["path"].startswith("runs")
    assert len(found["rows"][0]["wall"]) == 24


def test_a_file_that_is_there_is_not_overwritten(command: Callable[..., Command]) -> None:
    assert command("import", "1.json", "-o", "a.jsonl")[0] == 0
    code, _, err = command("import", "1.json", "-o", "a.jsonl")
    assert code == 2
    assert err.startswith("error: a.jsonl exists already")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import",), "error: Missing argument"),
        (("import", ".", "-o", "x.jsonl"), "error: . cannot be read: Is a directory"),
    ],
)
def test_a_bad_question_is_one_sentence_and_exit_2(
    command: Callable[..., Command], words: tuple[str, ...], message: str
) -> None:
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_file_that_is_not_there_ends_with_3(command: Callable[..., Command]) -> None:
    code, out, err = command("import", "gone.json", "-o", "x.jsonl")
    assert (code, out) == (3, "")
    assert err.startswith("error: there is no file 'gone.json'\nhint: ")
