"""Programs run in a fresh interpreter, and what can be asked of them from outside."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""Where pyproject.toml lies."""


def run_python(
    code: str, *arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter that imports ``tensorlab`` from ``cwd``; ``env`` is added to ours."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(cwd), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    done.stderr = without_torch_log(done.stderr)
    return done


def run_command(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``tensorlab`` with these arguments, as a shell would, in a folder of its own; ``env`` is added to ours."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tensorlab", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
    done.stderr = without_torch_log(done.stderr)
    return done


def without_torch_log(text: str) -> str:
    """The text less the lines that torch logs on its own account: a CUDA build says where it finds no driver."""
    return re.sub(r"^[WI][0-9]{4} .* torch/.*\n", "", text, flags=re.MULTILINE)


def loaded(statement: str, libraries: frozenset[str]) -> frozenset[str]:
    """Which of the libraries a fresh interpreter has loaded after that statement."""
    ran = run_python(f"{statement}\nimport sys\nprint(*sys.modules)")
    if ran.returncode:
        raise AssertionError(ran.stderr)
    return libraries & {name.partition(".")[0] for name in ran.stdout.split()}


def child_cpu_seconds(code: str, *arguments: str) -> float:
    """User and system time of a program in a fresh interpreter; a busy neighbour does not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = run_python(code, *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        raise AssertionError(ran.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
