from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.ceilings import CEILINGS, kept_in
from torch import nn

import tensorlab
from tensorlab.api.layer_profiles import NO_CEILINGS, profile_figure, profile_target
from tensorlab.errors import ExpressionError, LayoutError, UnavailableError, UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path

MODELS = """
import torch
from torch import nn

def mlp():
    print("made")
    return nn.Sequential(nn.Linear(6, 4), nn.ReLU())

def pair():
    return nn.Linear(3, 2), {"input": torch.ones(5, 3)}

def number():
    return 3

def failing():
    raise KeyError("weights")
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("nets") / "profiled_nets.py"
    path.write_text(MODELS)
    return str(path)


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU())


def test_ceilings_that_are_given_judge_the_rows() -> None:
    found = tensorlab.profile(net(), torch.ones(2, 4), seconds=0, ceilings=CEILINGS)
    assert [row.ceiling for row in found.rows] == ["dispatch", "dispatch"]
    assert all(row.part > 0 for row in found.rows)
    assert NO_CEILINGS not in found.notes


def test_kept_ceilings_are_found_and_their_lack_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path))
    assert NO_CEILINGS in tensorlab.profile(net(), torch.ones(2, 4), seconds=0).notes
    kept_in(tmp_path)
    found = tensorlab.profile(net(), torch.ones(2, 4), seconds=0)
    assert NO_CEILINGS not in found.notes
    assert found.rows[0].ceiling == "dispatch"


def test_the_record_is_drawn() -> None:
    found = tensorlab.profile(net(), torch.ones(2, 4), seconds=0, train=True, ceilings=CEILINGS)
    assert tensorlab.show(found).text() == profile_figure(found).text()


def test_a_module_is_given_random_numbers(models: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = profile_target(f"{models}:mlp", batch=3, shape="6", seconds=0, threads=1, ceilings=CEILINGS)
    assert (found.inputs, found.rows[0].macs, found.threads) == (("float32 (3, 6)",), 3 * 6 * 4, 1)
    assert capsys.readouterr() == ("", "made\n")


def test_a_function_may_bring_its_inputs(models: str) -> None:
    found = profile_target(f"{models}:pair", seconds=0, ceilings=CEILINGS)
    assert (found.rows[0].macs, found.name) == (5 * 3 * 2, f"{models}:pair")
    with pytest.raises(UnsupportedError, match=r"--input does not go with .*: it gives inputs of its own"):
        profile_target(f"{models}:pair", shape="3")


@pytest.mark.parametrize(
    ("function", "error", "told"),
    [
        ("number", UnsupportedError, "number gives int, and no module"),
        ("failing", ExpressionError, "failing raises KeyError: 'weights'"),
        ("missing", UnavailableError, "missing"),
    ],
)
def test_functions_that_give_no_module(models: str, function: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        profile_target(f"{models}:{function}")


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"target": "alexnets"}, ExpressionError, "'alexnets' names nothing that can be profiled"),
        ({"batch": 0}, LayoutError, "a batch is a whole number of 1 or more; got 0"),
        ({"batch": 10**15}, LayoutError, "examples of shape .* cannot be made"),
        ({"shape": "3,x"}, LayoutError, "a shape is sizes of 1 or more; got '3,x'"),
        ({"shape": "0"}, LayoutError, "a shape is sizes of 1 or more; got '0'"),
        ({"shape": "1"}, UnsupportedError, "raises RuntimeError: Expected 3D"),
        ({"seconds": -1.0}, LayoutError, "seconds are a number, 0 or more"),
        ({"threads": 0}, LayoutError, "threads are a whole number"),
    ],
)
def test_what_cannot_be(asked: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        profile_target(**{"target": "alexnet", "batch": 1, "seconds": 0, "ceilings": CEILINGS, **asked})
