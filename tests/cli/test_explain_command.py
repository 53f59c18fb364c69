from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tensorlab.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

CHAIN = "torch.arange(6).view(2,3).t().reshape(6)"
SENTENCE = "COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6"


def run(*args: str) -> str:
    result = CliRunner().invoke(app, ["explain", *args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_each_call_is_told_then_drawn() -> None:
    lines = run(CHAIN).splitlines()
    assert lines[:2] == ["4 calls: 2 VIEW, 1 COPY, 1 NEW; new memory: 96 B", "#1 torch.arange(6)"]
    assert any(line.startswith(SENTENCE) for line in lines)
    assert "storage 1: begins where #4 copies" in lines
    assert max(map(len, lines)) <= 80


def test_only_ascii_and_colour() -> None:
    assert run(CHAIN, "--ascii").isascii()
    assert "\x1b[" in run(CHAIN, "--color", "always")


def test_as_json() -> None:
    found = json.loads(run("x = np.arange(6); x[x > 2] = 0", "--json"))
    assert [step["verdict"] for step in found["steps"]] == ["NEW", "NEW", "WRITE"]


@pytest.mark.parametrize("suffix", ["svg", "html", "txt"])
def test_as_a_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{suffix}"
    assert str(path) in run(CHAIN, "-o", str(path))
    assert "cannot merge" in path.read_text()
