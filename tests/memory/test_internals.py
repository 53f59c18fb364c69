from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.masked import masked_tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.memory.internals import (
    attribute,
    attribute_of_torch,
    component_names,
    coordinates,
    distribution,
    handles_operations,
    is_copy_on_write,
    is_fake,
    is_zero_tensor,
    nested_tables,
    shared_address,
    storage_key,
    tracks_version,
    transformed,
    without_dispatch,
    without_overrides,
)
from tensorlab.memory.tensor import describe

PRIVATE: Any = torch._C


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


def test_no_operation_is_dispatched_inside() -> None:
    tensor = torch.eye(3).to_sparse()
    seen: list[object] = []

    class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's class is
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    with Watch():  # type: ignore[no-untyped-call]  # torch's class is
        coordinates(tensor)
        before = len(seen)
        with without_dispatch():
            coordinates(tensor)
    assert 0 < before == len(seen)


def test_where_wrappers_keep_their_tensors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that it is a prototype
        masked = masked_tensor(torch.zeros(3), torch.ones(3, dtype=torch.bool))
    with without_overrides():
        names = component_names(masked)
        assert names == {"_masked_data": "data", "_masked_mask": "mask"}
        assert all(isinstance(attribute(masked, name), torch.Tensor) for name in names)
        assert attribute(masked, "_missing") is None
    assert component_names(torch.zeros(3)) is None


def test_fakes_and_distributions_are_known_by_their_classes() -> None:
    fake = FakeTensorMode().from_tensor(torch.zeros(3))
    assert (is_fake(fake), is_fake(torch.empty(3, device="meta"))) == (True, False)
    assert distribution(fake) is None


def test_what_tells_storages_apart() -> None:
    first, second = torch.zeros(3), torch.zeros(3)
    assert storage_key(first.untyped_storage()) == storage_key(first[1:].untyped_storage())
    assert storage_key(first.untyped_storage()) != storage_key(second.untyped_storage())


def test_late_clones_and_zero_tensors() -> None:
    source = torch.zeros(6)
    clone = torch._lazy_clone(source[2:])
    assert (is_copy_on_write(clone), is_copy_on_write(torch.zeros(3))) == (True, False)
    assert shared_address(clone) == PRIVATE._data_address(source)
    assert is_copy_on_write(clone), "it was not copied by asking"
    assert (is_zero_tensor(torch._efficientzerotensor((2,))), is_zero_tensor(source)) == (True, False)


def test_what_transforms_wrap() -> None:
    functional = torch._to_functional_tensor(torch.zeros(3))
    found = transformed(functional)
    assert found is not None
    assert (found[0], found[1].shape) == ("functional", (3,))
    assert transformed(torch.zeros(3)) is None


def test_the_tables_of_a_nested_tensor() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that it is a prototype
        nested = torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(4, 3)])
    tables = [table.tolist() for table in nested_tables(nested)]
    assert tables == [[[2, 3], [4, 3]], [[3, 1], [3, 1]], [0, 6]]


def test_a_torch_without_these_names_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in turn: what cannot be asked is not so, and a plain tensor is described as ever."""
    tensor = torch.zeros(3)
    functional = torch._to_functional_tensor(tensor)
    expected = describe(tensor)
    monkeypatch.setattr("tensorlab.memory.internals.torch._C", object())
    monkeypatch.delattr(torch, "_is_functional_tensor")
    monkeypatch.setattr(torch.Tensor, "_is_zerotensor", None, raising=False)
    with without_overrides(), without_dispatch():
        pass
    assert not handles_operations(tensor)
    assert not is_copy_on_write(tensor)
    assert not is_zero_tensor(tensor)
    assert shared_address(tensor) == 0
    assert transformed(functional) is None
    assert storage_key(object()) is None  # type: ignore[arg-type]  # a storage of a torch that gives no key
    assert describe(tensor) == expected
    assert [doubt.code for doubt in describe(functional).doubts] == ["no-storage"]


def test_a_property_of_torch_is_read_past_the_class() -> None:
    class Odd(torch.Tensor):
        requires_grad = property(lambda _: 1 / 0)

    tensor = torch.zeros(3).as_subclass(Odd)
    assert attribute_of_torch(tensor, "requires_grad") is False
    assert attribute_of_torch(tensor, "no_such_name") is None


def test_an_inference_tensor_counts_no_writes_but_its_detached_twin_does() -> None:
    with torch.inference_mode():
        made = torch.zeros(3)
    assert [tracks_version(tensor) for tensor in (torch.zeros(3), made, made[1:], made.detach())] == [
        True,
        False,
        False,
        True,
    ]
