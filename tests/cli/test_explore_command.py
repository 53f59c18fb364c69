from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.probe import run_command, run_python

if TYPE_CHECKING:
    from pathlib import Path

ISSUE = ("--shape", "4,6")
BLOCKED = """
import sys
sys.modules["torch"] = sys.modules["numpy"] = None
sys.argv[0] = "tensorlab"
from tensorlab.cli.main import main
main()
"""


@pytest.mark.parametrize("arguments", [(), ISSUE])
def test_a_page_is_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    out = tmp_path / "x.html"
    done = run_command("explore", "-o", str(out), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '"shape": [4, 6], "strides": [24, 4], "offset": 0, "dtype": "float32", "nbytes": 96' in page
    assert done.stdout == f"{out}: {len(page.encode()):,} B; open it in a browser\n"


def test_the_old_ending_is_one_too(tmp_path: Path) -> None:
    out = tmp_path / "X.HTM"
    assert run_command("explore", "-o", str(out)).returncode == 0
    assert out.exists()


def test_help_says_that_the_page_is_written_too() -> None:
    assert "the page is written too" in " ".join(run_command("explore", "--help").stdout.split())


def test_an_expression_is_the_start(tmp_path: Path) -> None:
    out = tmp_path / "x.html"
    done = run_command("explore", "torch.arange(24).reshape(4, 6)[1:3, ::2].t()", "-o", str(out), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["layout"] == {"shape": [3, 2], "strides": [16, 48], "offset": 48, "itemsize": 8}
    assert (record["dtype"]["name"], record["nbytes"]) == ("int64", 192)
    assert "<title>Stride explorer: torch.arange(24)" in out.read_text(encoding="utf-8")


def test_neither_torch_nor_numpy_is_needed_for_numbers(tmp_path: Path) -> None:
    out = tmp_path / "x.html"
    done = run_python(BLOCKED, "explore", "--output", str(out), *ISSUE, "--strides=-6,1", "--offset", "18")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"rules": "numpy"' in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "error: explore needs a file to write to\nhint: tensorlab explore -o strides.html"),
        (("-o", "x.svg"), "error: explore writes a page, a file that ends in .html; got 'x.svg'\nhint: for a picture"),
        (("-o", "-"), "error: explore writes a page, a file that ends in .html; got '-'\nhint: tensorlab explore -o"),
        (("-o", "x.html", "np.zeros(2, dtype='S4')"), "error: the explorer draws no elements of 'S4'\nhint: "),
        (("-o", "x.html", "np.arange(6, dtype='>i4')"), "error: the bytes of these int32 are in the other order"),
        (("-o", "no/such/x.html"), "error: cannot write 'no/such/x.html': No such file or directory\nhint: "),
        (("-o", "x.html", "[1, 2]"), "error: list has no strides to explore\nhint: make an array of it"),
        (
            ("-o", "x.html", "torch.zeros(64, 64)"),
            "error: the explorer draws 4,096 bytes of storage at most; got 16,384",
        ),
        (("-o", "x.html", "torch.zeros(3)", *ISSUE), "error: got an expression and --shape\nhint: "),
        (("-o", "x.html", "--strides", "6,1"), "error: got --strides without --shape\nhint: for example --shape 4,6"),
        (("-o", "x.html", "--shape", "4x6"), "error: --shape takes integers with commas between them"),
        (("-o", "x.html", "--dtype", "flaot32"), "error: no dtype is called 'flaot32'\nhint: did you mean 'float32'?"),
        (("-o", "x.html", "np.zeros(3, dtype='U2')"), "error: "),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], words: str) -> None:
    done = run_command("explore", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words)
    assert "hint: " in done.stderr
