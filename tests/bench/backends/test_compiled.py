from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tensorlab.bench.backends import compiled, tensor
from tensorlab.bench.backends.constant import always
from tensorlab.layout.dtype import dtype

if TYPE_CHECKING:
    import pytest


def test_it_compiles_what_eager_torch_computes_and_nothing_else() -> None:
    assert set(compiled.BACKEND.implementations) == set(tensor.BACKEND.implementations)
    assert compiled.BACKEND.into == frozenset()
    assert compiled.BACKEND.quick == frozenset({"fused"})


def test_without_a_compiler_it_is_absent_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", always(None))
    assert compiled.absent() == "torch.compile needs a C++ compiler; none of g++, clang++, c++, cl is here"
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert compiled.absent() == ""


def test_each_size_is_compiled_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def compiling(function: object, *, dynamic: bool) -> object:
        seen.append((function, dynamic))
        return function

    monkeypatch.setattr(torch.compiler, "reset", lambda: seen.append("reset"))
    monkeypatch.setattr(torch, "compile", compiling)
    function = compiled.BACKEND.implementations["add"]("cpu", dtype("float32"))
    assert seen == ["reset", (function, False)]
    assert function is torch.add
