import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.probe import ROOT, run_command

from tensorlab.codec import decode
from tensorlab.testing.record import Report

PATHS = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}


def test_a_finding_is_drawn_with_a_script_that_fails_and_exit_code_1() -> None:
    done = run_command("fuzz", "support.faulty:doubled", "--spec", "float32[n, m]", "--examples", "60", env=PATHS)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("support.faulty:doubled\nbreaks pure: 1 finding in 60 calls\n")
    assert "SILENT-WRONG (value): result: element" in done.stdout
    assert "storage, " in done.stdout
    assert "\ntested   60 calls, seed 0\n" in done.stdout
    script = done.stdout.partition("fails when pasted (SILENT-WRONG):\n\n")[2]
    assert len(script.strip().splitlines()) == 3
    assert "tensorlab" not in script
    ran = subprocess.run(
        [sys.executable, "-c", script], env=PATHS, capture_output=True, text=True, check=False, timeout=100
    )
    assert "AssertionError" in ran.stderr


def test_nothing_found_is_exit_code_0_and_json_is_the_record() -> None:
    done = run_command(
        "fuzz", "support.faulty:halved", "--spec", "float32[n]", "--examples", "20", "--seed", "4", "--json", env=PATHS
    )
    assert (done.returncode, done.stderr) == (0, "")
    report = decode(Report, json.loads(done.stdout))
    assert (report.target, report.tested, report.seed, report.passed) == ("support.faulty:halved", 20, 4, True)


def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "kernels_of_a_user.py"
    file.write_text("def f(x, factor):\n    return factor * x.view(-1)\n")
    options = ["--spec", "float32[n, m]", "--contract", "total", "--arg", "factor=2.0", "--examples", "40", "--ascii"]
    done = run_command("fuzz", f"{file}:f", *options)
    assert done.returncode == 1, done.stderr
    assert "REFUSED (total): " in done.stdout
    assert "f(x.contiguous(), factor=2.0); f(x, factor=2.0)" in done.stdout
    assert done.stdout.isascii()


def test_a_process_that_dies_is_survived() -> None:
    done = run_command(
        "fuzz", "support.faulty:from_dlpack", "--spec", "np float64[n]", "--isolate", "--examples", "60", env=PATHS
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "CRASH (pure): the process was ended by SIGABRT" in done.stdout
    assert "x = np.arange(1., 3.)[::-1]\nfrom_dlpack(x)\n" in done.stdout
    assert "\ntested   60 calls" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "hint: give a TARGET such as package.module:function, or --aten"),
        (("--aten", "torch:relu"), 2, "error: TARGET does not go with --aten"),
        (("--aten", "--isolate"), 2, "error: --isolate does not go with --aten"),
        (("torch:relu", "--op", "kron"), 2, "error: --op goes with --aten only"),
        (("torch:relu", "--dtype", "int8"), 2, "error: --dtype goes with --aten only"),
        (("torch:relu", "--timeout", "4"), 2, "error: --timeout goes with --isolate only"),
        (("torch.relu",), 2, "hint: did you mean torch:relu?"),
        (("torch:relu", "--spec", "float32[n"), 2, "error: no argument is written 'float32[n'"),
        (("torch:relu", "--spec", "float32[n]", "--contract", "pur"), 2, "hint: did you mean 'pure'"),
        (("torch:cat",), 2, 'hint: say what each one is: --spec "float32[n, m]"'),
        (("torch:relu", "--examples", "0"), 2, "--examples"),
        (("torch:relu", "--arg", "dim"), 2, "error: --arg takes a name and a value; got 'dim'"),
        (("torch:relu", "--arg", "dim=one"), 2, "error: --arg dim takes a literal; got 'one'"),
        (("no_such_module:f",), 3, "error: there is no module 'no_such_module'"),
        (("torch:rleu",), 3, "hint: did you mean"),
        (("no_such_file.py:f",), 3, "error: there is no file 'no_such_file.py'"),
    ],
)
def test_wrong_usage_and_what_is_not_there(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_command("fuzz", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_what_the_function_prints_is_no_part_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "loud_of_a_user.py").write_text(
        "import os\nprint('imported')\ndef f(x):\n    print('called')\n    os.write(1, b'below')\n    return x\n"
    )
    target = f"{tmp_path / 'loud_of_a_user.py'}:f"
    done = run_command("fuzz", target, "--spec", "float32[n]", "--examples", "9", "--json")
    assert (done.returncode, decode(Report, json.loads(done.stdout)).tested) == (0, 9)
    assert {word for word in ("imported", "called", "below") if word in done.stderr} == {"imported", "called", "below"}


def test_nothing_tested_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "leaves_of_a_user.py").write_text("import sys\ndef f(x): sys.exit(0)\n")
    done = run_command("fuzz", f"{tmp_path / 'leaves_of_a_user.py'}:f", "--spec", "float32[n]", "--examples", "9")
    assert done.returncode == 2
    assert "nothing could be tested" in done.stdout
    assert "error: nothing could be tested: contiguous arguments are refused: " in done.stderr
