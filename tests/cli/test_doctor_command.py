from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from support.probe import ROOT, run_command

from tensorlab.bench.host.record import Checkup
from tensorlab.codec import decode

if TYPE_CHECKING:
    from pathlib import Path


def doctor_beside(folder: Path) -> subprocess.CompletedProcess[str]:
    """The command where Python looks into the folder first."""
    return subprocess.run(
        [sys.executable, "-m", "tensorlab", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        timeout=200,
    )


def test_a_machine_in_order_ends_with_0() -> None:
    done = run_command("doctor", "--ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("tensorlab doctor\nlibraries\nPython  ")
    assert "everything works" in done.stdout.splitlines()[-1]
    assert done.stdout.isascii()


def test_json_is_the_record() -> None:
    checkup = decode(Checkup, json.loads(run_command("doctor", "--json").stdout))
    assert [library.name for library in checkup.libraries] == ["torch", "NumPy"]


def test_a_torch_that_raises_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libtorch_cpu.so: undefined symbol')")
    done = doctor_beside(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    words = " ".join(done.stdout.split())
    assert "torch OSError: libtorch_cpu.so: undefined symbol NumPy" in words
    assert "accelerators not known torch, which lists them, does not work" in words
    assert "problem: torch " in done.stdout
    assert "cure: pip install" in done.stdout


def test_a_torch_that_crashes_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    done = doctor_beside(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "torch ended by SIGSEGV NumPy" in " ".join(done.stdout.split())
