from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

from support.probe import ROOT, run_command


def test_version() -> None:
    assert run_command("--version").stdout.strip() == version("tensorlab-toolkit")


def test_no_arguments_give_help() -> None:
    done = run_command()
    assert "Usage: tensorlab" in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m tensorlab show 'torch.zeros(100, 100)' | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.stdout.startswith("torch.Tensor float32")
    assert done.stderr == ""


def test_help_of_every_command_is_plain_text() -> None:
    for name in ("show", "compare", "bench", "alexnet", "doctor"):
        done = run_command(name, "--help")
        assert done.returncode == 0
        assert f"Usage: tensorlab {name}" in done.stdout
