from __future__ import annotations

import array
import inspect
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tensorlab.views import vocabulary

if TYPE_CHECKING:
    from types import ModuleType

MODULES: dict[str, ModuleType] = {"torch": torch, "numpy": np, "array": array}


@pytest.mark.parametrize("library", MODULES)
def test_every_name_is_in_its_library(library: str) -> None:
    for name in vocabulary.FUNCTIONS[library] | vocabulary.CONSTANTS[library]:
        reduce(getattr, name.split("."), MODULES[library])


def test_every_method_and_attribute_belongs_to_some_value() -> None:
    values = [torch.zeros(2), np.zeros(2), memoryview(b""), torch.zeros(2).size()]
    for name in vocabulary.METHODS | vocabulary.ATTRIBUTES:
        assert any(hasattr(type(value), name) for value in values), name


def test_no_name_is_private_or_reaches_outside() -> None:
    words = [vocabulary.METHODS, vocabulary.ATTRIBUTES, *vocabulary.FUNCTIONS.values(), *vocabulary.CONSTANTS.values()]
    outside = {"load", "save", "file", "open", "exec", "eval", "compile", "import", "hub", "pickle", "dlpack", "memmap"}
    for name in frozenset[str]().union(*words):
        assert not any(part.startswith("_") for part in name.split("."))
        assert not any(word in name for word in outside), name


def test_nothing_writes() -> None:
    words = frozenset[str]().union(vocabulary.METHODS, *vocabulary.FUNCTIONS.values())
    assert {name for name in words if name.endswith("_")} == {"requires_grad_"}
    writing = {"byteswap", "fill", "itemset", "partition", "put", "resize", "setfield", "setflags", "sort"}
    assert not words & (writing | {"copyto", "place", "putmask", "append", "extend", "insert", "pop", "release"})
    assert not vocabulary.KEYWORDS & {"inplace", "like", "out", "where", "write"}


@pytest.mark.parametrize("name", sorted(vocabulary.FUNCTIONS["numpy"] - {"dtype"}))
def test_no_function_of_numpy_takes_an_array_to_write_into_by_place(name: str) -> None:
    try:
        function: Any = reduce(getattr, name.split("."), np)
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # NumPy before 2.4 does not tell of those that are written in C
        return
    places = [p.name for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    assert "out" not in places[: vocabulary.MOST_POSITIONAL.get(name)]


def test_what_is_lazy_is_allowed() -> None:
    assert vocabulary.LAZY_METHODS <= vocabulary.METHODS
    assert frozenset[str]().union(*vocabulary.FUNCTIONS.values()) >= vocabulary.LAZY_FUNCTIONS
    assert frozenset[str]().union(*vocabulary.FUNCTIONS.values()) >= (
        vocabulary.WALKING_FUNCTIONS | vocabulary.WORD_FUNCTIONS
    )
    assert vocabulary.TYPES <= vocabulary.BUILTINS
    assert all(vocabulary.CALLABLE_CONSTANTS[name] <= vocabulary.CONSTANTS[name] for name in MODULES)
