from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.ceilings import kept_in

from tensorlab.bench.pairing.interleave import Effort
from tensorlab.bench.record import Run
from tensorlab.bench.store import load
from tensorlab.cli.bench_limits import FIRST, drawn_into, telling
from tensorlab.cli.main import main
from tensorlab.errors import UnsupportedError
from tensorlab.progress import LIMITS, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

Command = tuple[int, str, str]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Command]:
    """``command("bench", "add")``: exit code, stdout and stderr, measured with the least effort."""
    monkeypatch.setattr("tensorlab.bench.session.EFFORTS", {"quick": Effort(0.0, 1, 1)})
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Command:
        monkeypatch.setattr(sys, "argv", ["tensorlab", *words])
        with pytest.raises(SystemExit, match=r"\d*") as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("roof.svg", True),
        ("roof.HTML", True),
        ("roof.png", True),
        ("roof.txt", True),
        ("run.jsonl", False),
        ("r", False),
    ],
)
def test_the_ending_says_what_a_file_is_for(name: str, *, picture: bool) -> None:
    assert drawn_into(Path(name)) == ((Path(name), None) if picture else (None, Path(name)))


def test_another_ending_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(UnsupportedError, match=r"roof\.pdf has no ending of a picture or of JSON lines"):
        drawn_into(Path("roof.pdf"))


def test_no_file_is_no_picture() -> None:
    assert drawn_into(None) == (None, None)


def test_ceilings_that_are_measured_first_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Progress] = []
    told = telling(seen.append)
    states = [Progress(f"{LIMITS}memory 16 KiB", 0, 9), Progress(f"{LIMITS}matmul", 1, 9), *[Progress("add", 0, 2)] * 2]
    for state in states:
        told(state)
    assert seen == states
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [FIRST, "note: they took 0 s"]


def test_kept_ceilings_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    telling(lambda progress: None)(Progress("add", 0, 2))  # noqa: ARG005 - nobody watches
    assert capsys.readouterr() == ("", "")


def test_each_row_says_its_ceiling_in_the_table_in_json_and_in_the_file(
    command: Callable[..., Command], tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    code, out, _ = command("bench", "add", "--size", "8", "--device", "cpu", "-o", str(path))
    assert code == 0
    assert "of ceiling" in out
    assert "% dispatch" in out
    assert {row.ceiling for row in load(path).rows if isinstance(row, Run)} == {"dispatch"}
    code, out, _ = command("bench", "add", "--size", "8", "--device", "cpu", "--json")
    assert all(0 < row["part"] <= 1.05 for row in json.loads(out)["rows"])


def test_a_row_above_its_ceiling_is_doubted_and_strict_ends_with_4(
    command: Callable[..., Command], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in(tmp_path / "slow", faster=1e-6)
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "slow"))
    words = ("bench", "add", "--size", "8", "--device", "cpu", "--backend", "numpy")
    code, out, _ = command(*words)
    assert code == 0
    assert "numpy 8: ceiling doubtful: " in " ".join(out.split())
    assert command(*words, "--strict")[0] == 4


def test_strict_is_content_with_rows_below_their_ceilings(command: Callable[..., Command]) -> None:
    assert command("bench", "add", "--size", "8", "--device", "cpu", "--strict")[0] == 0


def test_the_roofline_stands_below_the_tables(command: Callable[..., Command]) -> None:
    code, out, err = command("bench", "add", "matmul", "--size", "8", "--device", "cpu", "--roofline")
    assert (code, err) == (0, "")
    assert "\nroofline\n10^9 operations/s\n" in out
    assert "matmul 8  torch" in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_roofline_can_be_saved_and_the_raw_times_are_kept_too(
    command: Callable[..., Command], tmp_path: Path
) -> None:
    picture = tmp_path / "roof.svg"
    code, out, _ = command("bench", "add", "--size", "8", "--device", "cpu", "--roofline", "-o", str(picture))
    assert code == 0
    assert "<svg" in picture.read_text()
    assert "roofline" not in out
    assert out.splitlines()[-1].startswith("raw times: runs")


def test_json_with_a_roofline_is_the_record_alone(command: Callable[..., Command]) -> None:
    _, out, _ = command("bench", "add", "--size", "8", "--device", "cpu", "--roofline", "--json")
    assert json.loads(out)["header"]["ceilings"]["figures"]
