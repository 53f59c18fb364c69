from __future__ import annotations

import json

import pytest
from support.probe import run_command

from tensorlab.cli.output import USAGE


@pytest.mark.parametrize("number", ["0.1", "-0.0", "-inf", "-1e-3", "1/3"])
def test_any_number_is_an_argument(number: str) -> None:
    ran = run_command("bits", number, "--dtype", "float32,bfloat16,float8_e4m3fn")
    assert (ran.returncode, ran.stderr) == (0, "")
    titles = [line for line in ran.stdout.splitlines() if " as " in line]
    assert titles == [f"{number} as {name}" for name in ("float32", "bfloat16", "float8_e4m3fn")]


def test_json() -> None:
    ran = run_command("bits", "-1", "--dtype", "int8", "--json")
    record = json.loads(ran.stdout)
    assert record["stored"][0]["pattern"]["code"] == 255


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["one"], "error: a number is needed; got 'one'\nhint: for one:"),
        (["300", "--dtype", "int8"], "error: int8 holds -128 to 127; got 300\nhint: "),
        (["0.1", "--dtpe", "float32"], "error: Got unexpected extra argument"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    ran = run_command("bits", *arguments)
    assert ran.returncode == USAGE
    assert ran.stderr.startswith(words)
    assert ran.stdout == ""
