"""The face: exact, lazy, and kind to a wrong call."""

from __future__ import annotations

import ast
import inspect
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.probe import child_cpu_seconds, loaded, run_python
from support.source import MODULES, tree

import tensorlab
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = frozenset({"torch", "numpy", "rich", "typer", "torchvision", "matplotlib", "PIL", "hypothesis", "resvg_py"})
HELP = "from tensorlab.cli.main import main; main()"
BLOCKED = "import sys; sys.modules['torch'] = sys.modules['numpy'] = None; "
LIGHT = [
    name
    for name in MODULES
    if name.split(".")[1:2] in ([], ["layout"], ["views"], ["scene"], ["diagram"], ["render"], ["api"], ["process"])
]
"""Modules that load no library: the face, the ground, the drawing, and the functions that the face offers."""
SMALLEST = [
    "tensorlab.codec",
    "tensorlab.errors",
    "tensorlab.progress",
    "tensorlab.quantity",
    "tensorlab.memory.record",
]
RESOLVE = """
import importlib, sys, types
import tensorlab
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except tensorlab.TensorlabError as error:
        assert "not installed" in str(error), error
for name in tensorlab.__all__:
    thing = getattr(tensorlab, name)
    assert not isinstance(thing, types.ModuleType), name
    home = sys.modules[tensorlab._HOME[name]]
    assert thing is getattr(home, name), name
print("resolved")
"""


@cache
def names_for_type_checkers() -> dict[str, str]:
    """Name to module, as the face tells type checkers."""
    blocks = [node for node in tree(Path("tensorlab/__init__.py")).body if isinstance(node, ast.If)]
    lines = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: str(line.module) for line in lines for alias in line.names}


def functions() -> dict[str, Callable[..., object]]:
    values = {name: getattr(tensorlab, name) for name in tensorlab.__all__}
    return {name: value for name, value in values.items() if inspect.isfunction(value)}


def test_the_three_tables_are_one() -> None:
    assert set(tensorlab._HOME) == set(tensorlab.__all__) == set(names_for_type_checkers())
    assert names_for_type_checkers() == tensorlab._HOME
    assert tensorlab.__all__ == sorted(tensorlab.__all__)


def test_each_name_comes_from_its_home() -> None:
    for name, home in tensorlab._HOME.items():
        assert getattr(tensorlab, name).__module__ == home
        assert name in dir(tensorlab)


@pytest.mark.parametrize("module", [*LIGHT, *SMALLEST])
def test_importing_loads_no_library(module: str) -> None:
    if module not in {"tensorlab.__main__", "tensorlab.render.png"}:
        assert loaded(f"import {module}", HEAVY) == frozenset()


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("import torch", {"torch"}),
        ("import numpy.linalg", {"numpy"}),
        ("import rich, typer", {"rich", "typer"}),
        ("import tensorlab; tensorlab.alexnet", set()),
        ("import tensorlab.memory.tensor", {"torch"}),
        ("import tensorlab.render.png", {"resvg_py"}),
        ("import tensorlab.cli.main", {"typer"}),
    ],
)
def test_the_probe_sees_a_library_that_is_loaded(statement: str, seen: set[str]) -> None:
    found = loaded(statement, HEAVY)
    assert seen <= found
    assert bool(found) == bool(seen)


def test_the_probe_sees_a_program_that_fails() -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        loaded("1 / 0", HEAVY)


def test_no_face_name_is_the_name_of_a_module() -> None:
    assert {name.rpartition(".")[2] for name in MODULES} & set(tensorlab.__all__) == set()


def test_each_name_is_still_its_object_after_every_module_is_imported() -> None:
    ran = run_python(RESOLVE, *(name for name in MODULES if not name.endswith("__main__")))
    assert ran.stdout.endswith("resolved\n"), ran.stderr


def test_a_module_in_the_place_of_a_function_is_seen() -> None:
    ran = run_python(f"import types, tensorlab; tensorlab.show = types.ModuleType('show')\n{RESOLVE}")
    assert "AssertionError: show" in ran.stderr


@pytest.mark.parametrize(
    ("name", "hint"), [("shwo", "; did you mean 'show'?"), ("Layuot", "; did you mean 'Layout'?"), ("zzzzzz", "$")]
)
def test_an_unknown_attribute(name: str, hint: str) -> None:
    with pytest.raises(
        AttributeError, match=rf"module 'tensorlab' has no attribute '{name}'{hint.replace('?', '[?]')}"
    ):
        getattr(tensorlab, name)


def test_help_needs_neither_torch_nor_numpy() -> None:
    ran = run_python(BLOCKED + HELP, "--help")
    assert ran.returncode == 0, ran.stderr
    assert "Usage: tensorlab" in ran.stdout
    assert ran.stderr == ""


def test_help_costs_less_than_half_a_second() -> None:
    """It took 0.12 s of CPU when this was written; the best of three, since a cold cache is nobody's fault."""
    assert min(child_cpu_seconds(HELP, "--help") for _ in range(3)) < 0.5


def test_the_cost_is_that_of_the_program() -> None:
    busy = "import time\nwhile time.process_time() < 0.6: pass"
    assert child_cpu_seconds(busy) > 0.5


def test_each_function_is_explained_and_shown() -> None:
    assert functions()
    for name, function in functions().items():
        assert ">>>" in (function.__doc__ or ""), name


BAD_CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("measure", ({},), {}),
    ("measure", (len,), {}),
    ("measure", ({"a": 3},), {}),
    ("measure", ({3: len},), {}),
    ("measure", ({"a": lambda: 1 / 0},), {}),
    ("measure", ({"a": dict},), {"seconds": -1}),
    ("measure", ({"a": dict},), {"threads": "some"}),
    ("measure", ({"a": dict},), {"fresh": True, "seconds": "long"}),
    ("measure", ({"a": list},), {"fresh": True}),
    ("measure", ({"a": dict},), {"seed": 1.5}),
    ("profile", (3, None), {}),
    ("profile", (None, [1.0]), {}),
    ("profile", (None, None), {"seconds": -1}),
    ("profile", (None, None), {"seconds": "long"}),
    ("profile", (None, None), {"train": "yes"}),
    ("profile", (None, None), {"ceilings": 3}),
    ("why_slow", (3,), {}),
    ("why_slow", (None,), {}),
    ("why_slow", (lambda: 1 / 0,), {}),
    ("why_slow", (len,), {}),
    ("why_slow", (len, 3), {}),
    ("measure_ceilings", (), {"again": "yes"}),
    ("measure_ceilings", (), {"progress": 3}),
    ("graph", (None,), {}),
    ("graph", (3,), {}),
    ("graph", ([],), {}),
    ("graph", (object(),), {"params": 3}),
    ("graph", ("loss",), {"model": 3}),
    ("show", (), {}),
    ("show", ([1, 2], 3), {}),
    ("show", (3, [1, 2]), {"cells": "value"}),
    ("show", ([1, 2], [3, 4]), {"cells": "colour"}),
    ("show", (3,), {}),
    ("show", (None,), {}),
    ("show", ("a word",), {}),
    ("show", ({},), {}),
    ("show", ({1, 2},), {}),
    ("show", (object(),), {}),
    ("show", (len,), {}),
    ("show", ([1, 2],), {"cells": "colour"}),
    ("show", ([1, 2],), {"cells": None}),
    ("explain", (3,), {}),
    ("explain", (None, [1]), {}),
    ("explain", (lambda: 1 / 0,), {}),
    ("explain", (lambda x: x, 1, 2), {}),
    ("explain", ("import os",), {}),
    ("explain", ("1 + 1",), {}),
    ("classify", (3,), {}),
    ("classify", ("no-such-image.jpg",), {"weights": "random"}),
    ("classify", ("no-such-image.jpg",), {"weights": "random:0"}),
    ("classify", ("no-such-image.jpg",), {"weights": "random:0", "top": 0}),
    ("classify", ([],), {"weights": "random:0"}),
    ("explain_dispatch", (3,), {}),
    ("explain_dispatch", (math.sin,), {}),
    ("explain_view", ([1, 2], 2), {}),
    ("explain_view", (3, 3), {}),
    ("explain_view", (None, None), {}),
    ("explain_view", (bytearray(4), (2, 2)), {}),
    ("gradients", (3,), {}),
    ("gradients", (len,), {}),
    ("gradients", (len,), {"at": 3, "product": "jvp"}),
    ("gradients", (len,), {"at": [], "product": "jacobian"}),
    ("gradients", (3,), {"vanishing": 0}),
    ("explain_contiguity", ([1, 2],), {}),
    ("explain_contiguity", (3,), {}),
    ("explain_contiguity", (None,), {}),
    ("check_inplace", ([1, 2],), {}),
    ("check_inplace", (3,), {}),
    ("check_inplace", (None,), {}),
    ("check_copy", ([1, 2], [3, 4]), {}),
    ("check_copy", (bytearray(3), bytearray(2)), {}),
    ("check_copy", (bytearray(3), None), {}),
    ("check_gradients", (3,), {}),
    ("check_gradients", (math.sin,), {}),
    ("check_gradients", (math.sin, 1.0), {}),
    ("check_gradients", (math.sin, 1.0), {"eps": 0}),
    ("check_gradients", (math.sin, 1.0), {"rtol": "small"}),
    ("describe", (3.5,), {}),
    ("describe", (None,), {}),
    ("describe", (type,), {}),
    ("compare", (), {}),
    ("compare", (), {"n": 0}),
    ("compare", (), {"n": -1}),
    ("compare", (), {"n": 2.5}),
    ("compare", (), {"n": "many"}),
    ("compare", (), {"n": True}),
    ("compare", (), {"n": 10**15}),
    ("compare", (), {"n": 3, "type": "flaot"}),
    ("compare", ([1],), {"n": 3}),
    ("compare", ([[1, 2], [3]],), {}),
    ("compare", ([1, [2]],), {}),
    ("compare", ([],), {}),
    ("compare", (["a", "b"],), {}),
    ("compare", ([1, None],), {}),
    ("compare", ([10**400, 1],), {}),
    ("compare", (3,), {}),
    ("compare", (), {"n": 3, "fork": "yes"}),
    ("compare", ([1.5],), {"fork": None}),
    ("compare", ([1], object()), {}),
    ("benchmark", ("matmull",), {}),
    ("benchmark", ("add",), {"devices": 5}),
    ("benchmark", ("add",), {"sizes": 1.5}),
    ("alexnet", (), {"device": 7}),
    ("doctor", (), {"timeout": -1.0}),
    ("doctor", (), {"timeout": math.nan}),
    ("doctor", (), {"timeout": "soon"}),
    ("benchmark", ("",), {}),
    ("benchmark", (3,), {}),
    ("benchmark", ("add",), {"devices": "toaster"}),
    ("benchmark", ("add",), {"devices": "cuda:-1"}),
    ("benchmark", ("add",), {"devices": [None]}),
    ("benchmark", ("add",), {"sizes": 0}),
    ("benchmark", ("add",), {"sizes": [10, -1]}),
    ("benchmark", ("add",), {"sizes": "1000"}),
    ("benchmark", ("add",), {"dtypes": "float33"}),
    ("benchmark", ("add",), {"dtypes": [3]}),
    ("benchmark", ("add",), {"profile": "slow"}),
    ("benchmark", ("add",), {"threads": 0}),
    ("benchmark", ("add",), {"threads": "two"}),
    ("benchmark", ("add",), {"sizes": 10, "devices": "cpu", "output": "."}),
    ("alexnet", (), {"seed": -1}),
    ("alexnet", (), {"seed": 1.5}),
    ("alexnet", (), {"seed": "x"}),
    ("alexnet", (), {"device": "toaster"}),
    ("alexnet", (), {"device": "cuda:99"}),
    ("alexnet", (), {"dtype": "float33"}),
    ("alexnet", (), {"dtype": "int8"}),
    ("alexnet", (), {"dtype": None}),
    ("shares", ([1], 3), {}),
    ("shares", (None, None), {}),
    ("shares", ("a word", b"bytes"), {}),
    ("shares", ({}, {}), {}),
    ("overlaps_itself", (3,), {}),
    ("overlaps_itself", (object(),), {}),
    ("retains", (3,), {}),
    ("retains", (None,), {}),
    ("retains", ("a word",), {}),
    ("retains", (Path("nowhere.pt"),), {}),
    ("retains", (Path(),), {}),
    ("retains", (len,), {}),
    ("retains", (dict,), {}),
    ("sharing_map", (), {}),
    ("sharing_map", (3,), {}),
    ("sharing_map", (3, "a word", None), {}),
    ("sharing_map", (len,), {}),
    ("live", (), {"device": "toaster"}),
    ("live", (), {"device": 7}),
    ("why_no_grad", (3,), {}),
    ("why_no_grad", ([1.0], None), {}),
    ("Layout", ((2,), ()), {}),
    ("Layout", ([2], [1]), {}),
    ("Layout", ((2.0,), (1,)), {}),
    ("Layout", ((-2,), (1,)), {}),
    ("Layout", (None, None), {}),
    ("recording", ("a word",), {}),
    ("recording", (), {"model": 3}),
    ("workload", (3,), {}),
    ("workload", ("",), {}),
    ("workload", (None,), {"inputs": 3}),
    ("workload", ("mine",), {"reference": "right"}),
    ("workload", ("mine",), {"tolerance": -1.0}),
    ("workload", ("mine",), {"tolerance": "small"}),
    ("workload", ("mine",), {"sizes": 0}),
    ("workload", ("mine",), {"sizes": None}),
    ("workload", ("mine",), {"backend": ""}),
]
"""Function, and arguments that it cannot take."""


@pytest.mark.parametrize(("name", "arguments", "options"), BAD_CALLS)
def test_a_bad_call_raises_an_error_of_ours_with_a_sentence(
    name: str, arguments: tuple[Any, ...], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # a run that starts after all leaves nothing behind
    with pytest.raises(TensorlabError, match=r"\w+ \w+"):
        getattr(tensorlab, name)(*arguments, **options)


def test_each_function_is_called_badly() -> None:
    taking = {name for name, function in functions().items() if inspect.signature(function).parameters}
    assert taking <= {name for name, _, _ in BAD_CALLS}
