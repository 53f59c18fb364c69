from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.probe import run_command

from tensorlab.autograd.ledger.record import Ledger
from tensorlab.codec import decode

if TYPE_CHECKING:
    from pathlib import Path

STEP = """\
import torch
from torch import nn

def step():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    print("noise")
    return model, model(torch.randn(2, 8)).sum()

def module():
    return nn.Linear(8, 4)

def nothing():
    return 3

def broken():
    raise ValueError("no data")
"""


def test_alexnets_line_comes_first_and_whole() -> None:
    done = run_command("autograd", "saved", "alexnet", "--batch", "1", "--train")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "slots 32 naive 250,059,520 params 244,361,984 activations 3,139,072 input 602,112 double-counted 1,956,352\n"
    )
    assert "\nfeatures.1          774,400 B  24.7%" in done.stdout


def test_json_is_the_record_and_what_a_function_prints_is_no_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "step.py"
    file.write_text(STEP)
    done = run_command("autograd", "saved", f"{file}:step", "--json")
    ledger = decode(Ledger, json.loads(done.stdout))
    assert (ledger.parameters, ledger.inputs, done.stderr) == (256, 64, "noise\n")


def test_rows_of_lines_and_slots(tmp_path: Path) -> None:
    file = tmp_path / "step.py"
    file.write_text(STEP)
    assert "step.py:7" in run_command("autograd", "saved", f"{file}:step", "--by", "line").stdout
    told = run_command("autograd", "saved", f"{file}:module", "--input", "2x8", "--by", "slot", "--ascii").stdout
    assert "AddmmBackward0.mat1" in told
    assert told.isascii()


def test_what_cannot_be_run_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "step.py"
    file.write_text(STEP)
    for words, code, text in (
        ((f"{file}:module",), 2, "gives a module, and no output of it"),
        ((f"{file}:missing",), 3, "has no 'missing'"),
    ):
        done = run_command("autograd", "saved", *words)
        assert (done.returncode, text in done.stderr) == (code, True), done.stderr


def test_json_is_the_same_in_two_processes(tmp_path: Path) -> None:
    (tmp_path / "step.py").write_text(STEP)
    runs = "torch.manual_seed(0)\nkept = step()[1]\nkept.backward(retain_graph=True)\n(kept / 0).log().backward()\n"
    (tmp_path / "run.py").write_text(STEP + runs)
    target, script = f"{tmp_path / 'step.py'}:step", str(tmp_path / "run.py")
    asked = [["graph", target], ["saved", target], *([task, script] for task in ("check", "why", "nan"))]
    for words in asked:
        command = ["autograd", words[0], "--json", *words[1:]]
        first, second = (run_command(*command, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2"))
        assert len(first) > 100
        assert first == second, words[0]
