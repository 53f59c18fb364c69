from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from support.probe import ROOT, run_command, run_python


def test_version() -> None:
    assert run_command("--version").stdout.strip() == version("tensorlab-toolkit")


def test_no_arguments_give_help() -> None:
    done = run_command()
    assert "Usage: tensorlab" in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"({sys.executable} -m tensorlab show 'torch.zeros(100, 100)'; echo $? >&2) | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.stdout.startswith("torch.Tensor float32")
    assert done.stderr == "0\n"


def test_help_of_every_command_is_plain_text() -> None:
    for name in ("show", "compare", "bench", "alexnet", "doctor"):
        done = run_command(name, "--help")
        assert done.returncode == 0
        assert f"Usage: tensorlab {name}" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("show", "torch.zeros(2)"), ("bench", "add"), ("alexnet",), ("compare", "--n", "9")]
)
def test_a_broken_torch_is_one_sentence_and_says_who_knows_more(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise ImportError('libtorch is gone')", encoding="utf-8")
    done = run_command(*arguments, env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert done.returncode == 3
    assert done.stderr == (
        "error: a library does not work: libtorch is gone\nhint: tensorlab doctor says which, and why\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_full_disk_is_one_sentence() -> None:
    command = f"{sys.executable} -m tensorlab show '[1, 2]' > /dev/full"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 2
    assert done.stderr == "error: cannot write the output: No space left on device\n"


def test_wrong_usage_has_one_style() -> None:
    for arguments in (("shwo",), ("show",), ("show", "[1]", "--cells", "vlaue"), ("bench", "--nonsense")):
        done = run_command(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        error, hint = done.stderr.splitlines()
        assert error.startswith("error: ")
        assert hint.startswith("hint: see tensorlab")


def test_a_shared_library_that_is_missing_is_told_from_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise OSError('libtorch_cpu.so: cannot open')", encoding="utf-8")
    done = run_command("show", "torch.zeros(2)", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert done.returncode == 3
    assert "a library does not work: libtorch_cpu.so" in done.stderr


def test_too_little_memory_is_one_sentence() -> None:
    code = (
        "import sys\n"
        "from tensorlab.cli import main\n"
        "def short(**_):\n"
        "    raise MemoryError\n"
        "main.app = short\n"
        "main.main()\n"
    )
    done = run_python(code)
    assert done.returncode == 2
    assert done.stderr == "error: this takes more memory than there is\nhint: ask for less at once\n"


def test_a_word_outside_its_choices_is_told_in_plain_words() -> None:
    told = run_command("show", "[1]", "--cells", "foo").stderr
    assert "'foo' is not one of 'index', 'address', 'value'" in told
    assert "Value error" not in told
