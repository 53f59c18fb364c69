from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.probe import run_command
from typer.testing import CliRunner

from tensorlab.cli.models_commands import models_app
from tensorlab.codec import decode
from tensorlab.models.record import ModelTrace, Zoo

if TYPE_CHECKING:
    from pathlib import Path


def test_all_models_are_listed_in_80_columns() -> None:
    told = CliRunner().invoke(models_app, ["--ascii"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("121 models of torchvision ") or " models of torchvision " in told.stdout
    assert "class AlexNet of torchvision.models.alexnet: classification" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80


def test_json_is_the_record() -> None:
    zoo = decode(Zoo, json.loads(CliRunner().invoke(models_app, ["alexnet", "--json"]).stdout))
    assert [one.name for one in zoo.models] == ["alexnet"]
    told = CliRunner().invoke(models_app, ["show", "alexnet", "--json"]).stdout
    assert decode(ModelTrace, json.loads(told)).parameters == 61_100_840


def test_a_picture_can_be_saved(tmp_path: Path) -> None:
    told = CliRunner().invoke(models_app, ["show", "alexnet", "-o", str(tmp_path / "out.svg")])
    assert told.exit_code == 0, told.stderr
    assert "<svg" in (tmp_path / "out.svg").read_text()


def test_a_name_that_nobody_has() -> None:
    done = run_command("models", "show", "resnet19")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no model is called 'resnet19'\nhint: did you mean 'resnet18'?\n"
