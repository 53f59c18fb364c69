from __future__ import annotations

import warnings
from typing import Any

import torch

import tensorlab
from tensorlab.memory.storages import claims, describe


def typed(tensor: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tensor.storage()


def test_a_storage_keeps_all_of_its_bytes() -> None:
    view = torch.zeros(10**6)[:10]
    for storage in (view.untyped_storage(), typed(view)):
        assert claims(storage)
        for thing in (storage, {"s": storage}):
            told = tensorlab.retains(thing)
            assert (told.used, told.kept) == (4_000_000, 4_000_000)
        both = tensorlab.retains({"s": storage, "v": view})
        assert str(both).startswith("s and v share a storage, use all 4,000,000 B")


def test_a_typed_storage_has_its_own_elements() -> None:
    memory = describe(typed(torch.zeros(5, dtype=torch.float64)[2:]))
    assert memory.dtype is not None
    assert (memory.shape, memory.dtype.name, memory.type) == ((5,), "float64", "torch.storage.TypedStorage")


def test_kinds_and_devices() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantized = torch.quantize_per_tensor(torch.zeros(4), 0.1, 0, torch.qint8)
    assert describe(typed(quantized)).type == "torch.storage.TypedStorage"
    meta = describe(torch.empty(10**12, device="meta").untyped_storage())
    assert meta.storage is not None
    assert (meta.storage.device, meta.storage.nbytes) == ("meta", 4 * 10**12)


def test_show_and_shares_take_a_storage() -> None:
    base = torch.arange(10)
    assert "torch.storage.UntypedStorage" in tensorlab.show(base.untyped_storage()).text()
    assert str(tensorlab.shares(base.untyped_storage(), base[3:])).startswith("YES")
