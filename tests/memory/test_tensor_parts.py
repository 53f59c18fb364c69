from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.memory.internals import without_overrides
from tensorlab.memory.tensor_parts import MOST_PARTS, hidden, sparse_parts, wrapped_parts

KINDS = ["sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc"]


class Refusing(torch.Tensor):
    @classmethod
    def __torch_dispatch__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError


def wrapped(kind: type = Refusing) -> Any:
    make: Any = torch.Tensor._make_wrapper_subclass
    return make(kind, (2,), dtype=torch.float32)


def sparse(kind: str) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that it is new
        dense = torch.eye(4)
        block = (2, 2) if "bs" in kind else None
        return dense.to_sparse(layout=getattr(torch, kind), blocksize=block)


def pointers(tensor: torch.Tensor, kind: str) -> list[int]:
    return [part.data_ptr() for _, part in sparse_parts(tensor, kind).named]


@pytest.mark.parametrize("kind", KINDS)
def test_the_components_are_torchs_own(kind: str) -> None:
    tensor = sparse(kind)
    parts = sparse_parts(tensor, kind)
    for name, part in parts.named:
        assert part.data_ptr() == getattr(tensor, name)().data_ptr()
    assert len(parts.named) == (2 if kind == "sparse_coo" else 3)
    assert parts.doubts == ()
    assert parts.traits == set()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_ones_under_any_mode_and_transform(kind: str) -> None:
    tensor = sparse(kind)
    expected = pointers(tensor, kind)
    seen: list[object] = []

    class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's class is
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    def inside(x: torch.Tensor) -> torch.Tensor:
        found.append(pointers(tensor, kind))
        return x

    found: list[list[int]] = []
    with Watch():  # type: ignore[no-untyped-call]  # torch's class is
        inside(tensor)
    with FakeTensorMode():
        inside(tensor)
    with torch.inference_mode():
        inside(tensor)
    torch.vmap(inside)(torch.zeros(2))
    torch.func.functionalize(inside)(torch.zeros(2))
    torch.func.grad(lambda x: inside(x).sum())(torch.zeros(2))
    assert found == [expected] * 6
    assert seen == []


def test_a_sparse_tensor_that_cannot_be_asked_is_doubted() -> None:
    parts = sparse_parts(torch.zeros(3), "sparse_csr")
    assert parts.named == ()
    assert parts.doubts[0].text.startswith("a component is not given: RuntimeError: crow_indices expected sparse")


def test_what_a_wrapper_holds_by_its_attributes() -> None:
    made = wrapped()
    made.first, made.word, made.second = torch.zeros(3), "no tensor", torch.ones(2)
    assert [name for name, _ in wrapped_parts(made).named] == ["first", "second"]
    assert wrapped_parts(made).named[1][1] is made.second


def test_what_a_wrapper_tells_goes_before_its_attributes() -> None:
    class Telling(Refusing):
        def __tensor_flatten__(self) -> tuple[list[str], None]:
            return ["inner", "missing", "word"], None

    made = wrapped(Telling)
    made.inner, made.other, made.word = torch.zeros(3), torch.zeros(4), "no tensor"
    parts = wrapped_parts(made)
    assert [name for name, _ in parts.named] == ["inner"]
    assert [doubt.code for doubt in parts.doubts] == ["hidden"]


@pytest.mark.parametrize("told", [None, 3, (3, None), ([3], None)])
def test_a_wrapper_that_tells_nonsense_is_doubted(told: object) -> None:
    class Nonsense(Refusing):
        def __tensor_flatten__(self) -> object:
            return told

    parts = wrapped_parts(wrapped(Nonsense))
    assert (parts.named, [doubt.code for doubt in parts.doubts]) == ((), ["hidden"])


def test_only_so_many_components() -> None:
    made = wrapped()
    for n in range(MOST_PARTS + 1):
        setattr(made, f"x{n}", torch.zeros(1))
    parts = wrapped_parts(made)
    assert (len(parts.named), [doubt.code for doubt in parts.doubts]) == (MOST_PARTS, ["more-parts"])
    del made.x0
    assert wrapped_parts(made).doubts == ()


def test_the_wrappers_of_transforms() -> None:
    found = []

    def see(x: torch.Tensor) -> torch.Tensor:
        with without_overrides():
            found.append(wrapped_parts(x))
        return x

    held = torch.zeros(2, 3)
    torch.vmap(see, in_dims=1)(held)
    assert found[0].named[0][1].data_ptr() == held.data_ptr()
    assert found[0].traits == {"vmap axis=1"}


def test_a_plain_tensor_holds_none() -> None:
    assert wrapped_parts(torch.zeros(3)) == ((), (), frozenset())
    assert hidden(ValueError("no")).text == "a component is not given: ValueError: no"
