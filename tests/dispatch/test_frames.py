"""Where the user's code stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch

from tensorlab.dispatch.frames import PASSED, Lines, applications, place, users
from tensorlab.dispatch.modules import ModulePaths


def test_files_of_torch_are_passed_over_and_the_users_are_not() -> None:
    assert PASSED[torch.nn.functional.__file__]
    assert PASSED["<frozen importlib._bootstrap>"]
    assert not PASSED[__file__]
    assert not PASSED[str(Path(__file__).parents[2] / "tensorlab" / "models" / "network.py")]


def test_the_innermost_frame_of_the_users_is_found_through_torchs() -> None:
    found: list[Any] = []

    class Layer(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found.append(users(sys._getframe(1)))
            found.append(place(sys._getframe(1), ModulePaths()))
            return x

    layer = Layer()
    layer(torch.ones(1))
    assert found[0].f_code.co_name == "test_the_innermost_frame_of_the_users_is_found_through_torchs"
    code, _, path = found[1]
    assert (code, path) == (found[0].f_code, "Layer")


def test_a_frame_without_a_user_has_no_place() -> None:
    assert users(None) is None
    assert place(None, ModulePaths()) == (None, 0, "")
    assert Lines().at(None, 0) == ""


def test_where_custom_functions_were_applied_the_innermost_first() -> None:
    found: list[Any] = []

    class Inner(torch.autograd.Function):
        @staticmethod
        def forward(_ctx: Any, x: torch.Tensor) -> torch.Tensor:
            found.extend(applications(sys._getframe(), 5, ModulePaths()))
            return x

    class Outer(torch.autograd.Function):
        @staticmethod
        def forward(_ctx: Any, x: torch.Tensor) -> Any:
            inner: Any = Inner
            return inner.apply(x)

    outer: Any = Outer
    outer.apply(torch.ones(1))
    assert [code.co_name for code, _, _ in found][:1] == ["forward"]
    assert found[1][0].co_name == "test_where_custom_functions_were_applied_the_innermost_first"


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    lines = Lines()
    codes = [compile("x = 1\ny = 2", path, "exec") for path in ("/a/lab/net.py", "/a/den/net.py", "/a/lab/__init__.py")]
    assert [lines.at(code, 2) for code in codes] == ["net.py:1", "den/net.py:1", "lab/__init__.py:1"]
    assert lines.at(codes[0], len(codes[0].co_code) - 2) == "net.py:2"
