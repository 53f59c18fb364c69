from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.probe import run_command

if TYPE_CHECKING:
    from pathlib import Path

SHOW = "torch.arange(24).reshape(4, 6)[1:3, ::2].t()"


def test_show_an_expression() -> None:
    done = run_command("show", SHOW)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "torch.Tensor int64 (3, 2)"
    assert "address(i,j) = 6 + 2*i + 6*j   (elements)" in done.stdout


def test_words_are_the_same_with_colour_and_without() -> None:
    plain = run_command("show", SHOW, env={"NO_COLOR": "1"}).stdout
    painted = run_command("show", SHOW, "--color", "always").stdout
    assert "\x1b[" in painted
    bare = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_show_in_ascii() -> None:
    assert run_command("show", "torch.zeros(1000)", "--ascii").stdout.isascii()


def test_show_as_json() -> None:
    record = json.loads(run_command("show", SHOW, "--json").stdout)
    assert record["layout"] == {"shape": [3, 2], "strides": [16, 48], "offset": 48, "itemsize": 8}
    assert record["storage"]["nbytes"] == 192


def test_show_several_with_names() -> None:
    x = "torch.arange(24).reshape(4, 6)"
    done = run_command("show", x, "A.t()", "A[1:, ::2]", "A.view(torch.int8)")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "4 objects, 1 storage",
        "A and B share 192 B: all of both",
        "A and C share 72 B: all of C",
        "A and D share 192 B: all of both",
    ]
    assert "storage 0 under A, B, C and D: 192 B on cpu, 192 places of 1 B, numbered in" in lines
    records = json.loads(run_command("show", x, "A.t()", "--json").stdout)
    assert [record["shape"] for record in records] == [[4, 6], [6, 4]]


def test_show_saves_by_the_suffix(tmp_path: Path) -> None:
    for suffix, start in ((".svg", "<svg"), (".html", "<!doctype html>"), (".txt", "2 objects, 1 storage")):
        path = tmp_path / f"x{suffix}"
        done = run_command("show", "np.arange(6)", "A[::-2]", "-o", str(path))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"{path}: {path.stat().st_size:,} B\n"
        assert path.read_text(encoding="utf-8").startswith(start)
    done = run_command("show", "[1]", "-o", str(tmp_path / "x.gif"))
    assert (done.returncode, done.stdout) == (2, "")


def test_show_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(6, dtype=np.int16).reshape(2, 3))
    done = run_command("show", str(tmp_path / "x.npy"), "--cells", "value")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "1 [3][4][5]"


def test_compare() -> None:
    done = run_command("compare", "--n", "1000", "--type", "int", "--json")
    samples = json.loads(done.stdout)["samples"]
    assert [sample["label"] for sample in samples] == [
        "list",
        "array.array('q')",
        "numpy int64",
        "torch int64",
        "torch int32",
    ]
    done = run_command("compare", "[1.5, 2.5]", "np.array([1.5, 2.5], dtype=np.float16)")
    assert done.returncode == 0
    assert "numpy float16" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "torch.aranje(3)"), 2, "did you mean"),
        (("show", "[1, 2"), 2, "error: "),
        (("show", "nowhere.npy"), 3, "there is no file"),
        (("show", "3"), 2, "has no elements in memory"),
        (("show", "[1]", "--cells", "values"), 2, "--cells"),
        (("show",), 2, "Missing argument"),
        (("compare", "[[1], [2, 3]]"), 2, "ragged"),
        (("compare", "['a']"), 2, "numbers are needed; got elements of type str"),
        (("compare", "--n", "0"), 2, "nothing to compare"),
        (("compare", "--type", "float32"), 2, "--type"),
        (("shwo", "[1]"), 2, "No such command"),
    ],
)
def test_wrong_usage_is_words_on_stderr_and_a_code(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_command(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
