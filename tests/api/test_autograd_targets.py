"""What a name stands for, run once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.api.autograd_targets import run_target
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from pathlib import Path

CODE = """\
import torch
from torch import nn

def pair():
    model = nn.Linear(8, 4)
    return {"model": model, "loss": model(torch.ones(2, 8)).sum()}

def outputs():
    x = torch.ones(3, requires_grad=True)
    return [x.exp(), {"b": (x.sin(),)}]

def module():
    return nn.Dropout(0.5).eval()

def two():
    return nn.ReLU(), nn.ReLU()

def nothing():
    return None

def broken():
    raise ValueError("no data")
"""


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    path = tmp_path / f"targets_{abs(hash(request.node.name))}.py"
    path.write_text(CODE)
    return str(path)


def test_a_module_and_a_loss_name_the_parameters(file: str) -> None:
    graph = run_target(f"{file}:pair").graph()
    assert {graph.node(number).label for number in range(2)} == {"weight", "bias"}
    assert graph.node(len(graph) - 1).line.endswith(".py:6")


def test_outputs_in_lists_and_dicts_are_taken_as_they_are(file: str) -> None:
    ran = run_target(f"{file}:outputs")
    assert (ran.model, len(ran.graph().roots)) == (None, 2)


def test_a_module_stays_as_it_is_unless_it_shall_train(file: str) -> None:
    assert run_target(f"{file}:module", shape="2x3").model.training is False  # type: ignore[union-attr]  # it is one
    ran = run_target(f"{file}:module", shape="(2, 3)", train=True)
    assert ran.outputs.shape == (2, 3)
    assert ran.model is not None
    assert ran.model.training


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("module", {}, "gives a module, and no output of it"),
        ("two", {}, "a target gives one module; got 2"),
        ("nothing", {}, "gives nothing"),
        ("broken", {}, "raises ValueError: no data"),
        ("module", {"shape": "2xa"}, "a shape is sizes of 1 or more; got '2xa'"),
        ("module", {"shape": "0"}, "a shape is sizes of 1 or more; got '0'"),
        ("module", {"batch": 2, "shape": "3"}, "--batch does not go with a function; got 2"),
        ("outputs", {"shape": "3"}, "--input does not go with .*: it gives no module"),
        ("outputs", {"train": True}, "--train does not go with .*: it gives no module"),
        ("pair", {"train": True}, "--train comes too late"),
    ],
)
def test_what_cannot_be_run_is_refused(file: str, name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(TensorlabError, match=message):
        run_target(f"{file}:{name}", **options)  # type: ignore[arg-type]  # one of several


def test_alexnet_takes_a_batch_alone() -> None:
    with pytest.raises(TensorlabError, match="a batch has 1 image or more; got 0"):
        run_target("alexnet", batch=0)
    with pytest.raises(TensorlabError, match="--input does not go with alexnet"):
        run_target("alexnet", shape="3")
    with pytest.raises(TensorlabError, match="'resnet' names nothing that can be run"):
        run_target("resnet")
