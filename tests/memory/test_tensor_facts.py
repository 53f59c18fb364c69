from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import ShapeEnv

from tensorlab.layout.record import Layout
from tensorlab.memory.record import Storage
from tensorlab.memory.tensor_facts import (
    device_name,
    fake_place,
    family,
    storage_record,
    strided_place,
    tensor_shape,
    tensor_storage,
    tensor_traits,
    tensor_type,
    too_small,
)

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE: Any = torch._C


class Dispatching(torch.Tensor):
    @classmethod
    def __torch_dispatch__(cls, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError


class Flattening(Dispatching):
    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return [], None


def wrapped(kind: type, *shape: int) -> torch.Tensor:
    make: Any = torch.Tensor._make_wrapper_subclass
    made: torch.Tensor = make(kind, shape, dtype=torch.float32)
    return made


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (torch.zeros(3), "strided"),
        (torch.nn.Parameter(torch.zeros(3)), "strided"),
        (torch.zeros(0, 3), "strided"),
        (torch.empty(3, device="meta"), "strided"),
        (torch.eye(3).to_sparse(), "sparse_coo"),
        (torch.zeros(3).to_mkldnn(), "mkldnn"),
        (torch.nn.UninitializedParameter(), "lazy"),
        (torch.nn.parameter.UninitializedBuffer(), "lazy"),
        (FakeTensorMode().from_tensor(torch.zeros(3)), "fake"),
        (torch.Tensor._make_subclass(Dispatching, torch.zeros(3)), "strided"),
        (torch.Tensor._make_subclass(Dispatching, torch.zeros(0)), "strided"),
        (wrapped(Dispatching, 3), "wrapper"),
        (wrapped(Flattening, 3), "wrapper"),
        (wrapped(Flattening, 0), "wrapper"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_families(tensor: torch.Tensor, expected: str) -> None:
    assert family(tensor) == expected


def test_a_symbolic_size_keeps_its_name_and_gets_no_value() -> None:
    shapes = ShapeEnv()
    tensor = FakeTensorMode(shape_env=shapes).from_tensor(torch.zeros(7, 4), static_shapes=False)
    found = tensor_shape(tensor)
    place = fake_place(tensor)
    assert found == tuple(map(str, tensor.shape))
    assert all(isinstance(n, str) for n in found)
    assert (place.layout, [doubt.code for doubt in place.doubts]) == (None, ["symbolic", "fake"])
    assert place.storage is not None
    assert place.storage.nbytes is None
    assert list(shapes.guards) == []


def test_a_fake_tensor_says_what_it_stands_for() -> None:
    with FakeTensorMode():
        tensor = torch.empty(3, device="cuda")
    place = fake_place(tensor)
    assert place.layout == Layout((3,), (4,), itemsize=4)
    assert place.storage is not None
    assert (place.storage.device, place.storage.address, place.storage.nbytes) == ("meta", None, 12)
    assert place.doubts[0].text == "a fake tensor stands for one on cuda:0: there are no bytes behind it"


def test_storages_without_bytes_are_told_apart_while_they_live() -> None:
    first, second = (torch.empty(3, device="meta") for _ in range(2))
    keys = [storage_record(tensor).key for tensor in (first, first[1:], second)]
    assert None not in keys
    assert keys[0] == keys[1] != keys[2]
    fakes = [FakeTensorMode().from_tensor(torch.zeros(3)) for _ in range(2)]
    found = [place.storage for place in map(fake_place, fakes)]
    assert len({storage.key for storage in found if storage is not None}) == 2


def test_a_storage_with_an_address_needs_no_key() -> None:
    tensor = torch.zeros(3)
    assert storage_record(tensor) == Storage(device="cpu", address=tensor.data_ptr(), nbytes=12, owner="torch")
    assert storage_record(tensor).key is None


def test_a_late_clone_is_not_copied_by_looking() -> None:
    source = torch.zeros(6)
    clone = torch._lazy_clone(source[2:])
    place = strided_place(clone)
    assert PRIVATE._is_cow_tensor(clone)
    assert place.storage is not None
    assert place.storage.address == PRIVATE._data_address(source)
    assert place.traits == {"copy-on-write"}


@pytest.mark.parametrize(
    ("layout", "held", "words"),
    [
        (Layout((9,), (4,), itemsize=4), 0, "storage 0 B < 36 B needed: data not readable"),
        (Layout((9,), (4,), 24, 4), 40, "storage 40 B < 60 B needed: data not readable"),
        (Layout((1000,), (0,), itemsize=4), 0, "storage 0 B < 4 B needed: data not readable"),
        (Layout((1000,), (0,), itemsize=4), 4, ""),
        (Layout((0, 9), (36, 4), 999, 4), 0, ""),
        (Layout((9,), (4,), itemsize=4), None, ""),
    ],
)
def test_what_lies_outside_the_storage(layout: Layout, held: int | None, words: str) -> None:
    found = too_small(layout, Storage(device="cpu", address=None, nbytes=held, owner="torch"))
    assert [doubt.text for doubt in found] == ([words] if words else [])


def test_a_file_that_was_cut_forbids_to_read(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(bytes(8192))
    tensor = torch.from_file(str(path), shared=True, size=2048)
    assert strided_place(tensor).doubts == ()
    os.truncate(path, 100)
    (doubt,) = strided_place(tensor).doubts
    assert (doubt.code, doubt.text) == ("file-too-short", "the file holds 100 B of the 8,192 B that are mapped")
    path.unlink()
    assert strided_place(tensor).doubts == (), "what is gone from its folder may be whole"


def test_traits_are_asked_one_by_one_where_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    tensor = torch.zeros(3, requires_grad=True)[1:]
    assert tensor_traits(tensor) == {"requires_grad", "non-leaf"}

    def refuses(_: object) -> bool:
        raise RuntimeError("an inference tensor has none")

    flags = (("conj", refuses), ("requires_grad", lambda x: x.requires_grad))
    monkeypatch.setattr("tensorlab.memory.tensor_facts._FLAGS", flags)
    assert tensor_traits(tensor) == {"requires_grad", "non-leaf"}


def test_a_pinned_storage_is_told_once_a_device_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    tensor = torch.zeros(3)
    monkeypatch.setattr("tensorlab.memory.tensor_facts._CUDA_STARTED", lambda: True)
    monkeypatch.setattr("tensorlab.memory.tensor_facts._IS_PINNED", lambda _: True)
    assert strided_place(tensor).traits == {"pinned"}
    monkeypatch.setattr("tensorlab.memory.tensor_facts._CUDA_STARTED", lambda: False)
    assert strided_place(tensor).traits == set()


def test_names() -> None:
    assert tensor_type(torch.zeros(1)) == "torch.Tensor"
    assert tensor_type(wrapped(Dispatching, 1)) == f"{__name__}.Dispatching"
    assert device_name(torch.device("meta")) == "meta"


def test_the_storage_is_torchs_whatever_the_class_says() -> None:
    class Liar(torch.Tensor):
        def untyped_storage(self) -> torch.UntypedStorage:
            raise ZeroDivisionError

    plain = torch.zeros(3)
    assert tensor_storage(plain.as_subclass(Liar)).data_ptr() == plain.data_ptr()


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU that torch can use")
def test_a_pinned_tensor_beside_a_plain_one() -> None:
    torch.zeros(1, device="cuda")
    assert strided_place(torch.zeros(3).pin_memory()).traits == {"pinned"}
    assert strided_place(torch.zeros(3)).traits == set()
    assert strided_place(torch.zeros(3, device="cuda")).traits == set()
