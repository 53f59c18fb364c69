"""tensorlab autograd check, why, nan: what they print, and how they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.probe import run_command

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = """import torch
x = torch.ones(3, requires_grad=True)
print("hello from the script")
y = torch.sigmoid(x)
loss = y.sum()
y.div_(2)
(loss + y.sum()).backward()
"""
FINE = "import torch\nx = torch.ones(3, requires_grad=True)\nx.exp().sum().backward()\n"


def script(folder: Path, code: str) -> str:
    path = folder / "train.py"
    path.write_text(code)
    return str(path)


def test_a_finding_is_one_line_and_ends_with_1(tmp_path: Path) -> None:
    ran = run_command("autograd", "check", script(tmp_path, BROKEN))
    assert ran.returncode == 1
    lines = ran.stdout.splitlines()
    assert lines[0] == "hello from the script"
    assert lines[1] == "SigmoidBackward0.result saved train.py:4 v0; written by div_ train.py:6 v0->v1"
    assert lines[2].startswith("cure: ")
    assert ran.stderr.startswith("Traceback (most recent call last):\n")
    assert f'{tmp_path}/train.py", line 7, in <module>' in ran.stderr
    assert "tensorlab" not in ran.stderr
    assert "handle_torch_function" not in ran.stderr


def test_nothing_found_ends_with_0(tmp_path: Path) -> None:
    path = script(tmp_path, FINE)
    for task in ("check", "why", "nan"):
        ran = run_command("autograd", task, path)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        assert "nothing found: 1 backward call of train.py, " in ran.stdout


def test_json_is_alone_on_stdout(tmp_path: Path) -> None:
    ran = run_command("autograd", "check", script(tmp_path, BROKEN), "--json")
    assert ran.returncode == 1
    record = json.loads(ran.stdout)
    assert record["findings"][0]["node"] == "SigmoidBackward0"
    assert "hello from the script" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("autograd", "check", "nowhere.py"), 3, "there is no file 'nowhere.py'"),
        (("autograd", "check"), 2, "Missing argument 'SCRIPT'"),
        (("autograd", "why", "--colour", "x.py"), 2, "no such option: --colour"),
    ],
)
def test_wrong_calls(arguments: tuple[str, ...], code: int, words: str) -> None:
    ran = run_command(*arguments)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert words in ran.stderr


def test_the_script_has_its_own_arguments_and_its_own_code(tmp_path: Path) -> None:
    path = script(tmp_path, "import sys\nprint(sys.argv[1:])\nsys.exit(7)\n")
    ran = run_command("autograd", "check", path, "--epochs", "3")
    assert ran.returncode == 7
    assert ran.stdout.startswith("['--epochs', '3']\n")
    ran = run_command("autograd", "check", "--", path, "-h", "--json")
    assert ran.stdout.startswith("['-h', '--json']\n")


def test_why_takes_a_name(tmp_path: Path) -> None:
    ran = run_command("autograd", "why", "--tensor", "x", script(tmp_path, FINE))
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, "x: has grad: its gradient of shape (3,) is there")
