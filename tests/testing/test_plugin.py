import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import torch

from tensorlab.errors import LayoutFindingError

FOREIGN = """
import sys

def test_a_foreign_session_pays_nothing():
    there = {name.partition(".")[0] for name in sys.modules}
    assert "tensorlab.testing.plugin" in sys.modules
    assert not there & {"torch", "numpy", "typer", "rich"}, there
    assert not [name for name in sys.modules if name.startswith("tensorlab.") and name.count(".") > 1][2:]
"""
USED = """
import pytest, torch

def flat_sum(x):
    return x.as_strided((x.numel(),), (1,), x.storage_offset()).sum()

@pytest.fixture
def made(request):
    request.node.made = getattr(request.node, "made", 0) + 1
    return request.node.made

@pytest.mark.layouts("float32[n, m]", examples=50)
def test_fails(x, made):
    assert flat_sum(x) == x.sum()

@pytest.mark.layouts("float32[n, m]", "int64[k] < m", examples=50)
def test_two(x, index):
    assert torch.equal(x.index_select(1, index), x[:, index])

@pytest.mark.parametrize("dim", [0, 1])
@pytest.mark.layouts("float32[n, m]", examples=20)
class TestInAClass:
    def test_passes(self, x, dim):
        assert torch.equal(x.sum(dim), x.clone().sum(dim))

@pytest.mark.layouts("float32[n]", names=["y"], examples=20)
def test_named(made, y):
    assert y.ndim == made == 1

def test_fixture(layout_check):
    layout_check(torch.relu, "float32[...]", examples=20)
"""


def session(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_foreign.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", *arguments]
    return subprocess.run(
        [*command, "test_foreign.py"], cwd=folder, capture_output=True, text=True, check=False, timeout=200
    )


def test_it_is_found_by_pytest() -> None:
    (found,) = [entry for entry in entry_points(group="pytest11") if entry.name == "tensorlab"]
    assert found.value == "tensorlab.testing.plugin"


def test_a_session_that_uses_none_of_it_pays_nothing(tmp_path: Path) -> None:
    ran = session(tmp_path, FOREIGN, "-p", "no:hypothesispytest", "-p", "no:anyio")
    assert "1 passed" in ran.stdout, ran.stdout


def test_marked_tests_run_over_layouts(tmp_path: Path) -> None:
    ran = session(tmp_path, USED)
    assert "1 failed, 5 passed" in ran.stdout, ran.stdout
    assert re.search(r"E +fails with these arguments:\nE +\nE +x: torch.Tensor float32 ", ran.stdout)
    assert ">       assert flat_sum(x) == x.sum()" in ran.stdout
    assert "test_foreign.py::test_fails[layouts]" in ran.stdout
    assert "marking.py" not in ran.stdout


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("@pytest.mark.layouts()\ndef test_a(x): ...", 'takes a spec for each argument: "float32[n, m]"'),
        ('@pytest.mark.layouts("float32[n]", "int64[n]")\ndef test_a(x): ...', "got 2 specs and 1 arguments: x"),
        ('@pytest.mark.layouts("flaot32[n]")\ndef test_a(x): ...', "flaot32"),
        ('@pytest.mark.layouts("float32[n]")\nasync def test_a(x): ...', "does not run an async test"),
        ('@pytest.mark.layouts("float32[n]", names=["y"])\ndef test_a(x): ...', "has no argument 'y'"),
        (
            '@pytest.mark.layouts("float32[n]", "int64[n]")\ndef test_a(tmp_path, x, y): ...',
            "there is no fixture 'y'; pytest.mark.layouts lays out the first arguments, tmp_path, x: if",
        ),
    ],
)
def test_a_wrong_mark_fails_its_own_test_alone(tmp_path: Path, code: str, words: str) -> None:
    ran = session(tmp_path, f"import pytest\n\ndef test_other(): ...\n\n{code}")
    assert words in ran.stdout
    assert "test_foreign.py::test_a" in ran.stdout
    assert "1 passed" in ran.stdout
    assert ran.returncode == 1


def test_the_fixture_raises_what_was_found(layout_check: Callable[..., None]) -> None:
    with pytest.raises(LayoutFindingError, match="SILENT-WRONG"):
        layout_check(lambda x: x.as_strided(x.shape, torch.empty(x.shape).stride()), "float32[n, m]", examples=40)


@pytest.mark.layouts("float32[n, m]", examples=20)
def test_the_mark_works_here_too(x: torch.Tensor) -> None:
    assert x.ndim == 2
