"""One table of odd inputs through every verb in a process apart: none ends it, warns, or reads what is not drawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from support.odd_inputs import ODD
from support.odd_verbs import VERBS, available
from support.probe import ROOT, without_torch_log

MOST_CRASHES = 5
"""After which the rest is not tried: each costs a process."""


@cache
def results() -> tuple[dict[tuple[str, str], str], str]:
    """What went wrong for each input and verb ("" where nothing did), and what was written to stderr."""
    found: dict[tuple[str, str], str] = {}
    noise = ""
    for _ in range(MOST_CRASHES):
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-m", "support.odd_verbs", *("|".join(pair) for pair in found)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        rows: list[dict[str, Any]] = [json.loads(line) for line in ran.stdout.splitlines() if line.endswith("}")]
        noise += without_torch_log(ran.stderr)
        found |= {(row["name"], row["verb"]): row.get("error", f"ended with {ran.returncode}") for row in rows}
        if ran.returncode == 0:
            break
    return found, noise


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ODD)
def test_an_odd_input_goes_through(name: str, verb: str) -> None:
    if verb not in available():
        pytest.skip(f"tensorlab has no {verb}")
    assert results()[0].get((name, verb), "not tried: too many crashes before") == ""


def test_nothing_is_written_to_stderr() -> None:
    assert results()[1] == ""


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(ODD) >= 150
    assert sum(name.startswith("torch ") for name in ODD) >= 80
    assert sum(name.startswith("numpy ") for name in ODD) >= 30
