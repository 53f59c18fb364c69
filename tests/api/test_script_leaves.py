"""Names of a script's tensors: of globals, of functions that have ended, and of what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.api.autograd_scripts import run_recorded
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

IN_MAIN = """import torch
class Trainer:
    def __init__(self, model):
        self.model = model
        self.scale = torch.ones(1, requires_grad=True)
    def fit(self):
        for _ in range(2):
            (self.model["used"](torch.ones(3, 2)) * self.scale.detach()).sum().backward()
def main():
    parts = torch.nn.ModuleDict({"used": torch.nn.Linear(2, 1), "idle": torch.nn.Linear(2, 1, bias=False)})
    Trainer(parts).fit()
main()
"""
CLOSED = """import torch
parts = torch.ones(1, requires_grad=True)
def build():
    layer, gain = torch.nn.Linear(2, 1, bias=False), torch.ones(2, requires_grad=True)
    return lambda x: (layer(x) * gain[:1]).sum()
def train(steps):
    parts = torch.ones(2, requires_grad=True)
    for step in steps:
        step(torch.ones(3, 2)).backward()
train([build()])
"""


def verdicts(folder: Path, code: str, tensor: str = "") -> dict[str, str]:
    path = folder / "train.py"
    path.write_text(code)
    return {one.name: one.verdict for one in run_recorded(path, task="why", tensor=tensor).verdicts}


def test_what_a_function_had_names_for_is_looked_at_though_it_has_ended(tmp_path: Path) -> None:
    assert verdicts(tmp_path, IN_MAIN) == {
        "parts.used.weight": "has grad",
        "parts.used.bias": "has grad",
        "parts.idle.weight": "unreachable",
        "self.scale": "cut by detach",
    }
    assert verdicts(tmp_path, IN_MAIN, "parts.idle.weight") == {"parts.idle.weight": "unreachable"}


def test_what_has_no_name_is_told_by_its_module_or_its_line(tmp_path: Path) -> None:
    assert verdicts(tmp_path, CLOSED) == {
        "parts": "unreachable",
        "parts (train)": "unreachable",
        "Linear.weight": "has grad",
        "leaf 3 float32 (2,) train.py:4": "has grad",
    }


def test_a_global_that_the_script_has_dropped_is_dropped(tmp_path: Path) -> None:
    code = IN_MAIN.replace("\nmain()", "\nextra = torch.ones(1, requires_grad=True)\nmain()\nextra = None")
    assert "extra" not in verdicts(tmp_path, code)


def test_filling_a_parameter_is_no_use_of_it(tmp_path: Path) -> None:
    code = (
        "import torch\nidle = torch.nn.Linear(2, 1)\nidle.weight.grad\ntorch.ones(1, requires_grad=True).backward()\n"
    )
    path = tmp_path / "train.py"
    path.write_text(code)
    told = {one.name: str(one) for one in run_recorded(path, task="why").verdicts}
    assert told["idle.weight"] == "idle.weight: unreachable: no recorded call that leads to the loss was given it"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("parts.c", "no tensor of the script is called 'parts.c'", "known: parts.used.weight, parts.used.bias"),
        ("self.scal", "no tensor of the script is called 'self.scal'", "did you mean 'self.scale'"),
        ("main", "main is no tensor: it is of type function", "known: "),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(
    tmp_path: Path, name: str, message: str, hint: str
) -> None:
    with pytest.raises(UnavailableError, match=message) as caught:
        verdicts(tmp_path, IN_MAIN, name)
    assert caught.value.hint.startswith(hint)


def test_of_a_script_that_failed_that_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="called 'late': the script ended with ZeroDivisionError: division by"):
        verdicts(tmp_path, "1 / 0\nlate = 1\n", "late")
