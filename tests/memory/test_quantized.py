from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.memory.quantized import QUANTIZED, packed_bytes, quantizer_parts
from tensorlab.memory.record import Storage
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that they will go
        yield


@pytest.mark.parametrize("kind", [torch.qint8, torch.quint8, torch.qint32], ids=str)
def test_one_scale_for_all_is_a_trait(kind: torch.dtype) -> None:
    tensor = torch.quantize_per_tensor(torch.ones(3, 4), 0.1, 10, kind)
    memory = describe(tensor.t()[1:])
    assert memory.layout is not None
    assert memory.layout.strides == (kind.itemsize, 4 * kind.itemsize)
    assert memory.dtype is not None
    assert memory.dtype.kind == ("uint" if kind is torch.quint8 else "int")
    assert memory.traits == {"scale=0.1", "zero_point=10"}
    assert (memory.parts, memory.doubts) == ((), ())


def test_a_scale_for_each_channel_is_a_component() -> None:
    scales, zero_points = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64), torch.tensor([0, 1, 2])
    tensor = torch.quantize_per_channel(torch.ones(4, 3), scales, zero_points, 1, torch.qint8)
    memory = describe(tensor)
    parts = dict(memory.parts)
    assert memory.traits == {"axis=1"}
    assert list(parts) == ["scales", "zero_points"]
    assert all(part.storage is not None for part in parts.values())
    held = tensor.q_per_channel_scales()
    assert parts["scales"].storage is not None
    assert parts["scales"].storage.address == held.data_ptr()


@pytest.mark.parametrize(("kind", "lanes"), [(torch.quint4x2, 2), (torch.quint2x4, 4)], ids=str)
def test_packed_values_are_doubted_and_shown_as_bytes(kind: torch.dtype, lanes: int) -> None:
    tensor = torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=kind)
    memory = describe(tensor)
    held = tensor.untyped_storage().nbytes()
    assert [doubt.code for doubt in memory.doubts] == ["packed"]
    assert (memory.layout, memory.readable, memory.shape) == (None, False, (2, 3))
    assert memory.storage is not None
    assert memory.dtype is not None
    assert (memory.storage.nbytes, memory.dtype.lanes) == (held, lanes)
    packed = dict(memory.parts)["packed"]
    assert (packed.shape, packed.storage, packed.readable) == ((held,), memory.storage, True)


def test_a_dtype_without_a_quantizer_is_doubted() -> None:
    assert quantizer_parts(torch.zeros(3)).doubts[0].code == "hidden"


def test_bytes_of_unknown_extent_are_no_component() -> None:
    assert packed_bytes(Storage(device="cpu", address=4096, nbytes=None, owner="torch")) is None


def test_the_quantized_dtypes_are_those_of_torch() -> None:
    assert {str(kind) for kind in QUANTIZED} == {f"torch.{n}" for n in dir(torch) if n.startswith(("qint", "quint"))}
