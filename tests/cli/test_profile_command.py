from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.ceilings import kept_in
from support.probe import run_command
from typer.testing import CliRunner

from tensorlab.cli.main import app
from tensorlab.codec import decode
from tensorlab.models.profiling.record import Profile

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_table_a_record_and_a_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path))
    kept_in(tmp_path)
    (tmp_path / "one_layer.py").write_text("from torch import nn\ndef mlp(): return nn.Linear(6, 4)\n")
    target = f"{tmp_path / 'one_layer.py'}:mlp"
    words = ["profile", target, *["--input", "6", "--batch", "2", "--seconds", "0", "--threads", "1"]]
    told = CliRunner().invoke(app, [*words, "--ascii"])
    assert told.exit_code == 0, told.stderr
    assert "forward pass on float32 (2, 6), cpu, 1 thread" in told.stdout
    assert max(map(len, told.stdout.splitlines()[1:])) <= 80
    picture = tmp_path / "out.html"
    told = CliRunner().invoke(app, [*words, "--train", "--json", "-o", str(picture)])
    assert told.exit_code == 0, told.stderr
    assert "<svg" in picture.read_text(encoding="utf-8")
    found = decode(Profile, json.loads(told.stdout.partition("\n")[2]))
    assert {row.phase for row in found.rows} == {"forward", "backward", "optimizer"}


def test_what_is_no_module_ends_with_2() -> None:
    done = run_command("profile", "alexnets")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(
        "error: 'alexnets' names nothing that can be profiled\n"
        "hint: write alexnet, package.module:function, or path.py:function\n"
    )


def test_layers_on_devices_of_their_own() -> None:
    done = run_command("profile", "alexnet", "--batch", "1", "--place", "classifier=cpu", "--seconds", "0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("alexnet: nothing is handed over, all parts lie on cpu\n")
    done = run_command("profile", "alexnet", "--place", "classifier=cuda:63")
    assert (done.returncode, done.stdout) == (3, "")
    done = run_command("profile", "alexnet", "--place", "classifier=cpu", "--train")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: --place runs the forward pass alone; got --train beside it" in done.stderr
