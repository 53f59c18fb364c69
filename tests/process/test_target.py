import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import ExpressionError, UnavailableError
from tensorlab.process.record import Origin
from tensorlab.process.target import load, origin_of

CODE = "class Till:\n    def total(self): ...\ndef count(x): ...\nrate = 3"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a package and a file of functions; what is imported of them is forgotten."""
    (tmp_path / "shop_of_targets").mkdir()
    (tmp_path / "shop_of_targets" / "__init__.py").write_text("")
    (tmp_path / "shop_of_targets" / "till.py").write_text(CODE)
    (tmp_path / "lone_target.py").write_text("import os\nfrom json import dumps\ndef double(x):\n    return 2 * x")
    (tmp_path / "exits_target.py").write_text("import sys; sys.exit(4)")
    (tmp_path / "broken_target.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("target", "statement", "expression"),
    [
        ("shop_of_targets.till:count", "from shop_of_targets.till import count", "count"),
        ("shop_of_targets.till:Till.total", "from shop_of_targets.till import Till", "Till.total"),
        ("lone_target.py:double", "from lone_target import double", "double"),
        ("torch:take_along_dim", "import torch", "torch.take_along_dim"),
        ("torch.nn.functional:softmax", "import torch", "torch.nn.functional.softmax"),
        ("torch.Tensor:copy_", "import torch", "torch.Tensor.copy_"),
        ("numpy.linalg:norm", "import numpy as np", "np.linalg.norm"),
        ("os.path:join", "import os.path", "os.path.join"),
    ],
)
def test_functions_are_found_and_named(target: str, statement: str, expression: str) -> None:
    found, origin = load(target)
    assert callable(found)
    assert origin == Origin(statement, expression)


def test_a_file_in_another_folder_is_searched_for_there(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "deep_target.py").write_text("def f(x): ...")
    statement = load("inner/deep_target.py:f")[1].statement
    assert statement == "import sys; sys.path.insert(0, 'inner'); from deep_target import f"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("lone_target", "names no function\nhint: write package.module:function"),
        ("lone_target.double", "did you mean lone_target:double"),
        (":f", "names no function"),
        ("shop-of:f", "is no name of a module"),
        ("shop_of_targets.till:rate", "cannot be called: it is int"),
    ],
)
def test_what_names_no_function(target: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        load(target)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_such_shop:f", "there is no module 'no_such_shop'"),
        ("no_such_file.py:f", r"there is no file 'no_such_file.py'"),
        ("exits_target:f", "exits_target cannot be imported: SystemExit: 4"),
        ("exits_target.py:f", "exits_target.py cannot be imported: SystemExit: 4"),
        ("lone_target:nope", "hint: known: double"),
        ("shop_of_targets.till:cuont", r"has no 'cuont'\nhint: did you mean 'count'"),
        ("shop_of_targets.tlil:count", "shop_of_targets has no 'tlil.count'"),
        ("broken_target:f", "broken_target cannot be imported: ZeroDivisionError"),
        ("broken_target.py:f", "ZeroDivisionError"),
    ],
)
def test_what_is_not_there(target: str, words: str) -> None:
    with pytest.raises(UnavailableError, match=words):
        load(target)


def test_a_file_with_the_name_of_another_module(folder: Path) -> None:
    (folder / "json.py").write_text("def f(x): ...")
    with pytest.raises(UnavailableError, match="another module is called 'json'"):
        load("json.py:f")


def test_objects_that_are_there_are_named() -> None:
    names = [torch.add, torch.kron, torch.softmax, torch.Tensor.copy_, torch.nn.functional.gelu, np.add, np.ravel]
    found = [origin_of(function) for function in names]
    assert [origin and origin.expression for origin in found] == [
        "torch.add",
        "torch.kron",
        "torch.softmax",
        "torch.Tensor.copy_",
        "torch.nn.functional.gelu",
        "np.add",
        "np.ravel",
    ]
    assert origin_of(torch.ops.aten.add.Tensor) == Origin("import torch", "torch.ops.aten.add.Tensor")


def test_an_installed_function_needs_no_path() -> None:
    assert origin_of(pytest.importorskip) == Origin("from _pytest.outcomes import importorskip", "importorskip")


def test_a_function_of_another_folder_is_given_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load("lone_target.py:double")[0]
    assert origin_of(found) == Origin("from lone_target import double", "double")
    monkeypatch.chdir("/")
    origin = origin_of(found)
    assert origin is not None
    assert origin.statement == f"import sys; sys.path.insert(0, {str(folder)!r}); from lone_target import double"


@pytest.mark.parametrize("nameless", [lambda x: x, functools.partial(sorted), [].append, 3])
def test_what_has_no_name(nameless: Any) -> None:
    assert origin_of(nameless) is None
