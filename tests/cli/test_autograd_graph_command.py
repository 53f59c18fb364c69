"""``tensorlab autograd graph``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from tensorlab.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import torch
def doubling():
    x = torch.ones(2, requires_grad=True)
    for _ in range(60):
        x = x + x
    return x.sum()
def chain():
    x = torch.ones(2, requires_grad=True)
    for _ in range(6000):
        x = x.sin()
    return x.sum()
def other():
    return torch.ones(3, requires_grad=True).exp().sum()
"""


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    (tmp_path / f"{tmp_path.name}.py").write_text(SCRIPT)
    found = CliRunner().invoke(app, ["autograd", "graph", *words])
    return found.exit_code, found.output


def test_the_tree_is_printed(tmp_path: Path) -> None:
    code, said = run(tmp_path, f"{tmp_path}/{tmp_path.name}.py:doubling", "--ascii")
    assert code == 0
    assert said.splitlines()[0] == "autograd graph: 62 nodes, 121 edges"
    assert "AddBackward0 x 60" in said


def test_the_suffix_chooses_the_format(tmp_path: Path) -> None:
    for suffix, start in (
        ("dot", "digraph"),
        ("mmd", "flowchart"),
        ("svg", "<svg"),
        ("html", "<!doctype"),
        ("txt", "au"),
    ):
        path = tmp_path / f"g.{suffix}"
        code, said = run(tmp_path, f"{tmp_path}/{tmp_path.name}.py:doubling", "-o", str(path))
        assert (code, path.read_text().startswith(start)) == (0, True)
        assert "nodes=62 edges=121" in said


def test_json_is_the_record(tmp_path: Path) -> None:
    code, said = run(tmp_path, f"{tmp_path}/{tmp_path.name}.py:other", "--json")
    assert code == 0
    assert json.loads(said)["names"] == ["AccumulateGrad", "ExpBackward0", "SumBackward0"]


def test_a_file_that_graphviz_will_not_draw_is_told(tmp_path: Path) -> None:
    code, said = run(tmp_path, f"{tmp_path}/{tmp_path.name}.py:chain", "-o", str(tmp_path / "g.dot"))
    assert code == 0
    assert "note: graphviz's dot does not place 6,002 nodes in minutes; .svg and .html are folded" in said
