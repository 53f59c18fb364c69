from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tensorlab.cli.models_commands import DefaultList, models_app


@pytest.mark.parametrize("words", [("vgg11",), ("list", "vgg11")])
def test_the_default_command_may_be_left_out(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(models_app, [*words, "--ascii"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("2 models of torchvision ")


def test_help_is_of_the_group() -> None:
    assert "show" in CliRunner().invoke(models_app, ["--help"]).stdout
    assert DefaultList.default == "list"
