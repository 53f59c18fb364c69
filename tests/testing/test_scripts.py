import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.layout.address import extent
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing import scripts
from tensorlab.testing.placing import fill, place
from tensorlab.testing.record import Case, Contract, Finding, Laid, VerdictWord
from tensorlab.testing.scripts import NAMELESS, Invocation, fails_as_said, scripted

CODE = """
import os
import torch

def keeps_order(x):
    return torch.from_numpy(x.numpy().ravel(order="K").copy()).view(x.shape)

def zeroes(x):
    x.zero_()
    return torch.zeros(())

def fills_storage(x):
    x.as_strided((x.untyped_storage().nbytes() // 4,), (1,), 0).fill_(7)
    return x

def same(x):
    return x

def copied(x):
    return x.clone()

def picky(x):
    if not x.is_contiguous():
        raise TypeError("only contiguous tensors")
    return x + 1

def dies(x):
    if not x.is_contiguous():
        os.abort()
    return x + 1

def added(x, y):
    return torch.from_numpy(x.numpy().ravel(order="K").copy()).view(x.shape) + y
"""


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of functions with one fault each."""
    (tmp_path / "faulty_functions.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "faulty_functions", raising=False)
    return importlib.import_module("faulty_functions")


def laid(layout: Layout, *, nbytes: int = 0, **more: Any) -> Laid:
    nbytes = nbytes or extent(layout).stop
    return Laid(layout=layout, dtype=dtype("float32"), nbytes=nbytes, classes=frozenset(), **more)


COLUMN = laid(Layout((2, 2), (4, 8), itemsize=4))
SLICE = laid(Layout((2, 2), (16, 8), 4, 4))


def finding(verdict: VerdictWord, *arguments: Laid, contract: Contract = "pure", message: str = "") -> Finding:
    return Finding(verdict=verdict, contract=contract, case=Case(arguments=arguments), message=message)


def finished(found: Finding, function: Any, **more: Any) -> Finding:
    placed = tuple(place(one, fill(one.layout.shape, one.dtype)) for one in found.case.arguments)
    return scripted(found, Invocation(function=function, **more), placed, free=(True,) * len(placed))


def lines(found: Finding) -> list[str]:
    return found.script.splitlines()


ROWS: list[tuple[VerdictWord, Contract, str, Laid, str, str]] = [
    (
        "SILENT-WRONG",
        "pure",
        "keeps_order",
        COLUMN,
        "x = torch.arange(1., 5.).view(2, 2).t()",
        "assert torch.equal(keeps_order(x), keeps_order(x.contiguous()))",
    ),
    (
        "MUTATED",
        "pure",
        "zeroes",
        SLICE,
        "x = torch.arange(1., 10.)[1:].view(2, 4)[:, ::2]",
        "before = x.clone(); zeroes(x); assert torch.equal(x, before)",
    ),
    (
        "STRAY-WRITE",
        "in-place",
        "fills_storage",
        laid(Layout((2,), (8,), itemsize=4), nbytes=16),
        "base = torch.arange(1., 5.); x = base[::2]",
        "old = base.clone(); fills_storage(x); x.zero_(); old[::2].zero_(); assert torch.equal(base, old)",
    ),
    (
        "ALIAS",
        "fresh",
        "same",
        COLUMN,
        "x = torch.arange(1., 5.).view(2, 2).t()",
        "assert same(x).untyped_storage().data_ptr() != x.untyped_storage().data_ptr()",
    ),
    (
        "ALIAS",
        "view",
        "copied",
        COLUMN,
        "x = torch.arange(1., 5.).view(2, 2).t()",
        "assert copied(x).untyped_storage().data_ptr() == x.untyped_storage().data_ptr()",
    ),
    (
        "SILENT-WRONG",
        "contiguous-out",
        "same",
        COLUMN,
        "x = torch.arange(1., 5.).view(2, 2).t()",
        "assert same(x).is_contiguous()",
    ),
    (
        "REFUSED",
        "total",
        "picky",
        COLUMN,
        "x = torch.arange(1., 5.).view(2, 2).t()",
        "picky(x.contiguous()); picky(x)",
    ),
    ("CRASH", "pure", "dies", COLUMN, "x = torch.arange(1., 5.).view(2, 2).t()", "dies(x)"),
]
MESSAGES = {"REFUSED": "TypeError: only contiguous tensors", "CRASH": "ended by SIGABRT"}
ALL_FAIL = """
import json, os, sys, torch
for script in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        try:
            exec(script, {})
        except AssertionError:
            os._exit(8)
        except TypeError:
            os._exit(9)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts are believed, not run."""
    monkeypatch.setattr(scripts, "_end_of", lambda script: scripts.End(1, "AssertionError", 3 * bool(script)))
    monkeypatch.setattr(scripts, "_is_as_said", lambda end, found: end.line == 3 and bool(found))


@pytest.mark.usefixtures("untried")
@pytest.mark.parametrize("row", ROWS)
def test_each_verdict_has_its_lines(functions: Any, row: tuple[VerdictWord, Contract, str, Laid, str, str]) -> None:
    verdict, contract, name, argument, second, third = row
    found = finished(finding(verdict, argument, contract=contract), getattr(functions, name))
    first, *rest = lines(found)
    assert first.endswith(f"import torch; from faulty_functions import {name}")
    assert rest == [second, third]
    assert found.confirmed


@pytest.mark.usefixtures("untried")
def test_all_of_them_fail_when_they_are_pasted(functions: Any) -> None:
    made = [
        finished(finding(verdict, argument, contract=contract), getattr(functions, name)).script
        for verdict, contract, name, argument, _, _ in ROWS
    ]
    assert not any("tensorlab" in script for script in made)
    ran = subprocess.run(
        [sys.executable, "-c", ALL_FAIL, json.dumps(made)], capture_output=True, text=True, check=False, cwd="/"
    )
    codes = [int(word) for word in ran.stdout.split()]
    assert codes == [-6 if verdict == "CRASH" else 9 if verdict == "REFUSED" else 8 for verdict, *_ in ROWS], ran.stderr


@pytest.mark.usefixtures("untried")
def test_several_arguments_and_the_plain_one_needs_no_copy(functions: Any) -> None:
    plain = laid(Layout((2, 2), (8, 4), itemsize=4))
    found = finished(finding("SILENT-WRONG", COLUMN, plain), functions.added)
    assert lines(found)[1] == "x = torch.arange(1., 5.).view(2, 2).t(); y = torch.arange(1., 5.).view(2, 2)"
    assert lines(found)[2].endswith("added(x.contiguous(), y))")
    assert found.confirmed


def test_a_sound_function_is_not_confirmed(functions: Any) -> None:
    found = finished(finding("SILENT-WRONG", COLUMN), functions.copied)
    assert not found.confirmed
    assert len(lines(found)) == 3


@pytest.mark.usefixtures("untried")
def test_values_that_matter_are_written_one_by_one() -> None:
    found = finding("SILENT-WRONG", laid(Layout((2,), (4,), 0, itemsize=4)))
    placed = (place(found.case.arguments[0], [float("nan"), 6]),)
    done = scripted(found, Invocation(function=torch.clone), placed)
    assert lines(done)[0] == "import torch; from math import nan"
    assert lines(done)[1] == "x = torch.tensor([nan, 6.])"


@pytest.mark.usefixtures("untried")
def test_numpy_arrays_may_run_backwards() -> None:
    backwards = laid(Layout((3,), (-4,), 8, 4), library="numpy")
    found = finished(finding("SILENT-WRONG", backwards), np.ravel)
    assert lines(found) == [
        "import numpy as np",
        "x = np.arange(1, 4, dtype=np.float32)[::-1]",
        "assert np.array_equal(np.ravel(x), np.ravel(x.copy()))",
    ]


def test_a_lambda_is_called_in_this_process() -> None:
    found = finding("MUTATED", COLUMN)
    placed = (place(COLUMN, fill((2, 2), COLUMN.dtype)),)
    done = scripted(found, Invocation(function=lambda x: x), placed, free=(True,), fails=lambda case: True)  # noqa: ARG005 - a verdict
    assert done.script.startswith(NAMELESS)
    assert done.confirmed
    assert not scripted(found, Invocation(function=lambda x: x), placed).confirmed


def test_only_the_failure_that_was_found_counts() -> None:
    assert not fails_as_said("1 / 0", finding("MUTATED"))
    assert not fails_as_said("raise KeyError(1)", finding("REFUSED", message="TypeError: no"))
    assert not fails_as_said("import os; os.abort()", finding("SILENT-WRONG"))
    assert not fails_as_said("pass", finding("CRASH", message="ended by SIGABRT"))


def test_a_file_that_cannot_be_imported_is_called_in_this_process(functions: Any) -> None:
    Path(functions.__file__).write_text(CODE + "\nimport os\nassert not os.environ.get('TENSORLAB_SCRIPT')\n")
    found = finding("MUTATED", COLUMN)
    placed = (place(COLUMN, fill((2, 2), COLUMN.dtype)),)
    done = scripted(found, Invocation(function=functions.zeroes), placed, fails=lambda case: bool(case.arguments))
    assert done.script.startswith(scripts.UNIMPORTABLE)
    assert done.confirmed
