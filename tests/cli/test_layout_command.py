from __future__ import annotations

import json

import pytest
from support.probe import run_command, run_python

ISSUE = ("--shape", "3,5", "--strides", "70,7", "--offset", "23", "--storage", "1000", "--dtype", "float32")
LINES = (
    "address(i,j) = 23 + 70*i + 7*j",
    "touches 23..191 of 0..999",
    "15 unique elements, 60 B of 4000 B (1.5%)",
    "span 169, holes 154, reuse 1.0",
    "not C-contiguous: axis 1 (j) has stride 7, needs 1",
    "overlap: none (nested strides)",
)
BLOCKED = """
import sys
sys.modules["torch"] = sys.modules["numpy"] = None
sys.argv[0] = "tensorlab"
from tensorlab.cli.main import main
main()
"""


def test_the_example_of_the_issue_to_the_letter() -> None:
    done = run_command("layout", *ISSUE)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(LINES) <= set(done.stdout.splitlines())


def test_neither_torch_nor_numpy_is_needed() -> None:
    done = run_python(BLOCKED, "layout", *ISSUE)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(LINES) <= set(done.stdout.splitlines())


def test_the_record_as_json() -> None:
    record = json.loads(run_command("layout", *ISSUE, "--json").stdout)
    assert record["layout"] == {"shape": [3, 5], "strides": [280, 28], "offset": 92, "itemsize": 4}
    assert (record["lowest"], record["highest"], record["unique"], record["holes"]) == (23, 191, 15, 154)
    assert (record["span"], record["reuse"], record["nbytes"], record["unit"]) == (169, 1.0, 4000, 4)
    assert record["overlap"]["answer"] == "no"


def test_ascii() -> None:
    assert run_command("layout", "--shape", "1000,1000", "--ascii").stdout.isascii()


def test_strides_that_are_zero_or_negative() -> None:
    out = run_command("layout", "--shape", "5,3", "--strides", "0,1").stdout.splitlines()
    assert {"span 3, holes 0, reuse 5.0", "overlap: [0,0] and [1,0] are the same"} <= set(out)
    out = run_command("layout", "--shape", "4", "--strides", "-1", "--offset", "3").stdout.splitlines()
    assert "address(i) = 3 - 1*i" in out


@pytest.mark.parametrize("shape", ["", "()", "[]"])
def test_zero_dimensions(shape: str) -> None:
    assert "address() = 0" in run_command("layout", f"--shape={shape}").stdout


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (("--shape", "3x5"), "--shape takes integers with commas between them; got '3x5'", "--shape 3,5"),
        (("--shape", "3 5"), "--shape takes integers with commas between them; got '3 5'", "--shape 3,5"),
        (
            ("--shape", "three"),
            "--shape takes integers with commas between them; got 'three'",
            "for example --shape 3,5",
        ),
        (("--shape", "2.5"), "--shape takes integers with commas between them; got '2.5'", "--shape 2,5"),
        (("--shape", "9" * 5000), "--shape takes integers below 2**63; got one of 5,000", "more bytes"),
        (("--shape", "2", "--offset", "x"), "--offset takes one integer; got 'x'", "for example --offset 23"),
        (("--shape", "2", "--strides", "1,1"), "got 2 strides for 1 size", "give one stride a size, in elements"),
        (("--shape", "4", "--storage", "3"), "the highest address reached is 3", "a storage of 4 elements"),
        (("--shape", "4", "--strides=-1"), "the lowest address reached is -3", "an offset that is 3 larger"),
        (("--shape", "4", "--dtype", "flaot32"), "no dtype is called 'flaot32'", "did you mean 'float32'?"),
    ],
)
def test_bad_numbers_are_refused_with_what_to_write(arguments: tuple[str, ...], error: str, hint: str) -> None:
    done = run_command("layout", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"error: {error}" in done.stderr
    assert f"hint: {hint}" in done.stderr
