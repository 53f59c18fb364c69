from __future__ import annotations

from typing import Any

import pytest
import torch

from tensorlab.memory.internals import handles_operations, without_overrides
from tensorlab.memory.tensor import describe


class Function(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("called")


class Dispatch(torch.Tensor):
    @classmethod
    def __torch_dispatch__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("called")


class Plain(torch.Tensor):
    pass


def test_no_function_of_a_subclass_is_called_inside() -> None:
    tensor = torch.zeros(3).as_subclass(Function)
    with pytest.raises(ZeroDivisionError, match="called"):
        tensor.stride()
    with without_overrides():
        assert tensor.stride() == (1,)
        assert tensor.shape == (3,)
    with pytest.raises(ZeroDivisionError, match="called"):
        tensor.stride()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(torch.Tensor, False), (torch.nn.Parameter, False), (Plain, False), (Function, False), (Dispatch, True)],
)
def test_who_handles_operations(kind: type, expected: bool) -> None:  # noqa: FBT001 - a column
    tensor: torch.Tensor = torch.Tensor._make_subclass(kind, torch.zeros(3))
    assert handles_operations(tensor) is expected


def test_a_torch_without_these_names_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = describe(torch.zeros(3))
    monkeypatch.setattr("tensorlab.memory.internals.torch._C", object())
    with without_overrides():
        pass
    assert not handles_operations(torch.zeros(3))
    assert describe(torch.zeros(3)).layout == expected.layout
