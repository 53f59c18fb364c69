"""``tensorlab autograd diff``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch
from typer.testing import CliRunner

import tensorlab
from tensorlab.api.graph_pictures import save_graph
from tensorlab.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    x = torch.ones(10, requires_grad=True)
    before = save_graph(tensorlab.graph(x.sin().sum(), params={"x": x}), tmp_path / "a.json")
    after = save_graph(tensorlab.graph(x.exp().sigmoid().sum(), params={"x": x}), tmp_path / "b.json")
    return str(before), str(after)


def test_what_is_another(files: tuple[str, str]) -> None:
    found = CliRunner().invoke(app, ["autograd", "diff", *files])
    assert found.exit_code == 0
    assert found.output.splitlines()[0].startswith(
        "nodes 3 -> 4 (+2 -1), edges 2 -> 3, leaves +0 -0, saved 40 B -> 80 B"
    )


@pytest.mark.parametrize(("limit", "code"), [(79, 1), (80, 0)])
def test_the_limit_decides_the_exit_code(files: tuple[str, str], limit: int, code: int) -> None:
    assert CliRunner().invoke(app, ["autograd", "diff", *files, "--max-saved-bytes", str(limit)]).exit_code == code


def test_json_is_the_difference(files: tuple[str, str]) -> None:
    said = CliRunner().invoke(app, ["autograd", "diff", *files, "--json"]).output
    assert json.loads(said)["after"]["activations"] == 80
